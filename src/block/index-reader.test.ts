import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareUtf8 } from '#lib/utf8';
import { createMatcher } from '#model/matcher';
import { matchingPostings } from '#storage/postings';
import { scratch } from '#test/process';
import { type BlockReader, openBlock } from './block-reader.ts';
import { writeBlock } from './block-writer.ts';

const PODS = 3000;
/** Longer than what is read at a time. */
const LONG = 'long '.repeat(20_000);

interface Described {
  readonly pairs: readonly string[];
  readonly minTimes: readonly number[];
}

/** Series of many pods, whose index is of some megabytes. */
const series: readonly Described[] = [
  { pairs: ['__name__', 'a_note', 'text', LONG], minTimes: [1] },
  ...Array.from({ length: PODS }, (_, i) => ({
    pairs: ['__name__', `metric_${i % 40}`, 'pod', podName(i), 'ünit', i % 2 === 0 ? 's' : 'ms'],
    minTimes: Array.from({ length: 1 + (i % 50) }, (_, k) => 1000 * k + i),
  })),
].sort((a, b) => compareUtf8(a.pairs.join('\0'), b.pairs.join('\0')));

function podName(i: number): string {
  return `pod-${String(i).padStart(5, '0')}-${'x'.repeat(i % 400)}`;
}

const folder = scratch();
let block: BlockReader;
beforeAll(async () => {
  const ulid = '01H00000000000000000000001';
  await writeBlock(
    { parent: folder.dir, ulid, minTime: 0, maxTime: 1e6, compaction: { level: 1, sources: [ulid] } },
    {
      symbols: [...new Set(series.flatMap(({ pairs }) => pairs))].sort(compareUtf8),
      series: series.map(({ pairs, minTimes }) => ({
        pairs,
        chunks: minTimes.map((t) => ({ encoding: 1, minTime: t, maxTime: t + 5, data: new Uint8Array([0, 1, 7]) })),
      })),
    },
  );
  block = await openBlock(join(folder.dir, ulid));
});
afterAll(async () => {
  await block.close();
  folder.remove();
});

function found(ids: Iterable<number>): Described[] {
  return Array.from(ids, (id) => {
    const { labels, chunks } = block.index.series(id);
    return { pairs: labels.pairs, minTimes: chunks.map(({ minTime }) => minTime) };
  });
}

describe('an index that is many times what is read at once', () => {
  it('has all series with their labels and chunks, in label order', () => {
    expect(found(block.index.all())).toEqual(series);
  });

  it('has them in any order too', () => {
    const ids = [...block.index.all()];
    const shuffled = ids.map((_, i) => (i * 7919) % ids.length);
    expect(found(shuffled.map((i) => ids[i]!))).toEqual(shuffled.map((i) => series[i]));
  });

  it('finds the series of a label, of a pattern, and of none', () => {
    const select = (name: string, operator: '=' | '=~' | '!=', value: string) =>
      found(matchingPostings(block.index, [createMatcher({ name, operator, value })]));
    const having = (test: (pairs: readonly string[]) => boolean) => series.filter(({ pairs }) => test(pairs));
    expect(select('pod', '=', podName(1234))).toEqual(having((pairs) => pairs.includes(podName(1234))));
    expect(select('__name__', '=~', 'metric_1.*')).toEqual(having(([, name]) => name!.startsWith('metric_1')));
    expect(select('ünit', '!=', 's')).toEqual(having((pairs) => !pairs.includes('s')));
    expect(select('pod', '=', 'nothing')).toEqual([]);
  });

  it('tells names, values and all strings, sorted', () => {
    expect(block.index.labelNames()).toEqual(['__name__', 'pod', 'text', 'ünit']);
    expect(block.index.labelValues('text')).toEqual([LONG]);
    expect(block.index.labelValues('pod')).toEqual(
      Array.from({ length: PODS }, (_, i) => podName(i)).sort(compareUtf8),
    );
    const symbols: string[] = [];
    for (const text of block.index.symbols()) {
      symbols.push(text);
      // Others are read in between.
      if (symbols.length % 500 === 0) block.index.series(block.index.all()[symbols.length % PODS]!);
    }
    expect(symbols).toEqual([...new Set(series.flatMap(({ pairs }) => pairs))].sort(compareUtf8));
  });
});
