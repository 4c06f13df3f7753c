import { describe, expect, it } from 'vitest';
import { NO_START } from '#chunkenc/start-times';
import { highBits, lowBits } from '#chunkenc/value-bits';
import { ExemplarStore } from '../exemplars/exemplar-store.ts';
import { HeadReader } from '../head/head-reader.ts';
import { HeadWriter } from '../head/head-writer.ts';
import { ForeignHead } from './foreign-head.ts';

const sample = (t: number) => ({ t, high: highBits(t), low: lowBits(t), histogram: null, start: NO_START });

describe('the head of another program', () => {
  it('has its labels in our order, whatever theirs is, and each series once', () => {
    const head = new HeadWriter(1, 7_200_000);
    const parts = { exemplars: new ExemplarStore(0), from: 0, chunks: new Map(), deleted: new Map() };
    const foreign = new ForeignHead({ head, ...parts });
    // In the order of UTF-16 the emoji would stand before the private letter; by bytes it stands behind it.
    foreign.series(1, ['😀', 'x', '\u{e000}', 'y', '__name__', 'm']);
    foreign.series(2, ['__name__', 'm', '\u{e000}', 'y', '😀', 'x']);
    foreign.series(3, ['__name__', 'm', '\u{e000}', 'y']);
    for (const [ref, t] of [
      [1, 10],
      [2, 20],
      [3, 30],
    ] as const) {
      foreign.sample(ref, sample(t));
    }
    head.publish();
    const reader = new HeadReader(head.handle);
    expect(head.seriesCount).toBe(2);
    expect(reader.labels.of(1).pairs).toEqual(['__name__', 'm', '\u{e000}', 'y', '😀', 'x']);
    expect(reader.labels.compare(2, 1)).toBeLessThan(0);
    expect(foreign.totals).toMatchObject({ samples: 3, orphans: 0 });
  });
});
