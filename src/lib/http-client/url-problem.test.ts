import { expect, it } from 'vitest';
import { readUrl } from '../read-url.ts';
import { misreadProblem, urlProblem } from './url-problem.ts';

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
    ['http://u%40h:80/metrics', 'invalid URL escape "%40"'],
  ];
  for (const [url, problem] of problems) expect([url, urlProblem(url)]).toEqual([url, `it is not a URL: ${problem}`]);
  expect(urlProblem('nonsense')).toBe('it is not a URL');
});

it('is asked only of texts that are none', () => {
  for (const url of ['http://[::1]:80/', 'http://a:65535', 'http://a:/', 'http://ä.example/']) {
    expect([url, readUrl(url) === null]).toEqual([url, false]);
  }
});

it('reads hosts as they are written', () => {
  const misread: readonly [url: string, problem: string][] = [
    ['http://0177.0.0.1:80/', '"0177.0.0.1" is neither an IPv4 address nor a name'],
    ['http://192.168.010.020/', '"192.168.010.020" is neither an IPv4 address nor a name'],
    ['http://127.1', '"127.1" is neither an IPv4 address nor a name'],
    ['http://2130706433:80', '"2130706433" is neither an IPv4 address nor a name'],
    ['http://0x7f000001', '"0x7f000001" is neither an IPv4 address nor a name'],
    ['http://0:80', '"0" is neither an IPv4 address nor a name'],
    ['http://127.0.0.1.:80', '"127.0.0.1." is neither an IPv4 address nor a name'],
    ['http://１２７.0.0.1/', '"１２７.0.0.1" is neither an IPv4 address nor a name'],
    ['http://%6cocalhost/', 'invalid URL escape "%6c"'],
    ['http://h\\foo/', 'invalid character "\\\\" in host name'],
    ['http://127.0.0\n.1/', 'invalid control character "\\n"'],
    ['http:127.0.0.1/', 'no host in it'],
    ['//0177.0.0.1/', '"0177.0.0.1" is neither an IPv4 address nor a name'],
    ['/\\127.0.0.1/', 'invalid character "\\\\" in it'],
  ];
  for (const [url, problem] of misread) {
    const read = new URL(url, 'http://base/');
    expect([url, misreadProblem(url, read)]).toEqual([url, `it is not a URL: ${problem}`]);
  }
});

it('has nothing against what is written as it is read', () => {
  const urls = [
    'http://u:pw@127.0.0.1:80/a?b',
    'https://LOCALHOST',
    'http://[::1]:80/',
    'http://ä.example/',
    '/a',
    '?b=\\',
    'c',
  ];
  for (const url of urls) expect([url, misreadProblem(url, new URL(url, 'http://base/'))]).toEqual([url, null]);
});
