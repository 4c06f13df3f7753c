import { describe, expect, it } from 'vitest';
import { decodeGood, printed, problemsOf } from '#test/decode';
import { defaultTsdbConfig, storageConfigSchema as schema } from './config.ts';

describe('the storage block', () => {
  it('has defaults', () => {
    expect(decodeGood(schema, '{}')).toEqual({ tsdb: defaultTsdbConfig });
    expect(decodeGood(schema, 'tsdb: {}\nexemplars: {}')).toEqual({
      tsdb: defaultTsdbConfig,
      exemplars: { maxExemplars: 100_000 },
    });
  });

  it('reads times, sizes and shares', () => {
    const text =
      'tsdb:\n  out_of_order_time_window: 30m\n  stale_series_compaction_threshold: 0.5\n  chunk_encoding: {floats: xor2}\n  retention: {time: 1d, size: 1GB, percentage: 28.5}\n';
    const storage = decodeGood(schema, text);
    expect(storage.tsdb).toEqual({
      outOfOrderTimeWindow: 1_800_000,
      staleSeriesCompactionThreshold: 0.5,
      chunkEncoding: { floats: 'xor2' },
      retention: { time: 86_400_000, sizeBytes: 2 ** 30, percentage: 28.5 },
    });
    expect(decodeGood(schema, printed(schema, storage))).toEqual(storage);
  });

  it('reads rules of retention', () => {
    const text = `tsdb: {retention: {time: 90d, rules: [{match: '{job="ci"}', time: 3d}]}}`;
    const storage = decodeGood(schema, text);
    expect(storage.tsdb.retention.rules).toEqual([{ match: '{job="ci"}', time: 3 * 86_400_000 }]);
    expect(decodeGood(schema, printed(schema, storage))).toEqual(storage);
  });

  it.each([
    [
      'tsdb: {retention: {size: -1KB}}',
      "tsdb.retention.size: 'storage.tsdb.retention.size' must be greater than or equal to 0, got -1024B",
    ],
    [
      'tsdb: {retention: {percentage: 101}}',
      "tsdb.retention.percentage: 'storage.tsdb.retention.percentage' must be in the range [0, 100], got 101",
    ],
    [
      'tsdb: {retention: {percentage: .nan}}',
      "tsdb.retention.percentage: 'storage.tsdb.retention.percentage' must be in the range [0, 100], got NaN",
    ],
    [
      'tsdb: {chunk_encoding: {floats: XOR}}',
      "tsdb.chunk_encoding.floats: 'storage.tsdb.chunk_encoding.floats' must be 'xor' or 'xor2', or the field must be omitted entirely, got \"XOR\"",
    ],
    ['tsdb: {retention: {time: -1h}}', 'tsdb.retention.time: not a valid duration string: "-1h"'],
  ])('refuses %s', (text, problem) => {
    expect(problemsOf(schema, text)).toHaveLength(1);
    expect(problemsOf(schema, text)[0]).toContain(problem);
  });
});
