import { describe, expect, it } from 'vitest';
import { FakeClock } from '#test/clock';
import { LateWrites, readPastWrites } from './late-writes.ts';

const MINUTE = 60_000;
const NOW = 1000 * MINUTE;

function lateWrites() {
  const clock = new FakeClock(NOW);
  const late = new LateWrites(clock);
  const read = () => readPastWrites(late.shared);
  return { clock, late, read };
}

describe('late writes', () => {
  it('are none while samples are stored in time', () => {
    const { late, read } = lateWrites();
    late.committed(NOW - MINUTE + 1);
    late.committed(NOW + MINUTE);
    expect(read().count).toBe(0);
    expect(read().earliestSince(0)).toBe(Number.POSITIVE_INFINITY);
  });

  it('are told to those who looked before, in whole minutes, and to nobody after', () => {
    const { late, read } = lateWrites();
    late.committed(NOW - 10 * MINUTE + 1234);
    const { count, earliestSince } = read();
    expect(earliestSince(0)).toBe(NOW - 10 * MINUTE);
    expect(earliestSince(count)).toBe(Number.POSITIVE_INFINITY);
  });

  it('tell each the earliest time since', () => {
    const { late, read } = lateWrites();
    const counts = [20, 5, 10, 7, 7, 3].map((minutes) => {
      const before = read().count;
      late.committed(NOW - minutes * MINUTE);
      return before;
    });
    const { earliestSince } = read();
    const ages = counts.map((count) => (NOW - earliestSince(count)) / MINUTE);
    expect(ages).toEqual([20, 10, 10, 7, 7, 3]);
  });

  it('never tell a later time than the true one when there are more than the list can hold', () => {
    const { clock, late, read } = lateWrites();
    const moments: { count: number; first: number }[] = [];
    for (let i = 0; i < 200; i++) {
      moments.push({ count: read().count, first: NOW + (i - 500) * MINUTE });
      late.committed(NOW + (i - 500) * MINUTE);
    }
    expect(clock.now()).toBe(NOW);
    const { earliestSince } = read();
    for (const { count, first } of moments) expect(earliestSince(count)).toBeLessThanOrEqual(first);
    expect(earliestSince(moments[199]!.count)).toBe(moments[199]!.first);
    expect(earliestSince(moments[140]!.count)).toBe(moments[140]!.first);
  });
});
