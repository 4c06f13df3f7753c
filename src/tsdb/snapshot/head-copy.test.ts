import { describe, expect, it } from 'vitest';
import { HeadWriter } from '../head/head-writer.ts';

const RANGE = 7_200_000;
/** The arena's own words and the root words. */
const ROOT_BYTES = 64;

function addSeries(head: HeadWriter, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    head.add(['__name__', `metric_${i % 7}`, `label_${i % 50}`, 'x', 'pod', `pod-${i % 97}`, 'series', String(i)]);
  }
  head.add(['__name__', 'metric_0', `new_label_${from}`, 'x']);
}

describe('a head', () => {
  it('announces every change that a new series makes to what is being copied', () => {
    const head = new HeadWriter(1, RANGE);
    addSeries(head, 0, 3000);
    for (let id = 1; id <= 3000; id++) head.append(id, 1000, id, 0);
    head.publish();
    const before = head.arena.u8.slice(0, head.arena.usedBytes);
    const announced = new Uint8Array(before.length);
    head.arena.guard = (from, to) => announced.fill(1, from, to + 1);
    addSeries(head, 3000, 3600);
    const now = head.arena.u8.subarray(0, before.length);
    const changed = Array.from(before.keys()).filter((i) => i >= ROOT_BYTES && now[i] !== before[i]);
    expect(changed.length).toBeGreaterThan(1000);
    expect(changed.filter((i) => announced[i] === 0)).toEqual([]);
  });
});
