import { describe, expect, it } from 'vitest';
import { takeIn } from './ingest.ts';

const MIB = 1024 * 1024;
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`l${i}`, 'v']));
const problems = (labels: Record<string, string>, annotations: Record<string, string> = {}) =>
  takeIn([{ labels, annotations }], 1000, 60).problems;

describe('a posted alert', () => {
  it('may have a thousand labels and annotations, and a mebicharacter of them', () => {
    expect(problems(many(1000))).toEqual([]);
    expect(problems(many(999), { a: 'b' })).toEqual([]);
    expect(problems({ a: 'x'.repeat(MIB - 1) })).toEqual([]);
  });

  it('that is larger is refused', () => {
    expect(problems(many(999), { a: 'b', c: 'd' })).toEqual([
      'alert too large: it has 1001 labels and annotations, at most 1000 are taken; send what is longer elsewhere and link to it',
    ]);
    expect(problems({ a: 'b' }, { text: 'x'.repeat(MIB) })).toEqual([
      'alert too large: it has 1048582 characters of labels and annotations, at most 1048576 are taken; send what is longer elsewhere and link to it',
    ]);
  });

  it('that is wrong does not keep the others out', () => {
    const { alerts, problems: found } = takeIn(
      [{ labels: many(1001) }, { labels: {} }, { labels: { a: 'b' } }],
      1000,
      60,
    );
    expect(alerts.map(({ labels, startsAt, endsAt }) => [labels.toRecord(), startsAt, endsAt])).toEqual([
      [{ a: 'b' }, 1000, 1060],
    ]);
    expect(found).toEqual([expect.stringContaining('alert too large'), 'at least one label pair required']);
  });
});
