import { describe, expect, it } from 'vitest';
import { parse } from './parse.ts';
import { formatExpr, prettify, toJsonAst } from './print.ts';

const canonical = (query: string): string => formatExpr(parse(query));

describe('formatExpr', () => {
  it.each([
    ['sum  by(a,"b c",)(up{})', 'sum by (a, "b c") (up)'],
    ['up{b="x", "a.b"=~\'y\', a!="z"}', 'up{"a.b"=~"y",a!="z",b="x"}'],
    ['{__name__="up"}', '{__name__="up"}'],
    ['a + ignoring(x) group_left b', 'a + ignoring (x) group_left () b'],
    ['a + fill(1e6) b', 'a + fill (1e+06) b'],
    ['up[36h] OFFSET -90d', 'up[1d12h] offset -90d'],
    ['up[2w] offset 12w6d', 'up[2w] offset 90d'],
    ['up[1500ms:0.25]', 'up[1s500ms:250ms]'],
    ['1e21', '1000000000000000000000'],
    ['up @ -1.5', 'up @ -1.500'],
    [String.raw`"\xff\u200b😀\t"`, String.raw`"\xff\u200b😀\t"`],
    ['+(a) - -1', '+(a) - -1'],
    ['info(up, {})', 'info(up, {})'],
  ])('%s', (query, text) => {
    expect(canonical(query)).toBe(text);
  });

  it('keeps what an offset covers, where a sign made the difference', () => {
    expect(canonical('a offset +(5) + b')).toBe('(a offset (5)) + b');
    expect(canonical('a offset (5) + 2')).toBe('a offset (5) + 2');
    expect(canonical('a offset - +step() * 2')).toBe('a offset (-step() * 2)');
  });
});

describe('prettify', () => {
  const long = (name: string): string => `${name}_${'x'.repeat(60)}`;

  it('leaves up to 100 bytes on a line', () => {
    const query = `sum(${'a'.repeat(95)})`;
    expect(prettify(parse(query))).toBe(query);
    expect(prettify(parse(query.replace('(', '(a')))).toBe(`sum(\n  ${'a'.repeat(96)}\n)`);
  });

  it('counts bytes, not characters', () => {
    const query = `sum({a="${'é'.repeat(50)}"})`;
    expect(prettify(parse(query))).toBe(`sum(\n  {a="${'é'.repeat(50)}"}\n)`);
  });

  it('breaks calls, aggregations, operators and parentheses', () => {
    const query = `-topk by (a) (2, (${long('m')} * on (b) label_replace(${long('n')}[5m:] offset 1m, "a", "b", "c", "d")))`;
    expect(() => parse(query)).toThrow('expected type instant vector');
    const valid = query.replace('[5m:] offset 1m', '');
    expect(prettify(parse(valid))).toBe(
      [
        '-topk by (a) (',
        '  2,',
        '  (',
        `      ${long('m')}`,
        '    * on (b)',
        `      label_replace(${long('n')}, "a", "b", "c", "d")`,
        '  )',
        ')',
      ].join('\n'),
    );
  });
});

describe('toJsonAst', () => {
  it('shows selectors with both forms of each duration', () => {
    expect(toJsonAst(parse('up{a="b"}[5m] anchored offset -(5) @ start()'))).toEqual({
      type: 'matrixSelector',
      name: 'up',
      range: 300_000,
      rangeExpr: null,
      matchers: [
        { name: 'a', type: '=', value: 'b' },
        { name: '__name__', type: '=', value: 'up' },
      ],
      offset: 0,
      offsetExpr: {
        type: 'durationExpr',
        op: '-',
        lhs: null,
        rhs: {
          type: 'durationExpr',
          op: '+',
          lhs: null,
          rhs: { type: 'numberLiteral', val: '5', duration: false },
          wrapped: true,
        },
        wrapped: false,
      },
      timestamp: null,
      startOrEnd: 'start',
      anchored: true,
      smoothed: false,
    });
  });

  it('shows functions with their signatures, matching with its fill values', () => {
    expect(toJsonAst(parse('round(a) > bool on (x) fill_left(2) b @ 3'))).toMatchObject({
      type: 'binaryExpr',
      op: '>',
      bool: true,
      lhs: {
        type: 'call',
        func: { name: 'round', argTypes: ['vector', 'scalar'], variadic: 1, returnType: 'vector' },
        args: [{ type: 'vectorSelector', name: 'a' }],
      },
      matching: { card: 'one-to-one', labels: ['x'], on: true, include: [], fillValues: { lhs: 2, rhs: null } },
      rhs: { timestamp: 3000, startOrEnd: null },
    });
  });

  it('shows the rest', () => {
    expect(toJsonAst(parse('-(count_values("v", a))'))).toEqual({
      type: 'unaryExpr',
      op: '-',
      expr: {
        type: 'parenExpr',
        expr: {
          type: 'aggregation',
          op: 'count_values',
          expr: expect.objectContaining({ type: 'vectorSelector' }),
          param: { type: 'stringLiteral', val: 'v' },
          grouping: [],
          without: false,
        },
      },
    });
    expect(toJsonAst(parse('a[1m:step()]'))).toMatchObject({
      type: 'subquery',
      range: 60_000,
      step: 0,
      stepExpr: { type: 'durationExpr', op: 'step', lhs: null, rhs: null, wrapped: false },
    });
    expect(toJsonAst(parse('"\\xff"'))).toEqual({ type: 'stringLiteral', val: '\ufffd' });
    expect(toJsonAst(parse('-Inf'))).toEqual({ type: 'numberLiteral', val: '-Inf' });
  });
});
