import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRefresher } from './refresher.ts';

const WEEK = 7 * 86_400_000;
const seen = new Set<() => void>();
/** As much of a page as a refresher looks at. */
const page = {
  visibilityState: 'visible',
  addEventListener: (_: string, listener: () => void) => seen.add(listener),
  removeEventListener: (_: string, listener: () => void) => seen.delete(listener),
};

let beats = 0;
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('document', page);
  vi.stubGlobal('window', globalThis);
  page.visibilityState = 'visible';
  seen.clear();
  beats = 0;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function beating(interval: number) {
  const refresher = createRefresher();
  refresher.subscribe(() => beats++);
  refresher.setInterval(interval);
  return refresher;
}

function show(state: 'visible' | 'hidden'): void {
  page.visibilityState = state;
  for (const listener of seen) listener();
}

describe('a page that refreshes', () => {
  it('beats once in each interval, on demand, and has one timer however often the interval was set', () => {
    const refresher = beating(5000);
    for (const interval of [10_000, 5000, 10_000]) refresher.setInterval(interval);
    expect([vi.getTimerCount(), seen.size]).toEqual([1, 1]);
    vi.advanceTimersByTime(60_000);
    expect(beats).toBe(6);
    refresher.refresh();
    expect(beats).toBe(7);
    refresher.setInterval(0);
    expect([vi.getTimerCount(), seen.size]).toEqual([0, 0]);
  });

  it('does not beat out of sight, and once when it comes back after a week', () => {
    beating(5000);
    show('hidden');
    vi.advanceTimersByTime(WEEK / 100);
    expect(beats).toBe(0);
    show('visible');
    expect(beats).toBe(1);
    show('hidden');
    show('visible');
    expect(beats).toBe(1);
  });

  it('beats once when the machine slept for a week, although both the timer and the window wake up', () => {
    beating(5000);
    vi.advanceTimersByTime(4999);
    vi.setSystemTime(Date.now() + WEEK);
    show('visible');
    expect(beats).toBe(1);
    vi.advanceTimersByTime(1);
    expect(beats).toBe(1);
    vi.advanceTimersByTime(5000);
    expect(beats).toBe(2);
  });

  it('goes on when the clock was set back', () => {
    beating(5000);
    vi.setSystemTime(Date.now() - WEEK);
    vi.advanceTimersByTime(10_000);
    expect(beats).toBe(2);
  });
});
