import { describe, expect, it } from 'vitest';
import { errorMessage } from '#lib/errors';
import { type MatcherMode, parseMatcher, parseMatchers, printMatcher } from './matcher-syntax.ts';

/** Name, operator and value of each matcher. */
function parsed(text: string): [string, string, string][] {
  return parseMatchers(text).map(({ name, operator, value }) => [name, operator, value]);
}

describe('matchers', () => {
  it.each<[string, [string, string, string][]]>([
    ['foo=bar', [['foo', '=', 'bar']]],
    ['foo="bar"', [['foo', '=', 'bar']]],
    [' foo != "bar" ', [['foo', '!=', 'bar']]],
    [
      '{foo=~"a|b", baz!~c}',
      [
        ['foo', '=~', 'a|b'],
        ['baz', '!~', 'c'],
      ],
    ],
    ['{foo="bar",}', [['foo', '=', 'bar']]],
    [
      'foo="a,b",c=d',
      [
        ['foo', '=', 'a,b'],
        ['c', '=', 'd'],
      ],
    ],
    ['foo="say \\"hi\\"\\n\\\\"', [['foo', '=', 'say "hi"\n\\']]],
    ['{}', []],
    ['', []],
    ['foo=', [['foo', '=', '']]],
    ['foo=""', [['foo', '=', '']]],
    ['foo🙂=bar', [['foo🙂', '=', 'bar']]],
    ['"foo bar"="baz"', [['foo bar', '=', 'baz']]],
    ['"\\xf0\\x9f\\x99\\x82"=dΘ', [['🙂', '=', 'dΘ']]],
    ['{ä=b}', [['ä', '=', 'b']]],
    ['{ä=b,}', [['ä', '=', 'b']]],
    [
      'ä=b,ö!=c',
      [
        ['ä', '=', 'b'],
        ['ö', '!=', 'c'],
      ],
    ],
    ['ä="\\u00e9\\t\\141"', [['ä', '=', 'é\ta']]],
    ['statuscode=~"5.."', [['statuscode', '=~', '5..']]],
    // Where the two syntaxes disagree the classic one counts: `\d` is no escape there.
    ['a=~"\\d+"', [['a', '=~', '\\d+']]],
    ['foo=bar}}', [['foo', '=', 'bar}']]],
    ['a=b c', [['a', '=', 'b c']]],
    ['a=b=c', [['a', '=', 'b=c']]],
    ['a="\\t"', [['a', '=', '\\t']]],
  ])('%j', (text, matchers) => {
    expect(parsed(text)).toEqual(matchers);
  });

  it.each([
    ['foo', 'bad matcher format: foo'],
    ['=bar', 'bad matcher format: =bar'],
    ['foo=a"b', 'matcher value contains unescaped double quote: a"b'],
    ['foo="a', 'matcher value contains unescaped double quote: "a'],
    ['foo🙂=a=b', 'bad matcher format: foo🙂=a=b'],
    ['foo~bar', 'bad matcher format: foo~bar'],
    // Only the UTF-8 syntax could understand these names, and the rest is wrong in it too.
    ['{ä=b', 'bad matcher format: ä=b'],
    ['ä=b}', 'bad matcher format: ä=b'],
    ['{ä=b}}', 'bad matcher format: ä=b}'],
    ['{ä=b}c=d', 'bad matcher format: ä=b}c=d'],
    ['ä=b c=d', 'bad matcher format: ä=b c=d'],
    ['ä=b,,c=d', 'bad matcher format: ä=b'],
    ['ä', 'bad matcher format: ä'],
    ['ä=', 'bad matcher format: ä='],
    ['ä!b', 'bad matcher format: ä!b'],
    ['ä="b', 'bad matcher format: ä="b'],
    ['ä="\\q"', 'bad matcher format: ä="\\q"'],
    ['"\\xff"=a', 'bad matcher format: "\\xff"=a'],
  ])('%j is refused', (text, message) => {
    expect(() => parseMatchers(text)).toThrow(expect.objectContaining({ message, kind: 'bad-request' }));
  });

  it('print with quotes where they are needed', () => {
    expect(printMatcher({ name: 'foo', operator: '=', value: 'a"b\n\\' })).toBe('foo="a\\"b\\n\\\\"');
    expect(printMatcher({ name: 'foo bar', operator: '=~', value: '' })).toBe('"foo bar"=~""');
  });

  it('read back what they print', () => {
    for (const text of ['a="b"', 'a!="\\"x\\""', '"a b"=~"c.*"', 'ä!~"\\\\d"']) {
      expect(parseMatchers(text).map(printMatcher)).toEqual([text]);
    }
  });
});

describe('the mode of matchers', () => {
  const read = (text: string, mode: MatcherMode) => {
    try {
      return parseMatchers(text, mode).map(printMatcher).join(',');
    } catch (error) {
      return errorMessage(error);
    }
  };
  it.each([
    // Both understand it.
    ['foo="bar"', 'foo="bar"', 'foo="bar"', 'foo="bar"'],
    // Only the classic syntax takes spaces and unescaped backslashes without quotes.
    ['foo=a b', 'foo="a b"', 'foo="a b"', '6:7: unexpected b: expected a comma or close brace'],
    [String.raw`foo=~\d+`, String.raw`foo=~"\\d+"`, String.raw`foo=~"\\d+"`, String.raw`5:6: \: invalid input`],
    // Only the UTF-8 syntax takes such names.
    ['foo🙂=bar', 'foo🙂="bar"', 'bad matcher format: foo🙂=bar', 'foo🙂="bar"'],
    ['"a b"="c"', '"a b"="c"', 'bad matcher format: "a b"="c"', '"a b"="c"'],
    // They disagree.
    [String.raw`foo="\xf0\x9f\x99\x82"`, ...both(String.raw`foo="\\xf0\\x9f\\x99\\x82"`), 'foo="🙂"'],
  ])('%s', (text, fallback, classic, utf8) => {
    expect([read(text, 'fallback'), read(text, 'classic'), read(text, 'utf8')]).toEqual([fallback, classic, utf8]);
  });
});

describe('a matcher that stands alone', () => {
  const read = (text: string, mode?: MatcherMode) => {
    try {
      return printMatcher(parseMatcher(text, mode));
    } catch (error) {
      return errorMessage(error);
    }
  };
  it.each([
    ['foo="bar"', 'foo="bar"'],
    ['foo=a,b=c', 'foo="a,b=c"'],
    ['foo="a",', 'foo="a"'],
    ['"a b"=c', '"a b"="c"'],
    ['{foo="bar"}', 'unexpected open or close brace: {foo="bar"}'],
    ['foo=a}', 'unexpected open or close brace: foo=a}'],
    ['', 'bad matcher format: '],
    ['foo', 'bad matcher format: foo'],
  ])('%s', (text, wanted) => {
    expect(read(text)).toBe(wanted);
  });

  it('is read as the mode says', () => {
    expect(read('foo=bar}', 'classic')).toBe('foo="bar}"');
    expect(read('foo=a,b=c', 'utf8')).toBe('expected 1 matcher, found 2');
    expect(read('{foo=a}', 'utf8')).toBe('unexpected open or close brace: {foo=a}');
    expect(read('foo🙂=a', 'utf8')).toBe('foo🙂="a"');
  });
});

function both(text: string): [string, string] {
  return [text, text];
}
