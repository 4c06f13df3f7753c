import { describe, expect, it } from 'vitest';
import { errorMessage } from '#lib/errors';
import type { Expr } from './ast.ts';
import { childrenOf } from './ast.ts';
import { parse, parseSelector } from './parse.ts';
import { parseProblemOf } from './parse-error.ts';

function refusal(read: () => unknown): unknown {
  try {
    read();
  } catch (error) {
    return error;
  }
  throw new Error('was not refused');
}

function complaint(query: string): string {
  return errorMessage(refusal(() => parse(query)));
}

describe('selectors', () => {
  it('have their matchers as written and the one for the name last', () => {
    expect(parse('http_requests_total{job=~"api.*", "a.b"!="c"} @ 12.5 offset -5m')).toEqual({
      kind: 'vector',
      name: 'http_requests_total',
      matchers: [
        { name: 'job', operator: '=~', value: 'api.*' },
        { name: 'a.b', operator: '!=', value: 'c' },
        { name: '__name__', operator: '=', value: 'http_requests_total' },
      ],
      at: { at: 12_500 },
      offset: -300_000,
      anchored: false,
      smoothed: false,
      start: 0,
      end: 63,
    });
  });

  it('take a quoted name inside the braces as a matcher', () => {
    expect(parse('{"http.requests"}')).toMatchObject({
      name: '',
      matchers: [{ name: '__name__', operator: '=', value: 'http.requests' }],
    });
  });

  it('keep range, offset and boundary of a range vector in their places', () => {
    expect(parse('up[5m] smoothed offset 1m @ end()')).toMatchObject({
      kind: 'matrix',
      range: 300_000,
      selector: { name: 'up', smoothed: true, anchored: false, offset: 60_000, at: { at: 'end' } },
    });
  });

  it.each(['sum', 'by', 'offset', 'start', 'without', 'fill', 'min_of', 'anchored', 'and'])(
    'can be named %s',
    (name) => {
      expect(parse(`${name}{a="b"}`)).toMatchObject({ kind: 'vector', name });
    },
  );

  it.each(['bool', 'on', 'ignoring', 'group_left', 'atan2'])('cannot be named %s', (name) => {
    expect(complaint(name)).toContain('1:1: parse error: unexpected <');
  });

  it('round times after @ to milliseconds, halves away from zero', () => {
    expect(parse('up @ -0.0005')).toMatchObject({ at: { at: -1 } });
    expect(parse('up @ 0.0005')).toMatchObject({ at: { at: 1 } });
  });
});

describe('durations', () => {
  it('are milliseconds when they are literals', () => {
    expect(parse('up[1h30m:90]')).toMatchObject({ kind: 'subquery', range: 5_400_000, step: 90_000 });
    expect(parse('up[1m:]')).toMatchObject({ step: null });
    expect(parse('up[0.0019]')).toMatchObject({ range: 1 });
  });

  it('are expressions when they have to be computed', () => {
    expect(parse('up[2 * step() + 5s]')).toMatchObject({
      range: {
        operator: '+',
        operands: [
          { operator: '*', operands: [{ operator: 'literal', value: 2, duration: false }, { operator: 'step' }] },
          { operator: 'literal', value: 5, duration: true },
        ],
      },
    });
  });

  it('end after one term in an offset, unless a parenthesis opens it', () => {
    expect(parse('up offset 5m - 1')).toMatchObject({ kind: 'binary', left: { offset: 300_000 } });
    expect(parse('up offset -2^2')).toMatchObject({ kind: 'binary', operator: '^', left: { offset: -2000 } });
    expect(parse('up offset (5m) - 1')).toMatchObject({ kind: 'vector', offset: { operator: '-' } });
  });

  it.each([
    ['up[0s]', '1:4: parse error: duration must be greater than 0'],
    ['up[-5m]', '1:4: parse error: duration must be greater than 0'],
    ['up[5m % 0]', '1:7: parse error: modulo by zero'],
    ['up offset -9.5e10', '1:11: parse error: duration out of range'],
    ['up[300y]', '1:4: parse error: duration out of range'],
    ['up[1.5h]', '1:4: parse error: unknown unit "." in duration "1.5h"'],
    [
      'up[(5m 3m)]',
      '1:8: parse error: unexpected duration "3m" in subquery or range selector, expected number, duration, step(), or range()',
    ],
    ['up[5m 3m]', '1:7: parse error: unexpected duration "3m" in subquery or range, expected ":" or "]"'],
    ['up[5m:1m 1]', '1:10: parse error: unexpected number "1" in subquery selector, expected "]"'],
  ])('refuse %s', (query, message) => {
    expect(complaint(query)).toBe(message);
  });
});

describe('operators', () => {
  it('bind as in arithmetic, signs like products, powers to the right', () => {
    expect(parse('-a ^ 2 ^ 3 * b + c')).toMatchObject({
      operator: '+',
      left: {
        operator: '*',
        left: { kind: 'unary', expr: { operator: '^', right: { operator: '^' } } },
      },
    });
  });

  it('are left-associative among comparisons and sets; or binds least', () => {
    expect(parse('a or b and c unless d')).toMatchObject({
      operator: 'or',
      right: { operator: 'unless', left: { operator: 'and' } },
    });
  });

  it('match vectors one to one, sets many to many, and scalars not at all', () => {
    expect(parse('a * b')).toMatchObject({ matching: { cardinality: 'one-to-one', on: false, labels: [] } });
    expect(parse('a and b')).toMatchObject({ matching: { cardinality: 'many-to-many' } });
    expect(parse('a * 2')).toMatchObject({ matching: null });
  });

  it('read all matching modifiers', () => {
    expect(parse('a == bool on (x, "y z",) group_right (c) fill_right(-1) fill_left(5m) b')).toMatchObject({
      bool: true,
      matching: {
        cardinality: 'one-to-many',
        on: true,
        labels: ['x', 'y z'],
        include: ['c'],
        fillLeft: 300,
        fillRight: -1,
      },
    });
  });

  it('take a parenthesis after group_left for its labels', () => {
    expect(parse('a * on (x) group_left (b) (c)')).toMatchObject({
      matching: { include: ['b'] },
      right: { kind: 'paren' },
    });
    expect(complaint('a * on (x) group_left')).toBe(
      '1:22: parse error: unexpected end of input in grouping opts, expected "("',
    );
  });
});

describe('aggregations and calls', () => {
  it('take the grouping before or after the arguments', () => {
    const grouped = { kind: 'aggregate', operator: 'topk', grouping: ['job'], without: false, param: { value: 3 } };
    expect(parse('TOPK by (job) (3, up)')).toMatchObject(grouped);
    expect(parse('topk(3, up) by (job,)')).toMatchObject(grouped);
  });

  it.each([
    ['sum()', '1:1: parse error: no arguments for aggregate expression provided'],
    ['sum(a, b)', '1:1: parse error: wrong number of arguments for aggregate expression provided, expected 1, got 2'],
    ['sum by (without) (a)', '1:9: parse error: unexpected <without> in grouping opts, expected label'],
    ['sum by ("") (a)', '1:9: parse error: invalid label name for grouping: ""'],
    ['sum(rate(foo[5m]) by (job)', '1:19: parse error: unexpected <by> in aggregation'],
    ['sum(abs(a b))', '1:11: parse error: unexpected identifier "b" in aggregation'],
    ['abs(a, )', '1:6: parse error: trailing commas not allowed in function call args'],
    ['rates(up[5m])', '1:1: parse error: unknown function with name "rates"'],
    ['START()', '1:1: parse error: unknown function with name "START"'],
  ])('refuse %s', (query, message) => {
    expect(complaint(query)).toBe(message);
  });
});

describe('literals', () => {
  it.each([
    ['0x1F', 31],
    ['0755', 493],
    ['089', 89],
    ['1_000.5', 1000.5],
    ['.5e1', 5],
    ['-1h30m', -5400],
    ['iNf', Number.POSITIVE_INFINITY],
    ['9223372036854775808', 2 ** 63],
    ['1y2w3d4h5m6s7ms', 33_019_506.007],
  ])('reads %s', (text, value) => {
    expect(parse(text)).toMatchObject({ kind: 'number', value });
  });

  it.each([
    [
      '0x1FFFFFFFFFFFFFFFFF',
      '1:1: parse error: error parsing number: strconv.ParseFloat: parsing "0x1FFFFFFFFFFFFFFFFF": invalid syntax',
    ],
    ['1__0', '1:1: parse error: bad number or duration syntax: "1__"'],
    ['5m1h', '1:1: parse error: not a valid duration string: "5m1h"'],
  ])('refuses %s', (text, message) => {
    expect(complaint(text)).toBe(message);
  });

  it.each([
    [String.raw`"\x41\102\u00e9\U0001F600\"\n"`, 'ABé😀"\n'],
    [String.raw`'it\'s "x"'`, 'it\'s "x"'],
    ['`raw \\n\n`', 'raw \\n\n'],
    [String.raw`"\xe2\x98\xba"`, '☺'],
  ])('reads the string %s', (text, value) => {
    expect(parse(text)).toMatchObject({ kind: 'string', value });
  });

  it.each([
    [String.raw`"\ud800"`, 'escape sequence is an invalid Unicode code point'],
    [String.raw`"\400"`, 'escape sequence is an invalid Unicode code point'],
    [String.raw`"\xg1"`, "illegal character U+0067 'g' in escape sequence"],
    ['"a\nb"', 'unterminated quoted string'],
    ['"\ufffd"', 'invalid UTF-8 rune'],
  ])('refuses the string %s', (text, message) => {
    expect(complaint(text)).toBe(`1:1: parse error: ${message}`);
  });
});

describe('positions', () => {
  it('count lines, and columns in bytes, from 1', () => {
    expect(complaint('sum(\n  "é" é)')).toBe(`2:8: parse error: unexpected character: 'é'`);
  });

  it('find the line behind multi-byte text', () => {
    expect(complaint('"é" +\n  ~')).toBe(`2:3: parse error: unexpected character: '~'`);
  });

  it('tell an editor what to underline', () => {
    const error = refusal(() => parse('abs(\n"é" + up[5m])'));
    expect(parseProblemOf(error)).toEqual({
      start: 5,
      end: 9,
      text: 'binary expression must contain only scalar and instant vector types',
    });
    expect(error).toMatchObject({ at: { line: 2, column: 1 } });
    expect(parseProblemOf(new Error('1:1: parse error: x'))).toBeNull();
  });

  it('cover each node from its first to its last token', () => {
    const query = 'sum by (a) (rate(e_x[5m] offset 1m)) / -(b > bool 2)';
    const spans = (expr: Expr): string[] => [query.slice(expr.start, expr.end), ...childrenOf(expr).flatMap(spans)];
    expect(spans(parse(query))).toEqual([
      query,
      'sum by (a) (rate(e_x[5m] offset 1m))',
      'rate(e_x[5m] offset 1m)',
      'e_x[5m] offset 1m',
      'e_x',
      '-(b > bool 2)',
      '(b > bool 2)',
      'b > bool 2',
      'b',
      '2',
    ]);
  });

  it('are unknown when there is no text', () => {
    expect(complaint('')).toBe('unknown position: parse error: no expression found in input');
    expect(complaint(' # nothing')).toBe('1:1: parse error: no expression found in input');
  });

  it('of what is complete come before those of what follows', () => {
    expect(complaint('rates(up) ~')).toBe('1:1: parse error: unknown function with name "rates"');
  });
});

describe('nesting', () => {
  const deep: readonly [string, (depth: number) => string][] = [
    ['parentheses', (depth) => `${'('.repeat(depth)}1${')'.repeat(depth)}`],
    ['calls', (depth) => `${'abs('.repeat(depth)}up${')'.repeat(depth)}`],
    ['signs', (depth) => `${'-'.repeat(depth)}up`],
    ['sums', (depth) => `${'up + '.repeat(depth)}1`],
    ['powers', (depth) => `${'2 ^ '.repeat(depth)}2`],
    ['subqueries', (depth) => `up${'[1m:]'.repeat(depth)}`],
    ['sums of durations', (depth) => `up[${'1 + '.repeat(depth)}1]`],
    ['parentheses in durations', (depth) => `up[${'('.repeat(depth)}1${')'.repeat(depth)}]`],
  ];

  it.each(deep.filter(([what]) => what !== 'subqueries'))('of %s goes far', (_, build) => {
    expect(() => parse(build(400))).not.toThrow();
  });

  it.each(deep)('of %s has a limit', (_, build) => {
    for (const depth of [600, 100_000]) {
      expect(complaint(build(depth))).toMatch(
        /^\d:\d+: parse error: expression is nested too deeply, at most 500 levels/,
      );
    }
  });

  it('is refused in 100 kB of open parentheses', () => {
    expect(complaint('('.repeat(100_000))).toContain('nested too deeply');
  });
});

describe('parseSelector', () => {
  it('gives the matchers, the name last', () => {
    expect(parseSelector('up{job="a",}')).toEqual([
      { name: 'job', operator: '=', value: 'a' },
      { name: '__name__', operator: '=', value: 'up' },
    ]);
    expect(parseSelector('{}')).toEqual([]);
  });

  it.each([
    ['', 'unknown position: parse error: unexpected end of input'],
    ['up[5m]', '1:3: parse error: unexpected "["'],
    ['sum(up)', '1:4: parse error: unexpected "("'],
    ['1', '1:1: parse error: unexpected number "1"'],
    ['{a=~"("}', '1:2: parse error: error parsing regexp: missing closing ): `(`'],
  ])('refuses %s', (text, message) => {
    expect(errorMessage(refusal(() => parseSelector(text)))).toBe(message);
  });
});
