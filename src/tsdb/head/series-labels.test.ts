import { describe, expect, it } from 'vitest';
import { HeadReader } from './head-reader.ts';
import { HeadWriter } from './head-writer.ts';

function readerOf(head: HeadWriter): HeadReader {
  return new HeadReader({ ...head.handle, deletions: null as never });
}

describe('a single label of a series in the head', () => {
  it('is found without the others', () => {
    const head = new HeadWriter(1, 7_200_000);
    const id = head.add(['__name__', 'up', 'job', 'döner', 'pod', 'a']);
    const reader = readerOf(head);
    expect(['__name__', 'job', 'pod', 'zone'].map((name) => reader.labels.value(id, name))).toEqual([
      'up',
      'döner',
      'a',
      '',
    ]);
  });

  it('is found when its name comes up later', () => {
    const head = new HeadWriter(1, 7_200_000);
    const first = head.add(['__name__', 'up']);
    const reader = readerOf(head);
    expect(reader.labels.value(first, 'zone')).toBe('');
    const second = head.add(['__name__', 'up', 'zone', 'b']);
    expect([reader.labels.value(first, 'zone'), reader.labels.value(second, 'zone')]).toEqual(['', 'b']);
  });
});
