import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { highBits, lowBits, STALE_HIGH, STALE_LOW } from '#chunkenc/value-bits';
import { ByteReader, ByteWriter } from '#lib/varint';
import { PendingRows } from '../write/pending-rows.ts';
import { RecordFile, SEGMENT_MAGIC, writeFileHeader, writeRecord } from './record.ts';
import type { SampleRows } from './sample-rows.ts';
import { decodeSamples, encodeSamples } from './samples.ts';
import { samplesKernel } from './samples-kernel.ts';
import { decodeSeries, encodeSeries, SegmentSymbols } from './series.ts';

const value = fc
  .oneof(
    fc.double(),
    fc.integer(),
    fc.constantFrom(0, -0, Number.NaN, Infinity, -Infinity, 2 ** 48, -(2 ** 48), 2 ** 47, null),
  )
  .map((v) => (v === null ? { high: STALE_HIGH, low: STALE_LOW } : { high: highBits(v), low: lowBits(v) }));
const row = fc.record({
  id: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  t: fc.integer({ min: -(2 ** 50), max: 2 ** 50 }),
  value,
});

interface Row {
  readonly id: number;
  readonly t: number;
  readonly high: number;
  readonly low: number;
}

function columns(all: readonly Row[]): SampleRows {
  return {
    length: all.length,
    id: Uint32Array.from(all, ({ id }) => id),
    t: Float64Array.from(all, ({ t }) => t),
    high: Uint32Array.from(all, ({ high }) => high),
    low: Uint32Array.from(all, ({ low }) => low),
  };
}

const many = Array.from({ length: 2500 }, (_, i) => ({
  ...{ id: 1 + ((i * 7919) % 3000) * 1_000_000, t: 5 },
  ...{ high: highBits(i / 3), low: lowBits(i % 2 === 0 ? i : i / 3) },
}));

function rowsOf({ length, id, t, high, low }: SampleRows): Row[] {
  return Array.from({ length }, (_, i) => ({ id: id[i]!, t: t[i]!, high: high[i]!, low: low[i]! }));
}

/** The rows in the bytes, to their end. */
function decoded(bytes: Uint8Array, kernel = samplesKernel()): Row[] {
  const rows = new PendingRows();
  const input = new ByteReader(bytes);
  decodeSamples(input, rows, kernel);
  expect(input.done).toBe(true);
  return rowsOf(rows);
}

function encoded(rows: SampleRows, kernel = samplesKernel()): Uint8Array {
  const out = new ByteWriter();
  encodeSamples(out, rows, kernel);
  return out.bytes;
}

describe('samples in the WAL', () => {
  it('round trip, bit for bit', () => {
    const property = fc.property(fc.array(row), fc.boolean(), (rows, sameTime) => {
      const all = rows.map(({ id, t, value: bits }) => ({ id, t: sameTime ? rows[0]!.t : t, ...bits }));
      for (const kernel of [samplesKernel(), null]) expect(decoded(encoded(columns(all)), kernel)).toEqual(all);
    });
    fc.assert(property);
  });

  it('are refused by the kernel and its twin when they end too early', () => {
    const bytes = encoded(columns(many));
    for (const kernel of [samplesKernel(), null]) {
      for (const length of [3, 6, 5000, bytes.length - 1]) {
        expect(() => decoded(bytes.slice(0, length), kernel)).toThrow('malformed bytes: it ends too early');
      }
    }
  });

  it('are the same bytes from the kernel and its twin', () => {
    expect(samplesKernel()).not.toBeNull();
    const property = fc.property(fc.array(row), fc.boolean(), (rows, sameTime) => {
      const all = columns(rows.map(({ id, t, value: bits }) => ({ id, t: sameTime ? 1_700_000_000_000 : t, ...bits })));
      expect(encoded(all)).toEqual(encoded(all, null));
    });
    fc.assert(property);
  });

  it('are the same bytes from the kernel and its twin when they are many', () => {
    expect(encoded(columns(many))).toEqual(encoded(columns(many), null));
    const apart = columns(many.map((one, i) => ({ ...one, t: (i % 3 === 0 ? -1 : 1) * (i + 1) * 1e11 })));
    expect(encoded(apart)).toEqual(encoded(apart, null));
    for (const rows of [columns(many), apart]) {
      expect(decoded(encoded(rows))).toEqual(rowsOf(rows));
      expect(decoded(encoded(rows), null)).toEqual(rowsOf(rows));
    }
  });
});

describe('series in the WAL', () => {
  it('round trip over several records, each string written once', () => {
    const symbols = new SegmentSymbols();
    const out = new ByteWriter();
    const first = [
      { id: 7, pairs: ['__name__', 'a', 'job', 'x'] },
      { id: 3, pairs: ['__name__', 'b'] },
    ];
    const second = [{ id: 8, pairs: ['__name__', 'b', 'job', 'x'] }];
    encodeSeries(out, first, symbols);
    const middle = out.length;
    encodeSeries(out, second, symbols);
    expect(out.length - middle).toBe(7);
    const input = new ByteReader(out.bytes);
    const again = new SegmentSymbols();
    expect(decodeSeries(input, again)).toEqual(first);
    expect(decodeSeries(input, again)).toEqual(second);
  });
});

describe('records', () => {
  it('are read up to the first damage, wherever it is', () => {
    const out = new ByteWriter();
    writeFileHeader(out, SEGMENT_MAGIC);
    const ends = [out.length];
    for (const text of ['one', 'two', 'three']) {
      writeRecord(out, 2, (record) => record.string(text));
      ends.push(out.length);
    }
    const read = (bytes: Uint8Array) => {
      const found: string[] = [];
      const file = new RecordFile(bytes, SEGMENT_MAGIC);
      while (file.read(16, (_, payload) => found.push(payload.string())));
      const { result } = file;
      expect(result).toEqual({
        records: found.length,
        endBytes: result.endBytes,
        cutBytes: bytes.length - result.endBytes,
      });
      return found.length;
    };
    for (let length = 0; length <= out.length; length++) {
      expect(read(out.bytes.slice(0, length))).toBe(ends.filter((end) => end > 8 && end <= length).length);
    }
    for (let at = 0; at < out.length; at++) {
      const bytes = out.bytes.slice();
      bytes[at]! ^= 0x10;
      expect(read(bytes)).toBe(at < 8 ? 0 : ends.filter((end) => end <= at).length - 1);
    }
  });
});
