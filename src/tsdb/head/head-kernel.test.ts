import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HISTOGRAM_HIGH, HISTOGRAM_LOW } from '#chunkenc/sample-record';
import { highBits, lowBits, STALE_HIGH, STALE_LOW } from '#chunkenc/value-bits';
import { integers } from '#test/histogram-data';
import { PendingRows } from '../write/pending-rows.ts';
import { HeadWriter } from './head-writer.ts';
import { ROOT_ROWS, ROOT_SERIES, SERIES_BITS, SERIES_BYTES, SERIES_SEGMENTS_SHIFT } from './layout.ts';

const RANGE = 7_200_000;
const SERIES = 4;

const value = fc.oneof(
  { weight: 5, arbitrary: fc.constant(7) },
  { weight: 4, arbitrary: fc.integer({ min: -50, max: 5000 }) },
  fc.double(),
  fc.constantFrom(0, -0, Number.NaN, Infinity, 1.5, null),
  { weight: 2, arbitrary: fc.constantFrom(7, 7.000000000000001) },
);
/** Around the bounds of how a change of distances is written, coming from 15 s and going back to it. */
const changes = [8190, 8191, 8192, 8193, 65_535, 65_536, 65_537, 524_287, 524_288, 524_289];
const delta = fc.oneof(
  { weight: 8, arbitrary: fc.constant(15_000) },
  { weight: 4, arbitrary: fc.constantFrom(...changes).map((change) => 15_000 + change) },
  fc.constantFrom(-15_000, 0, 1, 2 ** 31, 2 ** 40),
  fc.integer({ min: 1, max: 100_000 }),
);
/** With values that need many bits, chunks end at their greatest length. */
const commits = fc.oneof(commitsOf(value), commitsOf(fc.double()));

function commitsOf(values: typeof value) {
  const sample = fc.record({ series: fc.nat(SERIES), delta, value: values });
  return fc.array(fc.array(sample, { maxLength: 1000, size: 'max' }), { minLength: 1, maxLength: 4 });
}

interface Sample {
  readonly series: number;
  readonly delta: number;
  readonly value: number | null;
}

/** A head, and where its memory for the rows of the kernel ends. */
function newHead() {
  const head = new HeadWriter(1, RANGE);
  const rowsEnd = head.arena.usedBytes;
  for (let i = 1; i <= SERIES; i++) head.add(['n', String(i)]);
  return { head, rowsEnd };
}

/** Series 0 is none: its rows are left to whoever appends. */
function rowsOf(samples: readonly Sample[], times: number[]): PendingRows {
  const rows = new PendingRows();
  for (const one of samples) {
    times[one.series]! += one.delta;
    const t = times[one.series]!;
    if (one.value === null) rows.push(one.series, t, STALE_HIGH, STALE_LOW);
    else rows.push(one.series, t, highBits(one.value), lowBits(one.value));
  }
  return rows;
}

/** All memory of a head, but for the rows of the kernel. */
function memoryOf({ head, rowsEnd }: ReturnType<typeof newHead>): Buffer {
  const { arena } = head;
  const bytes = Buffer.from(arena.u8.slice(0, arena.usedBytes));
  return bytes.fill(0, arena.root(ROOT_ROWS), rowsEnd);
}

describe('the kernel of the head', () => {
  it('leaves the same memory as its twin, commit by commit', () => {
    const property = fc.property(commits, fc.integer({ min: 0, max: 200_000 }), (all, bound) => {
      const [byKernel, byTwin] = [newHead(), newHead()];
      const times = Array.from({ length: SERIES + 1 }, () => 0);
      for (const samples of all) {
        const rows = rowsOf(samples, times);
        const append = ({ head }: typeof byKernel, i: number) => {
          if (rows.id[i] === 0 || rows.t[i]! < bound) return false;
          return head.append(rows.id[i]!, rows.t[i]!, rows.high[i]!, rows.low[i]!) === 0;
        };
        const expected: number[] = [];
        for (let i = 0; i < rows.length; i++) if (append(byTwin, i)) expected.push(rows.t[i]!);
        const others: number[] = [];
        const taken = byKernel.head.appendRows(rows, bound, (i) => {
          if (append(byKernel, i)) others.push(rows.t[i]!);
        });
        expect(taken.samples + others.length).toBe(expected.length);
        expect(Math.min(taken.earliest, ...others)).toBe(Math.min(Infinity, ...expected));
        expect(memoryOf(byKernel).equals(memoryOf(byTwin))).toBe(true);
        for (const { head } of [byKernel, byTwin]) head.publish();
        expect([byKernel.head.minTime, byKernel.head.maxTime]).toEqual([byTwin.head.minTime, byTwin.head.maxTime]);
      }
    });
    fc.assert(property, { numRuns: 40 });
  });

  it('leaves the same memory as its twin where the number of segments is not known: another program made the chunks', () => {
    const heads = [newHead(), newHead()] as const;
    const commit = (from: number, to: number) => {
      for (let i = from; i < to; i++) {
        const rows = rowsOf(
          [1, 2, 3, 4].map((series) => ({ series, delta: 0, value: i / series })),
          [i, i, i, i, i],
        );
        heads[0].head.appendRows(rows, 0, (row) =>
          heads[0].head.append(rows.id[row]!, i, rows.high[row]!, rows.low[row]!),
        );
        for (let row = 0; row < 4; row++) heads[1].head.append(rows.id[row]!, i, rows.high[row]!, rows.low[row]!);
        for (const { head } of heads) head.publish();
      }
    };
    commit(1, 20);
    for (const { head } of heads) {
      const [series] = head.arena.u32.subarray(head.arena.root(ROOT_SERIES) >>> 2);
      for (let id = 1; id <= SERIES; id++) {
        const word = (series! + id * SERIES_BYTES) / 4 + SERIES_BITS;
        expect(head.arena.u32[word]! >>> SERIES_SEGMENTS_SHIFT).toBeGreaterThan(1);
        head.arena.u32[word]! &= 0xffffff;
      }
    }
    commit(20, 300);
    expect(memoryOf(heads[0]).equals(memoryOf(heads[1]))).toBe(true);
  });

  it('takes what its twin need not see: all but where the end of chunks is predicted, and what needs memory', () => {
    const { head } = newHead();
    let left = 0;
    for (let round = 0; round < 100; round++) {
      const rows = rowsOf(
        [1, 2, 3, 4].map((series) => ({ series, delta: 0, value: round })),
        Array.from({ length: SERIES + 1 }, () => (round + 1) * 15_000),
      );
      head.appendRows(rows, Number.NEGATIVE_INFINITY, (i) => {
        left++;
        head.append(rows.id[i]!, rows.t[i]!, rows.high[i]!, rows.low[i]!);
      });
      head.publish();
    }
    expect(left).toBe(SERIES + 1);
  });

  it('leaves chunks of histograms to its twin', () => {
    const { head } = newHead();
    const histogram = integers({ 1: 2 });
    head.appendRecord(1, { t: 1000, high: HISTOGRAM_HIGH, low: HISTOGRAM_LOW, histogram, start: 0 });
    head.publish();
    const rows = rowsOf([{ series: 1, delta: 2000, value: null }], [0, 0]);
    const seen: number[] = [];
    head.appendRows(rows, 0, (i) => seen.push(i));
    expect(seen).toEqual([0]);
  });

  it('takes samples as long as its twin would, none is too early, and their ids do not go down', () => {
    const samples = fc.array(fc.tuple(fc.nat(SERIES + 1), fc.integer({ min: -5, max: 40_000 })), {
      maxLength: 600,
      size: 'max',
    });
    const property = fc.property(
      commits,
      samples,
      fc.record({ start: fc.integer({ min: 0, max: 400_000 }), bound: fc.integer({ min: 0, max: 200_000 }) }),
      fc.record({ isSorted: fc.boolean(), isOneTime: fc.boolean() }),
      (all, found, { start, bound }, { isSorted, isOneTime }) => {
        const head = headWith(all);
        const wanted = isSorted ? found.sort((a, b) => a[0] - b[0]) : found;
        const refs = Float64Array.from(wanted, ([id]) => head.generation * 2 ** 32 + id);
        let last = start;
        const times = Float64Array.from(wanted, ([, step]) => (last += isOneTime ? 0 : step));
        const values = Float64Array.from(wanted, (_, i) => VALUES[i % VALUES.length]!);
        const expected = new PendingRows();
        let end = 0;
        for (; end < wanted.length; end++) {
          const [id, t, high, low] = [wanted[end]![0], times[end]!, highBits(values[end]!), lowBits(values[end]!)];
          if (id === 0 || id > SERIES || id < expected.highest || t < bound) break;
          const isTaken = id === expected.highest ? t > expected.lastTime : head.check(id, t, high, low) === 0;
          if (!isTaken) break;
          expected.push(id, t, high, low);
        }
        const rows = new PendingRows();
        expect(head.judgeRows({ refs, values, t: isOneTime ? start : times }, 0, bound, rows)).toBe(end);
        expect(columnsOf(rows)).toEqual(columnsOf(expected));
        expect(rows.highest).toBe(expected.highest);
      },
    );
    fc.assert(property);
  });

  it('takes more samples than it holds at one time, and those of its own generation alone', () => {
    const head = new HeadWriter(3, RANGE);
    for (let i = 1; i <= 700; i++) head.add(['n', String(i)]);
    const refs = Float64Array.from({ length: 700 }, (_, i) => 3 * 2 ** 32 + i + 1);
    const values = Float64Array.from({ length: 700 }, (_, i) => i / 7);
    const rows = new PendingRows();
    expect(head.judgeRows({ refs, values, t: 5 }, 0, 0, rows)).toBe(700);
    expect(columnsOf(rows)).toEqual(Array.from({ length: 700 }, (_, i) => [i + 1, 5, highBits(i / 7), lowBits(i / 7)]));
    expect(head.judgeRows({ refs, values, t: 5 }, 3, 0, new PendingRows())).toBe(700);
    const older = refs.map((ref) => ref - 2 ** 32);
    expect(head.judgeRows({ refs: older, values, t: 5 }, 0, 0, new PendingRows())).toBe(0);
    expect(head.judgeRows({ refs, values, t: 5 }, 0, 0, rows)).toBe(0);
  });
});

/** A head that has taken the commits. */
function headWith(all: readonly (readonly Sample[])[]): HeadWriter {
  const { head } = newHead();
  const times = Array.from({ length: SERIES + 1 }, () => 0);
  for (const samples of all) {
    const rows = rowsOf(samples, times);
    for (let i = 0; i < rows.length; i++)
      if (rows.id[i] !== 0) head.append(rows.id[i]!, rows.t[i]!, rows.high[i]!, rows.low[i]!);
    head.publish();
  }
  return head;
}

const VALUES = [0, -0, 1.5, Number.NaN, Infinity, -Infinity, 1e300, -7];

function columnsOf({ length, id, t, high, low }: PendingRows): number[][] {
  return Array.from({ length }, (_, i) => [id[i]!, t[i]!, high[i]!, low[i]!]);
}
