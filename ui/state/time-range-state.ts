import { useCallback, useMemo, useRef } from 'react';
import type { Millis, TimeRange } from '#model/time';
import { parseDurationText } from '../format/duration.ts';
import { useSearchState } from './location.ts';
import { currentTimeZone } from './preferences.ts';
import { type Refresher, useRefresher } from './refresher.ts';
import { absoluteRange, resolveTimeRange, type TimeRangeText } from './time-range.ts';

/** The time range of a page: `from`, `to` and `refresh` of its URL. */
export interface TimeRangeState {
  readonly text: TimeRangeText;
  /** The refresh interval as it stands in the URL (`15s`), or empty for none. */
  readonly refresh: string;
  /** Beats with the refresh interval; charts ask again on it without a render. */
  readonly refresher: Refresher;
  /** The range at this moment. Text that cannot be read falls back to the defaults. */
  resolve(): TimeRange;
  /** Goes to another range; the one before can be had back with `undo` and with the browser's Back. */
  set(text: TimeRangeText): void;
  zoom(range: TimeRange): void;
  /** Back to the range before the last change; does nothing when there was none. */
  undo(): void;
  setRefresh(refresh: string): void;
}

export interface TimeRangeDefaults extends TimeRangeText {
  readonly refresh: string;
}

/** Reads and writes the range in the URL. What equals the defaults is left out of it. */
export function useTimeRange(defaults: TimeRangeDefaults): TimeRangeState {
  const [search, change] = useSearchState();
  const from = search.get('from') ?? defaults.from;
  const to = search.get('to') ?? defaults.to;
  const refresh = search.get('refresh') ?? defaults.refresh;
  const refresher = useRefresher(refreshMillis(refresh));
  const before = useRef<TimeRangeText[]>([]);
  const fallback = useRef(defaults);

  const go = useCallback(
    (next: TimeRangeText) => {
      const same = next.from === fallback.current.from && next.to === fallback.current.to;
      change(same ? { from: null, to: null } : { from: next.from, to: next.to }, 'push');
    },
    [change],
  );
  const set = useCallback(
    (next: TimeRangeText) => {
      before.current = [...before.current.slice(-49), { from, to }];
      go(next);
    },
    [go, from, to],
  );
  return useMemo(
    () => ({
      text: { from, to },
      refresh,
      refresher,
      resolve: () => resolveOr({ from, to }, fallback.current),
      set,
      zoom: (range) => set(absoluteRange(range)),
      undo: () => {
        const last = before.current.pop();
        if (last !== undefined) go(last);
      },
      setRefresh: (next) => change({ refresh: next === fallback.current.refresh ? null : next }),
    }),
    [from, to, refresh, refresher, set, go, change],
  );
}

function resolveOr(text: TimeRangeText, defaults: TimeRangeText): TimeRange {
  const options = { now: Date.now(), timeZone: currentTimeZone() };
  const range = resolveTimeRange(text, options) ?? resolveTimeRange(defaults, options);
  return range ?? { start: options.now - 3_600_000, end: options.now };
}

/** Browsers take longer delays for none at all. */
const LONGEST_DELAY: Millis = 2 ** 31 - 1;

/** The interval of a `refresh` parameter; 0 for none and for what cannot be read, never below one second. */
export function refreshMillis(text: string): Millis {
  const millis = parseDurationText(text);
  return millis === null ? 0 : Math.min(LONGEST_DELAY, Math.max(1000, millis));
}
