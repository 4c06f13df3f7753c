import { describe, expect, it } from 'vitest';
import { createUlid, isUlid } from './ulid.ts';

describe('a ULID', () => {
  it('begins with its time, and is never the same again', () => {
    expect(createUlid(1_469_918_176_385).slice(0, 10)).toBe('01ARYZ6S41');
    const made = Array.from({ length: 100 }, () => createUlid(0));
    expect(new Set(made).size).toBe(100);
    expect(made.every(isUlid)).toBe(true);
  });

  it('is told from other names', () => {
    for (const name of [
      'wal',
      '',
      '01ARYZ6S41TSV4RRFFQ69G5FA',
      '81ARYZ6S41TSV4RRFFQ69G5FAV',
      '01ARYZ6S41TSV4RRFFQ69G5FAI',
    ]) {
      expect(isUlid(name)).toBe(false);
    }
  });
});
