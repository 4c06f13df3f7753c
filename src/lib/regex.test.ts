import { describe, expect, it } from 'vitest';
import { compileRegex } from './regex.ts';
import { expandTemplate } from './regex-template.ts';

describe('RE2 patterns', () => {
  it.each([
    ['foo', 'foo', true],
    ['foo', 'foobar', false],
    ['foo|bar', 'bar', true],
    ['(foo|bar)', 'bar', true],
    ['foo|', '', true],
    ['.*', 'a\nb', true],
    ['.+', '', false],
    ['app-1.*', 'app-12', true],
    ['app-1.+', 'app-1', false],
    ['.+-x', '-x', false],
    ['.*mid.+', 'a mid', false],
    ['.+mid.*', 'amidb', true],
    ['10\\.0\\.0\\.1:9100', '10.0.0.1:9100', true],
    ['10\\.0\\.0\\.1:9100', '10a0.0.1:9100', false],
    ['(?i)GET', 'get', true],
    ['[[:alpha:]]+', 'abc', true],
    ['a.c', 'a\nc', true],
    ['', '', true],
    ['', 'x', false],
    ['5..', '503', true],
    ['\\d+', '12', true],
    ['a\\d', 'ad', false],
    ['\\Qa.c', 'a.c', true],
    ['\\Qa.c', 'abc', false],
    ['a|ab', 'ab', true],
    ['a$', 'a\n', false],
  ])('%s against %j is %s', (pattern, text, expected) => {
    expect(compileRegex(pattern).test(text)).toBe(expected);
    expect(compileRegex(pattern).exec(text) !== null).toBe(expected);
  });

  it('refuses what RE2 refuses, in Go’s words', () => {
    expect(() => compileRegex('a(b')).toThrow('error parsing regexp: missing closing ): `a(b`');
    expect(() => compileRegex('a)(b')).toThrow('error parsing regexp: unexpected )');
    expect(() => compileRegex('(?=x)')).toThrow('error parsing regexp');
  });

  it('answers a pattern that would hang a backtracking engine', () => {
    expect(compileRegex('(a+)+').test(`${'a'.repeat(40)}b`)).toBe(false);
  });

  it.each([
    ['(.*):(\\d+)', 'host:80', '$1-$2', 'host-80'],
    ['(.*)', 'x', '$1y', ''],
    ['(.*)', 'x', '${1}y', 'xy'],
    ['(?P<name>.*)', 'x', 'a-$name', 'a-x'],
    ['(.*)', 'x', '$$1', '$1'],
    ['(.*)', 'x', 'end$', 'end$'],
  ])('expands %s on %s with %s', (pattern, text, template, expected) => {
    const regex = compileRegex(pattern);
    expect(expandTemplate(regex, template, regex.exec(text) ?? [])).toBe(expected);
  });
});
