import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMatcher, type MatchOperator } from '#model/matcher';
import { intersect, matchingPostings, type PostingsIndex, subtract, union } from './postings.ts';

const sorted = (max: number) =>
  fc.uniqueArray(fc.integer({ min: 0, max }), { maxLength: 60 }).map((ids) => Uint32Array.from(ids).sort());
const ids = fc.oneof(sorted(80), sorted(100_000));

describe('postings', () => {
  it('intersect, subtract and unite as sets do', () => {
    const property = fc.property(ids, fc.array(ids, { maxLength: 30 }), (a, lists) => {
      const b = new Set(lists[0] ?? []);
      expect([...intersect(a, lists[0] ?? new Uint32Array())]).toEqual([...a].filter((id) => b.has(id)));
      expect([...subtract(a, lists[0] ?? new Uint32Array())]).toEqual([...a].filter((id) => !b.has(id)));
      expect([...union([a, ...lists])]).toEqual(
        [...new Set([a, ...lists].flatMap((list) => [...list]))].sort((x, y) => x - y),
      );
    });
    fc.assert(property);
  });

  it('intersect a few ids with very many', () => {
    const many = Uint32Array.from({ length: 100_000 }, (_, i) => i * 3);
    expect([...intersect(Uint32Array.of(0, 1, 3, 4, 299_997, 299_998), many)]).toEqual([0, 3, 299_997]);
  });
});

describe('the series that match', () => {
  const series: Record<string, string>[] = [
    { job: 'a', env: 'prod' },
    { job: 'b', env: 'prod' },
    { job: 'a' },
    { job: 'c', env: 'dev' },
  ];
  const idsWhere = (test: (labels: Record<string, string>) => boolean) =>
    Uint32Array.from(series.flatMap((labels, i) => (test(labels) ? [i] : [])));
  const index: PostingsIndex = {
    all: () => idsWhere(() => true),
    postings: (name, value) => idsWhere((labels) => labels[name] === value),
    postingsWhere: (name, test, prefix) =>
      idsWhere((labels) => labels[name]?.startsWith(prefix) === true && test(labels[name])),
  };

  it('are those for which every matcher holds, absent labels being empty', () => {
    const operators: MatchOperator[] = ['=', '!=', '=~', '!~'];
    const values = ['', 'a', 'prod', 'a|b', 'prod|', '.*', '.+', 'p.*', '(|dev)', 'pr.+d', '(p|x)?rod', 'prod|pre.*'];
    const matcher = fc
      .record({
        name: fc.constantFrom('job', 'env', 'other'),
        operator: fc.constantFrom(...operators),
        value: fc.constantFrom(...values),
      })
      .map(createMatcher);
    const property = fc.property(fc.array(matcher, { maxLength: 3 }), (matchers) => {
      const expected = idsWhere((labels) => matchers.every((m) => m.matches(labels[m.name] ?? '')));
      expect([...matchingPostings(index, matchers)]).toEqual([...expected]);
    });
    fc.assert(property, { numRuns: 1000 });
  });
});
