import { describe, expect, it } from 'vitest';
import { Labels } from '#model/labels';
import { HeadReader } from './head-reader.ts';
import { HeadWriter } from './head-writer.ts';
import { sortedByLabels } from './label-sort.ts';

const NAMES = ['__name__', 'a', 'b', 'job', 'ä', '\u{10000}', '\uffff'];
const VALUES = ['', 'x', 'xy', 'X', '\u{1f600}', '\uff5e', '10', '9'];

/** A head with the label sets; their ids count from 1. */
function headOf(sets: readonly Labels[]): HeadReader {
  const head = new HeadWriter(1, 7_200_000);
  for (const { pairs } of sets) head.add(pairs);
  head.publish();
  return new HeadReader(head.handle);
}

function randomSets(count: number): Labels[] {
  let state = 7;
  const below = (n: number) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % n;
  };
  const sets = Array.from({ length: count }, () =>
    Labels.fromEntries(NAMES.map((name) => [name, below(3) === 0 ? '' : VALUES[below(VALUES.length)]!] as const)),
  );
  return [...new Map(sets.map((set) => [set.key, set])).values()];
}

describe('series sorted by labels', () => {
  it('stand in the order of their UTF-8 bytes, shorter sets before longer ones', () => {
    const sets = randomSets(2000);
    expect(sets.length).toBeGreaterThan(1900);
    const reader = headOf(sets);
    const sorted = sortedByLabels(reader.index.all(), reader.labels);
    const expected = sets.map((_, i) => i + 1).sort((a, b) => sets[a - 1]!.compare(sets[b - 1]!));
    expect([...sorted]).toEqual(expected);
  });

  it('are those that were asked for', () => {
    const reader = headOf([Labels.from({ a: '2' }), Labels.from({ a: '3' }), Labels.from({ a: '1' })]);
    expect([...sortedByLabels(Uint32Array.of(1, 3), reader.labels)]).toEqual([3, 1]);
    expect([...sortedByLabels(new Uint32Array(0), reader.labels)]).toEqual([]);
  });
});
