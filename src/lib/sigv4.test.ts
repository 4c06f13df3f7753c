import { describe, expect, it } from 'vitest';
import { signAwsRequest } from './sigv4.ts';

const KEYS = { accessKey: 'AKIDEXAMPLE', secretKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', sessionToken: '' };
const SCOPE = { region: 'us-east-1', service: 'service', now: Date.UTC(2015, 7, 30, 12, 36) };
const URL = 'https://example.amazonaws.com/';

// The vectors are those of AWS' own test suite for Signature Version 4.
describe('the signature of a request to AWS', () => {
  it('is that of get-vanilla', () => {
    expect(signAwsRequest({ method: 'GET', url: URL, headers: {}, body: '' }, KEYS, SCOPE)).toEqual({
      'x-amz-date': '20150830T123600Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ' +
        'SignedHeaders=host;x-amz-date, ' +
        'Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
    });
  });

  it('is that of post-x-www-form-urlencoded', () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const request = { method: 'POST', url: URL, headers, body: 'Param1=value1' };
    expect(signAwsRequest(request, KEYS, SCOPE)['authorization']).toContain(
      'SignedHeaders=content-type;host;x-amz-date, ' +
        'Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
    );
  });

  it('covers the session token', () => {
    const signed = signAwsRequest(
      { method: 'GET', url: URL, headers: {}, body: '' },
      { ...KEYS, sessionToken: 't' },
      SCOPE,
    );
    expect(signed['x-amz-security-token']).toBe('t');
    expect(signed['authorization']).toContain('SignedHeaders=host;x-amz-date;x-amz-security-token,');
  });
});
