import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { TEST_CERTIFICATE } from '#test/certificates';
import { admitsClient, alternativeNames, CLIENT_AUTH_TYPES, type ClientAuthType } from './server-tls.ts';

describe('who is admitted', () => {
  const shown = new X509Certificate(TEST_CERTIFICATE);
  const admitted = (clientAuth: ClientAuthType, allowedSans: readonly string[] | null = null) =>
    [
      { authorized: false, certificate: undefined },
      { authorized: false, certificate: shown },
      { authorized: true, certificate: shown },
    ].map(({ authorized, certificate }) =>
      admitsClient(
        { cert: '', key: '', clientCa: null, clientAuth, allowedSans },
        { authorized, getPeerX509Certificate: () => certificate },
      ),
    );

  it('depends on the kind of authentication: no certificate, one of a stranger, one that is verified', () => {
    expect(Object.fromEntries(CLIENT_AUTH_TYPES.map((type) => [type, admitted(type)]))).toEqual({
      NoClientCert: [true, true, true],
      RequestClientCert: [true, true, true],
      RequireAnyClientCert: [false, true, true],
      VerifyClientCertIfGiven: [true, false, true],
      RequireAndVerifyClientCert: [false, false, true],
    });
  });

  it('depends on the names in the certificate', () => {
    expect(admitted('RequireAnyClientCert', ['metrics.test', 'x'])).toEqual([false, true, true]);
    expect(admitted('RequireAndVerifyClientCert', ['metrics.test'])).toEqual([false, false, true]);
    expect(admitted('RequireAndVerifyClientCert', ['metrics'])).toEqual([false, false, false]);
  });
});

describe('alternative names', () => {
  it('are read from Node’s text, addresses as Go writes them', () => {
    const text =
      'DNS:a.example, IP Address:10.0.0.1, IP Address:2001:DB8:0:0:0:0:0:1, email:a@b, URI:spiffe://x/y, DNS:"a, DNS:b"';
    const names = ['a.example', '10.0.0.1', '2001:db8::1', 'a@b', 'spiffe://x/y', 'a, DNS:b'];
    expect(alternativeNames(text)).toEqual(names);
    expect(alternativeNames(undefined)).toEqual([]);
  });
});
