import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { errorMessage } from '#lib/errors';
import { createMatcher } from '#model/matcher';
import { EVIL_PATTERNS } from '#test/redos';
import { matchingPostings, type PostingsIndex } from './postings.ts';

/** An index of one label, whose values have the ids 1, 2, …. */
function indexOf(values: readonly string[]): PostingsIndex {
  const idsWhere = (test: (value: string) => boolean) =>
    Uint32Array.from(values.flatMap((value, i) => (test(value) ? [i + 1] : [])));
  return {
    all: () => idsWhere(() => true),
    postings: (_, value) => idsWhere((own) => own === value),
    postingsWhere: (_, test, prefix) => idsWhere((value) => value.startsWith(prefix) && test(value)),
  };
}

function refusal(make: () => unknown): string | null {
  try {
    make();
    return null;
  } catch (error) {
    return errorMessage(error);
  }
}

describe('patterns that make backtracking engines hang', () => {
  it('are more than a hundred', () => {
    expect(new Set(EVIL_PATTERNS.map(({ pattern }) => pattern)).size).toBeGreaterThan(100);
  });

  // One that hung would exceed the time limit by far: thirty-one letters take such engines minutes.
  it.each(EVIL_PATTERNS.map(({ pattern, text }) => [pattern.slice(0, 60), pattern, text] as const))(
    '%s',
    { timeout: 10_000 },
    (_, pattern, text) => {
      const refused = refusal(() => RE2JS.compile(pattern));
      if (refused !== null) {
        expect(refusal(() => createMatcher({ name: 'job', operator: '=~', value: pattern }))).toBe(refused);
        return;
      }
      const values = [text, text.slice(0, -1), 'node', ''];
      const engine = RE2JS.compile(pattern, RE2JS.DOTALL);
      const expected = values.flatMap((value, i) => (engine.testExact(value) ? [i + 1] : []));
      const found = (operator: '=~' | '!~') =>
        matchingPostings(indexOf(values), [createMatcher({ name: 'job', operator, value: pattern })]);
      expect([...found('=~')]).toEqual(expected);
      expect([...found('!~')]).toEqual([1, 2, 3, 4].filter((id) => !expected.includes(id)));
    },
  );
});
