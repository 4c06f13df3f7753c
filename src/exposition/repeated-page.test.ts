import { describe, expect, it } from 'vitest';
import { kernelsWanted } from '#lib/wasm';
import type { ExpositionFormat } from './negotiate.ts';
import type { ExpositionPage } from './page.ts';
import { pageKernel } from './page-kernel.ts';
import { pageOf, patternOf } from './page-pattern.ts';
import { parsePage } from './parse.ts';
import { readRepeated } from './repeated-page.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** The values of `next` as a page with the pattern of `page`: null when it is not, 'none' when `page` has no pattern. */
function repeated(page: string, next: string, format: ExpositionFormat = 'text'): readonly number[] | null | 'none' {
  const pattern = patternOf(parsePage({ format, body: bytesOf(page) }), format);
  if (pattern === null) return 'none';
  const plain = copied(readRepeated(pattern, bytesOf(next), null));
  expect(copied(readRepeated(pattern, bytesOf(next)))).toEqual(plain);
  return plain;
}

const copied = (values: Float64Array | null) => values && [...values];

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
    ['a timestamp that is none', PAGE.replace('b 3\n', 'b 3 -5\n')],
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

  it('is read by the kernel as by its twin, whatever it holds', () => {
    expect(pageKernel() !== null).toBe(kernelsWanted());
    const next = randomOf(7);
    for (let run = 0; run < 2000; run++) {
      const lines = Array.from({ length: 1 + next(6) }, (_, i) => `${'n'.repeat(1 + next(40))}{i="${i}"} `);
      const page = (values: readonly string[]) => lines.map((line, i) => `${line}${values[i]}\n`).join('');
      const text = page(lines.map(() => writtenValue(next)));
      const damaged = next(4) === 0 ? damage(text, next) : text;
      repeated(page(lines.map(() => '1')), damaged);
    }
  });
});

const VALUES = [
  '0',
  '-0',
  '.5',
  '5.',
  '.',
  '-',
  '+1',
  '1e3',
  'NaN',
  '+Inf',
  '-Inf',
  '9007199254740993',
  '0x1',
  '',
  '1 2',
];

function writtenValue(next: (below: number) => number): string {
  const digits = () => Array.from({ length: 1 + next(12) }, () => next(10)).join('');
  const kind = next(4);
  if (kind === 0) return VALUES[next(VALUES.length)]!;
  return `${next(3) === 0 ? '-' : ''}${digits()}${kind === 1 ? '' : `.${digits()}${digits()}`}`;
}

function damage(text: string, next: (below: number) => number): string {
  const at = next(text.length);
  const kind = next(3);
  if (kind === 0) return text.slice(0, at);
  return text.slice(0, at) + (kind === 1 ? 'x' : '') + text.slice(at + 1);
}

/** Whole numbers below a bound, the same ones for the same seed. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
