import { expect, it } from 'vitest';
import { urlProblem } from './url-problem.ts';

it('says what of a URL is wrong', () => {
  const problems: readonly [url: string, problem: string][] = [
    ['http://a:99999/metrics', 'invalid port "99999"'],
    ['http://u:pw@a:8o/metrics', 'invalid port "8o"'],
    ['http://a:-1/', 'invalid port "-1"'],
    ['http://::1/metrics', 'too many colons in address "::1"; an IPv6 address stands in brackets'],
    ['http://a:80:81/metrics', 'too many colons in address "a:80:81"; an IPv6 address stands in brackets'],
    ['http://x y:1/metrics', 'invalid character " " in host name'],
    ['http://a"b/', 'invalid character "\\"" in host name'],
    ['http://[::g]:1/metrics', 'invalid host "[::g]"'],
    ['http://256.1.1.1/', 'invalid host "256.1.1.1"'],
    ['http://:9090/metrics', 'no host in it'],
    ['http:///metrics', 'no host in it'],
  ];
  for (const [url, problem] of problems) expect([url, urlProblem(url)]).toEqual([url, `it is not a URL: ${problem}`]);
  expect(urlProblem('nonsense')).toBe('it is not a URL');
});

it('is asked only of texts that are none', () => {
  for (const url of ['http://[::1]:80/', 'http://a:65535', 'http://a:/', 'http://ä.example/']) {
    expect([url, URL.canParse(url)]).toEqual([url, true]);
  }
});
