import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter } from '#lib/varint';
import { hinted, histogramData, histogramOf, integers } from '#test/histogram-data';
import {
  HISTOGRAM_HIGH,
  HISTOGRAM_LOW,
  mostRecordBytes,
  putRecord,
  RecordState,
  readRecord,
  type SampleRecord,
} from './sample-record.ts';
import { highBits, lowBits, STALE_HIGH, STALE_LOW } from './value-bits.ts';

function recordOf(
  t: number,
  value: (typeof histogramData)[number]['samples'][number]['value'],
  start = 0,
): SampleRecord {
  if (value === null) return { t, start, high: STALE_HIGH, low: STALE_LOW, histogram: null };
  if (typeof value === 'number') return { t, start, high: highBits(value), low: lowBits(value), histogram: null };
  return { t, start, high: HISTOGRAM_HIGH, low: HISTOGRAM_LOW, histogram: value };
}

function written(records: readonly SampleRecord[]): Uint8Array {
  const out = new ByteWriter();
  const state = new RecordState();
  for (const record of records) putRecord(out, record, state);
  return out.bytes;
}

function read(bytes: Uint8Array): SampleRecord[] {
  const input = new ByteReader(bytes);
  const state = new RecordState();
  const records: SampleRecord[] = [];
  while (!input.done) records.push(readRecord(input, state));
  return records;
}

describe('a record of a sample', () => {
  it('of any kind comes back as it was, with its hint and start time', () => {
    for (const { samples } of histogramData) {
      const records = samples.map(({ t, value }, i) => recordOf(t, value, i % 2 === 0 ? 0 : t - i));
      expect(read(written(records))).toEqual(records);
    }
    for (const hint of ['unknown', 'not-reset', 'reset', 'gauge'] as const) {
      const records = [
        recordOf(1, hinted(integers({ 1: 2 }), hint)),
        recordOf(2, hinted(histogramOf({ 1: 0.5 }), hint)),
      ];
      expect(read(written(records))).toEqual(records);
    }
  });

  it('keeps negative zero, NaN and times before 1970', () => {
    const odd = histogramOf({ 1: 0 }, { count: -0, zeroCount: Number.NaN, sum: -0 });
    const records = [recordOf(-5, odd, -10), recordOf(-4, -0), recordOf(-3, Number.NaN)];
    expect(read(written(records))).toEqual(records);
  });

  it('of which nothing has changed is short, and never is one longer than it may be', () => {
    const histogram = integers(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [i, i + 1])));
    const first = written([recordOf(15_000, histogram)]).length;
    expect(written([recordOf(15_000, histogram), recordOf(30_000, histogram)]).length - first).toBe(1 + 3 + 8 + 1);
    for (const { samples } of histogramData) {
      for (const { t, value } of samples) {
        if (value === null || typeof value === 'number') continue;
        expect(written([recordOf(t, value, 1)]).length).toBeLessThanOrEqual(mostRecordBytes(value));
      }
    }
  });

  it('that is damaged does not ask for more memory than there is', () => {
    const bytes = Uint8Array.of(3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f);
    expect(() => read(bytes)).toThrow('malformed sample: a histogram of');
  });
});
