import { useEffect, useMemo } from 'react';
import type { Millis } from '#model/time';

/**
 * Says when to ask again, outside of React: charts listen and set their data, and no component renders. Beats at an
 * interval while the page can be seen, once when it comes back into sight late, and on `refresh()`. However long the
 * machine slept or the clock was set wrong, there is one beat for it.
 */
export interface Refresher {
  /** Calls back on every beat until the returned function is called. */
  subscribe(listener: () => void): () => void;
  refresh(): void;
  /** 0 stops the beat. */
  setInterval(interval: Millis): void;
}

/** A refresher that is still; `setInterval` starts it. */
export function createRefresher(): Refresher {
  const listeners = new Set<() => void>();
  let interval: Millis = 0;
  let timer = 0;
  let last = Date.now();
  const beat = (): void => {
    last = Date.now();
    for (const listener of [...listeners]) listener();
  };
  // A machine that wakes up shows the page and runs its timers: only one of them is to beat. The clock may go back.
  const beatIfLate = (least: Millis): void => {
    if (document.visibilityState === 'visible' && Math.abs(Date.now() - last) >= least) beat();
  };
  const visible = (): void => beatIfLate(interval);
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    refresh: beat,
    setInterval(next) {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', visible);
      interval = next;
      if (next <= 0) return;
      timer = window.setInterval(() => beatIfLate(next / 2), next);
      document.addEventListener('visibilitychange', visible);
    },
  };
}

/** A refresher of this component's life, beating at `interval` (0: only on demand). */
export function useRefresher(interval: Millis): Refresher {
  const refresher = useMemo(createRefresher, []);
  useEffect(() => {
    refresher.setInterval(interval);
    return () => refresher.setInterval(0);
  }, [refresher, interval]);
  return refresher;
}
