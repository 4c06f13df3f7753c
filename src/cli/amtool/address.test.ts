import { describe, expect, it } from 'vitest';
import { BarographError } from '#lib/errors';
import { type Address, checkAddress, noAnswer, notTheApi } from './address.ts';

const given = (url: string): Address => ({ url, given: true });
const DEFAULT: Address = { url: 'http://localhost:9090', given: false };

/** Message and hint. */
function said(work: () => unknown): readonly (string | undefined)[] {
  try {
    const error = work();
    if (error instanceof BarographError) return [error.message, error.hint];
  } catch (error) {
    if (error instanceof BarographError) return [error.message, error.hint];
    throw error;
  }
  return [];
}

describe('the address of an Alertmanager', () => {
  it.each([
    ['localhost:9093', 'localhost:9093', 'http://localhost:9093'],
    ['am.example.org', 'am.example.org', 'http://am.example.org'],
    ['ftp://me:secret@am/x', 'ftp://me:xxxxx@am/x', 'http://am'],
    ['', '', 'http://localhost:9093'],
  ])('is no %s', (url, shown, advised) => {
    expect(said(() => checkAddress(given(url)))).toEqual([
      `--alertmanager.url=${shown} is no address of a server`,
      `Write it with http:// or https:// in front: --alertmanager.url=${advised}.`,
    ]);
  });

  it('may have a user, a password and a path', () => {
    expect(said(() => checkAddress(given('https://me:pw@am.example.org/alertmanager/')))).toEqual([]);
  });

  it('is to be checked where nobody answers, or to be given', () => {
    const refused = new BarographError('connection refused', { kind: 'unavailable', code: 'connection' });
    expect(said(() => noAnswer(given('http://am:9093'), refused))).toEqual([
      'connection refused',
      'Check that the Alertmanager runs and that --alertmanager.url names its host and port.',
    ]);
    const tls = new BarographError('tls: …', { kind: 'unavailable', code: 'tls' });
    expect(said(() => noAnswer(given('https://am'), tls))[1]).toContain(
      '--http.config.file (tls_config: {ca_file: …})',
    );
    expect(said(() => noAnswer(DEFAULT, refused))[1]).toBe(
      'Say where the Alertmanager is: --alertmanager.url=http://localhost:9093 (none was given, and http://localhost:9090 is the default).',
    );
  });

  it.each<[string, Address, number, string, RegExp]>([
    ['the page of something else', given('http://node:9100'), 404, '404 page not found', /^Check host, port and path/],
    ['a page', given('http://me:pw@node:9100'), 200, '<!doctype html>\n<title>x</title>', /^Check host, port and path/],
    ['the default', DEFAULT, 404, '404 page not found', /^Say where the Alertmanager is: --alertmanager\.url=/],
    ['a proxy', given('http://am'), 401, 'Unauthorized', /--http\.config\.file.*USER:PASSWORD@HOST/],
    ['its API', given('http://am/x/api/v2/'), 404, '404 page not found', /: --alertmanager\.url=http:\/\/am\/x\.$/],
    [
      'a part of its API',
      given('http://am/api/v2'),
      404,
      '{"code":404,"message":"path /x was not found"}',
      /: --alertmanager\.url=http:\/\/am\.$/,
    ],
    ['a page of its own', given('http://am/#/alerts'), 404, 'no', /: --alertmanager\.url=http:\/\/am\.$/],
  ])('is wrong when %s answers', (_, address, status, text, hint) => {
    const [message, advice] = said(() => notTheApi(address, { status, text }));
    expect(message).toMatch(/^what answers at http:\/\/\S+ has no API of an Alertmanager: status \d+, "/);
    expect(message).not.toContain(':pw@');
    expect(advice).toMatch(hint);
  });

  it.each([
    [404, ''],
    [404, '"silence not found"'],
    [400, '{"code":400,"message":"x"}'],
    [200, '[]'],
    [503, 'Service Unavailable'],
  ])('is not what is wrong with an answer of %d, %s', (status, text) => {
    expect(notTheApi(DEFAULT, { status, text })).toBe(null);
  });
});
