import { describe, expect, it } from 'vitest';
import { defaultTsdbConfig } from '#tsdb/config';
import { effectiveRetention, longestBlock, retentionText } from './retention.ts';

const DAY = 86_400_000;

type File = Partial<(typeof defaultTsdbConfig)['retention']>;

function retention(flags: { time?: number; sizeBytes?: number }, file: File = {}) {
  const tsdb = { ...defaultTsdbConfig, retention: { time: 0, sizeBytes: 0, percentage: 0, ...file } };
  return effectiveRetention({ time: 0, sizeBytes: 0, ...flags }, { storage: { tsdb } });
}

describe('the retention', () => {
  it('is 15 days when nobody says anything', () => {
    expect(retention({})).toEqual({ time: 15 * DAY, sizeBytes: 0 });
  });

  it('is not limited by time when only a size is given', () => {
    expect(retention({ sizeBytes: 5 })).toEqual({ time: 0, sizeBytes: 5 });
    expect(retention({}, { sizeBytes: 5 })).toEqual({ time: 0, sizeBytes: 5 });
  });

  it('is that of the file, limit by limit, and that of the flags where the file says nothing', () => {
    expect(retention({ time: DAY, sizeBytes: 5 }, { time: 2 * DAY })).toEqual({ time: 2 * DAY, sizeBytes: 5 });
    expect(retention({ time: DAY }, { sizeBytes: 7 })).toEqual({ time: DAY, sizeBytes: 7 });
  });

  it('may be a share of the disk, and have rules', () => {
    expect(retention({}, { percentage: 80 })).toEqual({ time: 0, sizeBytes: 0, percentage: 80 });
    expect(retention({}, { rules: [{ match: '{job="ci"}', time: DAY }] })).toEqual({
      ...{ time: 15 * DAY, sizeBytes: 0 },
      rules: [{ selector: [{ name: 'job', operator: '=', value: 'ci' }], time: DAY }],
    });
  });

  it('bounds the range of blocks', () => {
    expect(longestBlock({ time: 15 * DAY, sizeBytes: 0 })).toBe(1.5 * DAY);
    expect(longestBlock({ time: 365 * DAY, sizeBytes: 0 })).toBe(31 * DAY);
    expect(longestBlock({ time: 0, sizeBytes: 5 })).toBe(31 * DAY);
  });

  it('is shown with both limits', () => {
    expect(retentionText({ time: 15 * DAY, sizeBytes: 512 * 2 ** 20 })).toBe('15d or 512MiB');
    expect(retentionText({ time: 0, sizeBytes: 1024 })).toBe('1KiB');
    expect(retentionText({ time: DAY, sizeBytes: 1024, percentage: 80 })).toBe('1d or 80%');
    const rules = [{ selector: [], time: DAY }];
    expect(retentionText({ time: 90 * DAY, sizeBytes: 0, rules })).toBe('90d, 1 rule');
  });
});
