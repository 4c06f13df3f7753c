import { describe, expect, it } from 'vitest';
import type { Alert } from '#model/alert';
import { Labels } from '#model/labels';
import { mergeAlert } from './merge.ts';

function alert(startsAt: number, endsAt: number, { updatedAt = 0, timeout = false, note = '' } = {}): Alert {
  const labels = Labels.from({ alertname: 'x' });
  return { labels, annotations: Labels.from({ note }), startsAt, endsAt, updatedAt, timeout, generatorURL: note };
}

describe('merging an alert into the one that is held', () => {
  const NOW = 100;
  it.each([
    ['no overlap: replaced', alert(10, 20), alert(50, 150, { updatedAt: 1 }), [50, 150]],
    ['same start, later end: replaced', alert(10, 120), alert(10, 150, { updatedAt: 1 }), [10, 150]],
    ['overlap: the earliest start', alert(10, 120), alert(50, 150, { updatedAt: 1 }), [10, 150]],
    ['a later end that was sent stays', alert(10, 200), alert(50, 150, { updatedAt: 1 }), [10, 200]],
    [
      'a later end that was a timeout goes',
      alert(10, 200, { timeout: true }),
      alert(50, 150, { updatedAt: 1 }),
      [10, 150],
    ],
    ['a resolve wins over a later end', alert(10, 200), alert(10, 90, { updatedAt: 1 }), [10, 90]],
    ['of two resolves the later', alert(10, 95), alert(20, 90, { updatedAt: 1 }), [10, 95]],
  ])('%s', (_, held, incoming, expected) => {
    const merged = mergeAlert(held, incoming, NOW);
    expect([merged.startsAt, merged.endsAt]).toEqual(expected);
  });

  it('takes text from whichever was updated last', () => {
    const held = alert(10, 200, { updatedAt: 5, note: 'held' });
    const late = alert(50, 150, { updatedAt: 4, note: 'late' });
    expect(mergeAlert(held, late, NOW).generatorURL).toBe('held');
    expect(mergeAlert(held, { ...late, updatedAt: 6 }, NOW).annotations.get('note')).toBe('late');
  });
});
