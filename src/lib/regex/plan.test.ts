import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { withoutAnchors } from './anchors.ts';
import { backtrackingRegex } from './backtracking.ts';
import { planRegex } from './plan.ts';
import { parseSyntax } from './syntax.ts';
import { wildcardTest } from './wildcard.ts';

const char = fc.constantFrom(
  'a',
  'b',
  'c',
  'k',
  'S',
  '-',
  '1',
  ' ',
  '\n',
  'é',
  'ſ',
  '\u212a',
  '\u{1f600}',
  '\udc80',
  '/',
  '.',
  '_',
);
const text = fc.array(char, { maxLength: 9 }).map((chars) => chars.join(''));

const atom = fc.constantFrom(
  ...[
    'a',
    'b',
    'c',
    'k',
    'S',
    '1',
    '-',
    '/',
    'é',
    '\u{1f600}',
    '\\.',
    '\\-',
    '\\/',
    '\\n',
    '\\t',
    '.',
    '.',
    '_',
    '{',
    'a{,2}',
  ],
  ...[
    '[ab]',
    '[^a]',
    '[a-c]',
    '[^a-c\\d]',
    '[\\w-]',
    '[]a]',
    '[k-s]',
    '[^\\n]',
    '[\\-.]',
    '\\d',
    '\\w',
    '\\s',
    '\\D',
    '\\W',
    '\\S',
  ],
  ...[
    '[[:alpha:]]',
    '\\pL',
    '\\b',
    '\\x61',
    '\\Qa.\\E',
    '(?i:k)',
    '(?i:[a-k])',
    '(?-s:.)',
    '(?i:S|é)',
    '(?i:\\w)',
    '^',
    '$',
  ],
);
const suffix = fc.constantFrom('', '', '', '', '', '*', '+', '?', '*?', '+?', '{2}', '{1,3}', '{0,2}', '{2,}');
const { pattern } = fc.letrec<{ pattern: string; sequence: string; item: string }>((tie) => ({
  pattern: fc.array(tie('sequence'), { minLength: 1, maxLength: 3 }).map((branches) => branches.join('|')),
  sequence: fc.array(tie('item'), { maxLength: 5 }).map((items) => items.join('')),
  item: fc.oneof(
    { maxDepth: 2 },
    { weight: 6, arbitrary: fc.tuple(atom, suffix).map((parts) => parts.join('')) },
    { weight: 3, arbitrary: fc.constantFrom('.*', '.+', 'abc', 'foo') },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom('(', '(?:', '(?i)(', '(?P<n>'), tie('pattern'), fc.constant(')'), suffix)
        .map((parts) => parts.join('')),
    },
  ),
}));

/** With RE2's meaning, by the engine itself; null when it refuses the pattern. */
function reference(source: string): ((text: string) => boolean) | null {
  try {
    const engine = RE2JS.compile(source, RE2JS.DOTALL);
    return (value) => engine.testExact(value);
  } catch {
    return null;
  }
}

describe('a planned regex', () => {
  it('matches what RE2 matches, whatever way it takes', { timeout: 120_000 }, () => {
    const taken = { literals: 0, wildcard: 0, backtracking: 0, engine: 0 };
    const property = fc.property(pattern, fc.array(text, { minLength: 1, maxLength: 8 }), (source, texts) => {
      const matches = reference(source);
      if (matches === null) return;
      const syntax = parseSyntax(source);
      const node = syntax && withoutAnchors(syntax);
      const { literals, prefix, test } = planRegex(source);
      const fast = test(matches);
      if (literals) taken.literals++;
      else if (node && wildcardTest(node)) taken.wildcard++;
      else if (node && backtrackingRegex(node)) taken.backtracking++;
      else taken.engine++;
      for (const value of [...texts, ...(literals ?? []).slice(0, 20)]) {
        const expected = matches(value);
        expect([value, fast(value)]).toEqual([value, expected]);
        if (literals) expect(literals.includes(value)).toBe(expected);
        if (expected) expect(value.startsWith(prefix)).toBe(true);
        // The ways that were not taken must be right as well.
        const others = node ? [wildcardTest(node), backtrackingRegex(node)] : [];
        for (const other of others) {
          if (typeof other === 'function') expect([value, other(value)]).toEqual([value, expected]);
          else if (other) expect([value, other.regex.test(value)]).toEqual([value, expected]);
        }
      }
    });
    fc.assert(property, { numRuns: 1500, seed: Number(process.env.PROPERTY_SEED ?? 1) });
    expect(Math.min(...Object.values(taken))).toBeGreaterThan(20);
  });

  it.each<[pattern: string, literals: readonly string[] | null, prefix: string]>([
    ['foo', ['foo'], 'foo'],
    ['foo|bar', ['foo', 'bar'], ''],
    ['^(?:prod|pre)$', ['prod', 'pre'], 'pr'],
    ['api-(v1|v2)', ['api-v1', 'api-v2'], 'api-v'],
    ['5[0-2]x?', ['50', '50x', '51', '51x', '52', '52x'], '5'],
    ['10\\.0\\.0\\.1:9100', ['10.0.0.1:9100'], '10.0.0.1:9100'],
    ['(?i)ab', ['AB', 'Ab', 'aB', 'ab'], ''],
    ['foo.*', null, 'foo'],
    ['(foo|fox)bar.+', null, 'fo'],
    ['[a-z]{3}', null, ''],
    ['\\d\\d\\d', null, ''],
    ['', [''], ''],
    ['a||b', ['a', '', 'b'], ''],
  ])('of %s knows its literals and prefix', (source, literals, prefix) => {
    const plan = planRegex(source);
    expect(plan.literals && [...plan.literals].sort()).toEqual(literals && [...literals].sort());
    expect(plan.prefix).toBe(prefix);
  });

  it('takes any number of literals', () => {
    const many = Array.from({ length: 5000 }, (_, i) => `host-${i}`);
    expect(planRegex(many.join('|')).literals).toEqual(many);
  });
});

describe('an engine that backtracks', () => {
  const limitOf = (source: string) => backtrackingRegex(parseSyntax(source)!)?.maxLength ?? null;

  it('is asked for any length when there is nothing to try', () => {
    expect(limitOf('[a-z]{3}')).toBe(Number.POSITIVE_INFINITY);
    expect(limitOf('(?i)get|post')).toBe(Number.POSITIVE_INFINITY);
  });

  it('is asked for long texts when each loop has one place to end, for shorter ones otherwise', () => {
    expect(limitOf('[^/]+/[^/]+/[^/]+')).toBeGreaterThan(10_000);
    expect(limitOf('\\d+.*')).toBeLessThan(1000);
    expect(limitOf('.*[ab].*[cd].*')).toBeLessThan(100);
  });

  it.each([
    '(a+)+',
    '(a|a)*',
    '(.*)*',
    '([ab]+c?)*',
    'a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?aaaaaaaaaaaaaaaa',
    '.*[ab].*[ab].*[ab].*[ab].*',
  ])('is never asked about %s', (source) => expect(limitOf(source)).toBeNull());
});
