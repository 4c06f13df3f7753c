import { describe, expect, it } from 'vitest';
import type { ExpositionFormat } from './negotiate.ts';
import type { ExpositionPage } from './page.ts';
import { pageOf, patternOf } from './page-pattern.ts';
import { parsePage } from './parse.ts';
import { readRepeated } from './repeated-page.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** The values of `next` as a page with the pattern of `page`: null when it is not, 'none' when `page` has no pattern. */
function repeated(page: string, next: string, format: ExpositionFormat = 'text'): readonly number[] | null | 'none' {
  const pattern = patternOf(parsePage({ format, body: bytesOf(page) }), format);
  if (pattern === null) return 'none';
  const values = new Float64Array(pattern.length);
  return readRepeated(pattern, bytesOf(next), values) ? [...values] : null;
}

const PAGE = '# HELP a Help.\n# TYPE a counter\na{x="1"} 1\na{x="2"}\t2 \n\n# bye\nb 3\n';

describe('a page with the pattern of another', () => {
  it('gives its values, as parsing would', () => {
    const next = PAGE.replace(' 1\n', ' -17.25\n').replace('\t2 ', '\t6.02e23 ').replace(' 3\n', ' NaN\n');
    expect(repeated(PAGE, next)).toEqual([-17.25, 6.02e23, Number.NaN]);
    expect(repeated(PAGE, PAGE.replace(' 3\n', ' 0.30000000000000004\n'))).toEqual([1, 2, 0.30000000000000004]);
    expect(repeated(PAGE, PAGE.replace(' 3\n', ' +Inf\n'))).toEqual([1, 2, Number.POSITIVE_INFINITY]);
  });

  it.each([
    ['another label', PAGE.replace('x="2"', 'x="3"')],
    ['another help', PAGE.replace('Help.', 'Helps')],
    ['another comment', PAGE.replace('bye', 'byf')],
    ['one line more', `${PAGE}c 1\n`],
    ['one line less', PAGE.replace('b 3\n', '')],
    ['a timestamp', PAGE.replace('b 3\n', 'b 3 4\n')],
    ['no last newline', PAGE.slice(0, -1)],
    ['an end within a series', PAGE.slice(0, 50)],
    ['nothing at all', ''],
    ['no value', PAGE.replace(' 3\n', ' \n')],
    ['a value that is none', PAGE.replace(' 3\n', ' x\n')],
    ['a hexadecimal value', PAGE.replace(' 3\n', ' 0x1p4\n')],
  ])('is not one with %s', (_, next) => {
    expect(repeated(PAGE, next)).toBeNull();
  });

  it('is not one whose value begins another text', () => {
    expect(repeated('a 1\n', 'a{x="1"} 1\n')).toBeNull();
    expect(repeated('a 1\n', 'a 1{\n')).toBeNull();
  });

  it('has the same rows', () => {
    const page = parsePage({ format: 'text', body: bytesOf(PAGE) });
    const again = pageOf(patternOf(page, 'text')!);
    const rows = (of: ExpositionPage) =>
      Array.from({ length: of.length }, (_, i) => [of.text(i), of.type[i], of.value[i]]);
    expect(rows(again)).toEqual(rows(page).map(([text, type]) => [text, type, 0]));
    expect(again.families).toEqual(page.families);
  });

  it('is one object for all pages that differ in values alone', () => {
    const of = (text: string) => patternOf(parsePage({ format: 'text', body: bytesOf(text) }), 'text');
    expect(of(PAGE.replace(' 3\n', ' 4\n'))).toBe(of(PAGE));
    expect(of(PAGE.replace('b 3', 'c 3'))).not.toBe(of(PAGE));
  });

  it('needs `# EOF` in OpenMetrics', () => {
    expect(repeated('a 1\n# EOF\n', 'a 2\n# EOF\n', 'openmetrics')).toEqual([2]);
    expect(repeated('a 1\n# EOF\n', 'a 2\n', 'openmetrics')).toBeNull();
  });

  it.each<[string, string, ExpositionFormat]>([
    ['timestamps', 'a 1 5\n', 'text'],
    ['exemplars', 'a_total 1 # {id="x"} 1\n# EOF\n', 'openmetrics'],
    ['a mistake', 'a 1\nb{\n', 'text'],
    ['no rows', '# HELP a b\n', 'text'],
  ])('there is none for one with %s', (_, page, format) => {
    expect(repeated(page, page, format)).toBe('none');
  });
});
