import { describe, expect, it } from 'vitest';
import type { BlockRef } from '../state.ts';
import { blockRanges, planMerge } from './plan.ts';
import { expiredBlocks, expiryOf, longestTime, sizeLimit } from './retention.ts';

interface Extra {
  readonly failed?: boolean;
  readonly numTombstones?: number;
  readonly hints?: readonly string[];
}

function block(minTime: number, maxTime: number, extra: Extra = {}): BlockRef {
  const ulid = `${minTime}-${maxTime}`;
  const { failed = false, numTombstones = 0, hints = [] } = extra;
  const stats = { numSamples: 1, numSeries: 10, numChunks: 1, numTombstones };
  return {
    dir: ulid,
    meta: { ulid, minTime, maxTime, stats, compaction: { level: 1, sources: [], failed, hints }, version: 1 },
  };
}

/** Of samples of times that the head may have too. */
const early = (minTime: number, maxTime: number) => block(minTime, maxTime, { hints: ['from-out-of-order'] });

const RANGES = [20, 60, 180];
const planned = (...blocks: BlockRef[]) => planMerge(blocks, RANGES).map(({ dir }) => dir);

describe('the ranges of blocks', () => {
  it('grow threefold up to the longest', () => {
    expect(blockRanges(2, 54)).toEqual([2, 6, 18, 54]);
    expect(blockRanges(2, 53)).toEqual([2, 6, 18]);
    expect(blockRanges(24, 24)).toEqual([24]);
    expect(blockRanges(24, 2)).toEqual([24]);
  });
});

describe('the next merge', () => {
  const cases: readonly (readonly [string, readonly BlockRef[], readonly string[]])[] = [
    ['nothing of nothing', [], []],
    ['nothing of one block', [block(0, 20)], []],
    ['nothing while the range may get another block', [block(0, 20), block(20, 40)], []],
    ['nothing of the newest block', [block(0, 20), block(20, 40), block(40, 60)], []],
    ['a full range', [block(0, 20), block(20, 40), block(40, 60), block(60, 80)], ['0-20', '20-40', '40-60']],
    ['a range with a gap, once it is over', [block(0, 20), block(40, 60), block(60, 80)], ['0-20', '40-60']],
    ['not a range with one block', [block(0, 20), block(60, 80), block(120, 140)], []],
    [
      'the shorter range first',
      [block(0, 60), block(60, 80), block(80, 100), block(120, 140), block(180, 200)],
      ['60-80', '80-100'],
    ],
    [
      'the longest range',
      [block(0, 60), block(60, 120), block(120, 180), block(180, 200)],
      ['0-60', '60-120', '120-180'],
    ],
    ['not blocks of the full length', [block(0, 180), block(180, 360), block(360, 380)], []],
    ['nothing across a multiple of the range', [block(40, 60), block(60, 80), block(80, 140), block(180, 200)], []],
    [
      'overlapping blocks before all others',
      [block(0, 20), block(10, 30), block(20, 40), block(40, 60)],
      ['0-20', '10-30', '20-40'],
    ],
    ['overlapping newest blocks too', [block(0, 20), block(0, 20)], ['0-20', '0-20']],
    ['not yet few of the head’s times', [block(0, 20), early(20, 30), early(21, 31), early(22, 32)], []],
    [
      'several of the head’s times',
      [block(0, 20), early(20, 30), early(21, 31), early(22, 32), early(23, 33)],
      ['20-30', '21-31', '22-32', '23-33'],
    ],
    [
      'few of the head’s times once it has written its own',
      [block(0, 20), early(20, 30), early(21, 31), block(20, 40)],
      ['20-30', '20-40', '21-31'],
    ],
    ['few of times before the head', [early(0, 10), early(1, 11), block(20, 40)], ['0-10', '1-11']],
    ['not what failed before', [block(0, 20, { failed: true }), block(20, 40), block(40, 60), block(60, 80)], []],
    ['a block of which much was deleted', [block(0, 60, { numTombstones: 1 }), block(60, 80)], ['0-60']],
    ['not a short block of which much was deleted', [block(0, 20, { numTombstones: 1 }), block(60, 80)], []],
  ];
  it.each(cases)('is %s', (_, blocks, expected) => {
    expect(planned(...blocks)).toEqual(expected);
    expect(planned(...[...blocks].reverse()).sort()).toEqual([...expected].sort());
  });
});

describe('retention', () => {
  const blocks = [block(0, 20), block(20, 40), block(40, 60)].map((one) => ({ block: one, sizeBytes: 100 }));
  const expired = (time: number, sizeBytes: number, headBytes = 0) =>
    expiredBlocks(blocks, { time, sizeBytes }, headBytes).map(({ dir }) => dir);

  it('counts time from the end of the newest block', () => {
    expect(expired(0, 0)).toEqual([]);
    expect(expired(41, 0)).toEqual([]);
    expect(expired(40, 0)).toEqual(['0-20']);
    expect(expired(1, 0)).toEqual(['20-40', '0-20']);
  });

  it('keeps blocks as long as any rule wants its series', () => {
    const rule = (time: number) => ({ selector: [], time });
    expect(longestTime({ time: 15, sizeBytes: 0 })).toBe(15);
    expect(longestTime({ time: 15, sizeBytes: 0, rules: [rule(3), rule(90)] })).toBe(90);
    expect(longestTime({ time: 15, sizeBytes: 0, rules: [rule(0)] })).toBe(0);
    expect(longestTime({ time: 0, sizeBytes: 0, rules: [rule(3)] })).toBe(0);
  });

  it('moves the times of rules in steps', () => {
    const rules = [
      { selector: [], time: 30 },
      { selector: [], time: 0 },
    ];
    const never = Number.NEGATIVE_INFINITY;
    expect(expiryOf({ time: 50, sizeBytes: 0, rules }, 109, 20)).toEqual({
      rules: [
        { selector: [], before: 60 },
        { selector: [], before: never },
      ],
      others: 40,
    });
    expect(expiryOf({ time: 50, sizeBytes: 0 }, 109, 20)).toBeNull();
  });

  it('takes the share of the disk before the size', () => {
    expect(sizeLimit({ time: 0, sizeBytes: 10 }, 1000)).toBe(10);
    expect(sizeLimit({ time: 0, sizeBytes: 10, percentage: 12.55 }, 1000)).toBe(125);
  });

  it('counts bytes from the newest block, the WAL first', () => {
    expect(expired(0, 300)).toEqual([]);
    expect(expired(0, 299)).toEqual(['0-20']);
    expect(expired(0, 300, 1)).toEqual(['0-20']);
    expect(expired(0, 300, 101)).toEqual(['20-40', '0-20']);
  });
});
