import { describe, expect, it } from 'vitest';
import { knownPage } from './known-page.ts';
import type { ExpositionFormat } from './negotiate.ts';
import type { ExpositionPage } from './page.ts';
import { patternOf } from './page-pattern.ts';
import { parsePage } from './parse.ts';
import { pairsOfRow } from './row-pairs.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const page = (...values: readonly (number | string)[]) =>
  `# HELP requests_seconds How long requests take.\n# TYPE requests_seconds histogram\n${values
    .map((value, i) => `requests_seconds_bucket{le="${i}"} ${value}`)
    .join('\n')}\n`;

/** All that a page tells of its rows. */
function told(of: ExpositionPage) {
  const rows = Array.from({ length: of.length }, (_, row) => {
    const { type, family, same, value, timestamp } = of;
    return [of.text(row), pairsOfRow(of, row), type[row], family[row], same[row], value[row], timestamp[row]];
  });
  return { rows, families: of.families, descriptors: of.descriptors.map(({ name, said }) => ({ name, said })) };
}

/** Somebody has the pattern of the page. */
function said(text: string, format: ExpositionFormat = 'text') {
  return patternOf(parsePage({ format, body: bytesOf(text) }), format);
}

describe('the first page of a target', () => {
  it('is known when another target has said the same but for its values', () => {
    const pattern = said(page(1, 2, 3));
    for (const text of [page(4, 5.5, '+Inf'), page(0, 0, 0)]) {
      const known = knownPage('text', bytesOf(text))!;
      expect(known.pattern).toBe(pattern);
      expect(told(known.page)).toEqual(told(parsePage({ format: 'text', body: bytesOf(text) })));
    }
  });

  it('keeps its values when another one is read', () => {
    const pattern = said(page(1, 2));
    const first = knownPage('text', bytesOf(page(3, 4)))!.page;
    const second = knownPage('text', bytesOf(page(5, 6)))!.page;
    expect([pattern?.length, [...first.value], [...second.value]]).toEqual([2, [3, 4], [5, 6]]);
  });

  it('is not known when it says anything else, or in another format', () => {
    const patterns = [said(page(1, 2, 3)), said('a 1\n')];
    expect(patterns).not.toContain(null);
    expect(knownPage('text', bytesOf(page(1, 2, 3, 4)))).toBeNull();
    expect(knownPage('text', bytesOf(page(1, 2, 'x')))).toBeNull();
    expect(knownPage('text', bytesOf(page(1, 2, 3).replace('le="2"', 'le="x"')))).toBeNull();
    expect(knownPage('openmetrics', bytesOf(page(1, 2, 3)))).toBeNull();
    expect(knownPage('text', bytesOf('a 1\n'))).toBeNull();
    expect(knownPage('text', bytesOf(''))).toBeNull();
  });

  it('is found among those that begin alike', () => {
    const patterns = Array.from({ length: 5 }, (_, i) => said(page(...Array.from({ length: i + 2 }, () => 1))));
    for (const [i, pattern] of patterns.entries()) {
      expect(knownPage('text', bytesOf(page(...Array.from({ length: i + 2 }, () => 7))))!.pattern).toBe(pattern);
    }
  });
});
