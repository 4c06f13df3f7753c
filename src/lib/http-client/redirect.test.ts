import { expect, it } from 'vitest';
import type { Exchange } from './exchange.ts';
import { redirected } from './redirect.ts';

const from = (url: string): Exchange => ({
  ...{ url: new URL(url), method: 'POST', body: 'said' },
  ...{ headers: { accept: 'text/plain' }, secrets: { authorization: ['Basic dTpw'] }, isConfidential: false },
});
const keepsSecrets = (before: string, after: string) =>
  'authorization' in redirected(from(before), new URL(after), 302).secrets;

it('secrets follow a redirect to the same host only, and never from HTTPS to HTTP', () => {
  expect(keepsSecrets('https://a:9100/metrics', 'https://a:9100/other')).toBe(true);
  expect(keepsSecrets('http://a/metrics', 'https://a/metrics')).toBe(true);
  expect(keepsSecrets('https://a:9100/metrics', 'https://b:9100/metrics')).toBe(false);
  expect(keepsSecrets('https://a:9100/metrics', 'https://a:9101/metrics')).toBe(false);
  expect(keepsSecrets('https://a/metrics', 'http://a/metrics')).toBe(false);
  expect(keepsSecrets('https://a:9100/metrics', 'http://a:9100/metrics')).toBe(false);
});

it('307 and 308 keep method and body', () => {
  const after = (status: number) => redirected(from('http://a/'), new URL('http://a/b'), status);
  expect([307, 308, 303].map((status) => [after(status).method, after(status).body])).toEqual([
    ['POST', 'said'],
    ['POST', 'said'],
    ['GET', null],
  ]);
});

it('a confidential request stays with its host', () => {
  const after = (url: string) => redirected({ ...from('https://a/token'), isConfidential: true }, new URL(url), 307);
  expect(after('https://a/other').body).toBe('said');
  for (const url of ['https://b/token', 'http://a/token']) {
    expect(() => after(url)).toThrow(/^a redirects to https?:\/\/[ab], and the request holds a secret$/);
  }
});
