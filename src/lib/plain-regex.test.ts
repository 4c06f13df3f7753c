import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { plainRegex } from './plain-regex.ts';

const SEARCH = { foldsCase: false, whole: false };

describe('plainRegex', () => {
  it('knows the patterns that dashboards are full of', () => {
    for (const pattern of [
      '/var/.*',
      '^A-series$',
      '(.*) - (.*)',
      'instance="(?<value>[^"]+)"',
      '^(?:a|b)$',
      '[a-z]+\\d{3}',
    ])
      expect(plainRegex(pattern, SEARCH), pattern).not.toBeNull();
  });

  it('leaves what means something else, is not valid or may take long to the engine', () => {
    for (const pattern of [
      ...[
        '\\bword\\b',
        '[[:alpha:]]',
        '\\pL',
        '(?i)a',
        '(?=a)',
        '(a)\\1',
        'a{1001}',
        'a**',
        '[]a]',
        'é\\',
        '(',
        'x{',
        '[b-a]',
      ],
      ...['(a*)*', '(a|aa)+', '.*.*.*.*.*.*.*.*'],
    ])
      expect(plainRegex(pattern, SEARCH), pattern).toBeNull();
    expect(plainRegex('\\w', { foldsCase: true, whole: false })).toBeNull();
    expect(plainRegex('é', { foldsCase: true, whole: false })).toBeNull();
  });

  it('lets a dot take a newline only where the whole text must match', () => {
    expect(plainRegex('a.b', SEARCH)?.regex.test('a\nb')).toBe(false);
    expect(plainRegex('a.b', SEARCH)?.regex.test('a\u2028b')).toBe(true);
    expect(plainRegex('a.b', { foldsCase: false, whole: true })?.regex.test('a\nb')).toBe(true);
    expect(plainRegex('a.b', { foldsCase: false, whole: true })?.regex.test('a\nbc')).toBe(false);
  });

  it('finds what RE2 finds, with the same groups', () => {
    const atom = fc.constantFrom(
      ...['a', 'b', 'K', '.', '\\d', '\\s', '\\.', '\\-', '[ab]', '[^a]', '[a\\s.]', '[\\d-]', '^', '$', '_', 'k', '/'],
      ...['\\W', '\\n', '\u212a', '{', ']'],
    );
    const mark = fc.constantFrom('', '', '', '*', '+', '?', '*?', '+?', '{2}', '{1,}', '{0,2}?', '{,2}');
    const repeated = fc.tuple(atom, mark).map(([a, m]) => a + m);
    const group = fc
      .tuple(
        fc.constantFrom('(', '(?:', '(?P<n>'),
        fc.array(repeated, { maxLength: 3 }),
        fc.constantFrom(')', '|b)', ')?', ')+'),
      )
      .map(([open, items, close]) => open + items.join('') + close);
    const pattern = fc.array(fc.oneof(repeated, group), { maxLength: 4 }).map((parts) => parts.join(''));
    const text = fc.array(
      fc.constantFrom('a', 'b', 'k', 'K', '1', ' ', '\n', '\v', '\u00a0', '\u212a', '.', '-', '😀', '_'),
      { maxLength: 8 },
    );
    let plain = 0;
    fc.assert(
      fc.property(pattern, text, fc.boolean(), fc.boolean(), (source, chars, foldsCase, whole) => {
        const regex = plainRegex(source, { foldsCase, whole })?.regex;
        if (regex === undefined) return;
        plain++;
        const flags = (foldsCase ? RE2JS.CASE_INSENSITIVE : 0) | (whole ? RE2JS.DOTALL : 0);
        const matcher = RE2JS.compile(whole ? `^(?:${source})$` : source, flags).matcher(chars.join(''));
        const expected = matcher.find()
          ? Array.from({ length: matcher.groupCount() + 1 }, (_, i) => matcher.group(i))
          : null;
        const match = regex.exec(chars.join(''));
        expect(match && Array.from(match, (part: string | undefined) => part ?? null)).toEqual(expected);
      }),
      { numRuns: 3000 },
    );
    expect(plain).toBeGreaterThan(500);
  });
});
