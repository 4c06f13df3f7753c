import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HISTOGRAM_HIGH, HISTOGRAM_LOW } from '#chunkenc/sample-record';
import { highBits, lowBits } from '#chunkenc/value-bits';
import { integers } from '#test/histogram-data';
import { HeadWriter } from '../head/head-writer.ts';
import { exportedSeries, HeadRebuild } from './truncate.ts';

const RANGE = 600_000;
const MOST_SERIES = 6;
const LATER = 2 ** 33;

/** Some samples, one behind the other in time, of one series: floats or histograms. */
const run = fc.record({
  series: fc.nat(MOST_SERIES - 1),
  count: fc.integer({ min: 1, max: 60 }),
  isHistogram: fc.boolean(),
});
const runs = fc.array(run, { maxLength: 8 });

class Writer {
  readonly head: HeadWriter;
  private t: number;

  constructor(head = new HeadWriter(1, RANGE), t = 0) {
    this.head = head;
    this.t = t;
  }

  write(all: readonly { series: number; count: number; isHistogram: boolean }[]): void {
    for (const { series, count, isHistogram } of all) {
      const pairs = ['n', String(series)];
      const id = this.head.find(pairs) || this.head.add(pairs);
      for (let i = 0; i < count; i++) {
        this.t += 15_000;
        const { t } = this;
        const histogram = integers({ 1: i + 1 });
        if (isHistogram)
          this.head.appendRecord(id, { t, high: HISTOGRAM_HIGH, low: HISTOGRAM_LOW, histogram, start: 0 });
        else this.head.append(id, t, highBits(i / 7), lowBits(i / 7));
      }
      this.head.publish();
    }
  }
}

const kept = (from: number) => ({ from, lateSeq: 0, ended: null });

it('the next head has what the old one was given while it was built, and goes on as if it had been built behind', async () => {
  const property = fc.asyncProperty(runs, runs, runs, fc.nat(2_000_000), async (before, meanwhile, after, from) => {
    const writer = new Writer();
    writer.write(before);
    const early = new HeadRebuild(writer.head, kept(from), RANGE);
    await early.begin();
    writer.write(meanwhile);
    const behind = new HeadRebuild(writer.head, kept(from), RANGE);
    await behind.begin();
    const built = [await early.finish(), await behind.finish()] as const;
    const heads = built.map(({ head }) => {
      new Writer(head, LATER).write(after);
      return contentOf(head);
    });
    expect(heads[0]).toEqual(heads[1]);
    expect(built[0].ids.map((id) => Number(id !== 0))).toEqual(built[1].ids.map((id) => Number(id !== 0)));
    expect([built[0].head.minTime, built[0].head.maxTime]).toEqual([built[1].head.minTime, built[1].head.maxTime]);
  });
  await fc.assert(property, { numRuns: 30 });
});

function contentOf(head: HeadWriter) {
  const series = Array.from(exportedSeries(head), ({ pairs, chunks }) => ({ pairs, chunks }));
  series.sort((a, b) => Number(a.pairs[1]) - Number(b.pairs[1]));
  return { series, chunks: head.chunkCount, count: head.seriesCount };
}
