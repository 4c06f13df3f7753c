import { describe, expect, it } from 'vitest';
import { decodeGood, printed, problemsOf } from '#test/decode';
import { anyUrl, httpUrl, queryUrlText, secretHttpUrl, splitUrl, urlText } from './schema-url.ts';
import { shownUrl, shownWithoutQuery } from './shown-url.ts';

describe('splitting a URL', () => {
  it.each([
    ['http://host:9090/path?q#f', 'http', 'host:9090'],
    ['HTTPS://user:pw@host', 'https', 'host'],
    ['localhost:9090', 'localhost', ''],
    ['unix:///var/run/docker.sock', 'unix', ''],
    ['http://[::1]:9090/', 'http', '[::1]:9090'],
    ['/relative', '', ''],
    ['', '', ''],
    ['//host/x', '', 'host'],
  ])('%j has scheme %j and host %j', (text, scheme, host) => {
    expect(splitUrl(text)).toEqual({ scheme, host });
  });

  it.each([
    ['://invalid', 'parse "://invalid": missing protocol scheme'],
    ['http://h:port/', 'parse "http://h:port/": invalid port ":port" after host'],
    ['http://h/%zz', 'parse "http://h/%zz": invalid URL escape "%zz"'],
    ['http://h\u0001/', 'parse "http://h\\u0001/": net/url: invalid control character in URL'],
    ['127.0.0.1:9090', 'parse "127.0.0.1:9090": first path segment in URL cannot contain colon'],
    ['http://a b/', 'parse "http://a b/": invalid character " " in host name'],
  ])('refuses %j', (text, message) => {
    expect(() => splitUrl(text)).toThrow(expect.objectContaining({ message, kind: 'bad-config' }));
  });

  it('does not repeat the password in its message', () => {
    expect(() => splitUrl('http://u:hunter2@h:x/')).toThrow('parse "http://u:xxxxx@h:x/"');
    expect(() => splitUrl('http://h:x/?token=hunter2')).toThrow('parse "http://h:x/?token=xxxxx"');
  });
});

describe('a URL field', () => {
  it('prints without the password', () => {
    expect(shownUrl('https://user:pw@host/p?q=a:b@c')).toBe('https://user:xxxxx@host/p?q=a:b@c');
    expect(shownUrl('https://host/a:b@c')).toBe('https://host/a:b@c');
    expect(shownUrl('https://user:p@ss:word@host')).toBe('https://user:xxxxx@host');
    expect(shownUrl('https://me@home:pw@host')).toBe('https://me@home:xxxxx@host');
    expect(shownUrl('https://:pw@host')).toBe('https://:xxxxx@host');
    expect(shownUrl('https://user@host:80')).toBe('https://user@host:80');
    expect(printed(anyUrl(), 'http://u:pw@h/')).toBe('http://u:xxxxx@h/\n');
    expect(printed(urlText(), 'http://u:pw@h/')).toBe('http://u:xxxxx@h/\n');
    expect(printed(urlText(), 'h:8500')).toBe('h:8500\n');
  });

  it('prints without the values of a query that may hold a token', () => {
    expect(shownWithoutQuery('http://u:pw@h/p?a=b&token=c=d;e#f?g=h')).toBe(
      'http://u:xxxxx@h/p?a=xxxxx&token=xxxxx;xxxxx#f?g=h',
    );
    expect(shownWithoutQuery('http://h/?token&a=')).toBe('http://h/?xxxxx&a=xxxxx');
    expect(shownWithoutQuery('h/p?')).toBe('h/p?');
    expect(printed(queryUrlText(), 'http://h/?token=t')).toBe('http://h/?token=xxxxx\n');
  });

  it('keeps the text as it is', () => {
    expect(decodeGood(anyUrl(), 'http://u:pw@h')).toBe('http://u:pw@h');
  });

  it('may have to be http', () => {
    const hint = 'write a full URL such as http://host:9090/path';
    expect(decodeGood(httpUrl(), 'https://h/x')).toBe('https://h/x');
    expect(problemsOf(httpUrl(), 'ftp://h')).toEqual([`1:1: unsupported scheme "ftp" for URL (${hint})`]);
    expect(problemsOf(httpUrl(), 'http:///x')).toEqual([`1:1: missing host for URL (${hint})`]);
  });

  it('may be a secret', () => {
    const url = decodeGood(secretHttpUrl(), 'https://hooks.slack.com/T0/B0');
    expect(url.reveal()).toBe('https://hooks.slack.com/T0/B0');
    expect(printed(secretHttpUrl(), url)).toBe('<secret>\n');
    expect(decodeGood(secretHttpUrl(), '<secret>').reveal()).toBe('<secret>');
    expect(problemsOf(secretHttpUrl(), 'hooks')).toHaveLength(1);
  });
});
