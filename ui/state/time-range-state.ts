import { useCallback, useMemo, useRef } from 'react';
import type { Millis, TimeRange } from '#model/time';
import { parseDurationText } from '../format/duration.ts';
import { useSearchState } from './location.ts';
import { currentTimeZone } from './preferences.ts';
import { type Refresher, useRefresher } from './refresher.ts';
import { absoluteRange, resolveTimeRange, type TimeRangeText, zoomOutTimeRange } from './time-range.ts';

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
  /** Back from a zoom; where there was none, to twice the range. */
  zoomOut(): void;
  /** Back to the range before the last change; does nothing when there was none. */
  undo(): void;
  /** Takes an `undo` back, until the range is changed otherwise. */
  redo(): void;
  setRefresh(refresh: string): void;
}

export interface TimeRangeDefaults extends TimeRangeText {
  readonly refresh: string;
  /** As in ResolveOptions. */
  readonly weekStart?: number | null;
}

/** Reads and writes the range in the URL. What equals the defaults is left out of it. */
export function useTimeRange(defaults: TimeRangeDefaults): TimeRangeState {
  const [search, change] = useSearchState();
  const from = search.get('from') ?? defaults.from;
  const to = search.get('to') ?? defaults.to;
  const refresh = search.get('refresh') ?? defaults.refresh;
  const refresher = useRefresher(refreshMillis(refresh));
  const before = useRef<TimeRangeText[]>([]);
  const after = useRef<TimeRangeText[]>([]);
  const fallback = useRef(defaults);
  // A dashboard's own range may change while it is open.
  fallback.current = defaults;

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
      after.current = [];
      go(next);
    },
    [go, from, to],
  );
  const step = useCallback(
    (source: TimeRangeText[], target: TimeRangeText[]) => {
      let next = source.pop();
      // The browser's Back was there before.
      while (next?.from === from && next.to === to) next = source.pop();
      if (next === undefined) return;
      target.push({ from, to });
      go(next);
    },
    [go, from, to],
  );
  return useMemo(() => {
    const resolve = (text: TimeRangeText = { from, to }): TimeRange => resolveOr(text, fallback.current);
    return {
      text: { from, to },
      refresh,
      refresher,
      resolve: () => resolve(),
      set,
      zoom: (range) => set(absoluteRange(range)),
      zoomOut: () => {
        const last = before.current.at(-1);
        if (last !== undefined && lengthOf(resolve(last)) > lengthOf(resolve())) step(before.current, after.current);
        else set(zoomOutTimeRange(resolve(), Date.now()));
      },
      undo: () => step(before.current, after.current),
      redo: () => step(after.current, before.current),
      setRefresh: (next) => change({ refresh: next === fallback.current.refresh ? null : next }),
    };
  }, [from, to, refresh, refresher, set, step, change]);
}

function lengthOf({ start, end }: TimeRange): Millis {
  return end - start;
}

function resolveOr(text: TimeRangeText, defaults: Omit<TimeRangeDefaults, 'refresh'>): TimeRange {
  const options = { now: Date.now(), timeZone: currentTimeZone(), weekStart: defaults.weekStart };
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
