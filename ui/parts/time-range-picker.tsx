import { Suspense, useRef, useState } from 'react';
import { useTimeZone, useTimeZoneName } from '../state/preferences.ts';
import {
  describeTimeRange,
  QUICK_RANGES,
  shiftTimeRange,
  type TimeRangeText,
  zoomOutTimeRange,
} from '../state/time-range.ts';
import type { TimeRangeState } from '../state/time-range-state.ts';
import { Icon } from './icon.tsx';
import { useKeys } from './keys.ts';
import { lazyPart } from './lazy-part.tsx';

const TimeRangeMenu = lazyPart(async () => (await import('./time-range-menu.tsx')).TimeRangeMenu);

/** The refresh intervals that are offered; a dashboard may bring its own. */
const REFRESH_INTERVALS: readonly string[] = ['5s', '15s', '30s', '1m', '5m', '15m', '30m', '1h'];

export interface TimeRangePickerProps {
  readonly state: TimeRangeState;
  readonly quickRanges?: readonly TimeRangeText[];
  readonly refreshIntervals?: readonly string[];
}

/** Earlier, the range with its menu, later, zoom out, refresh now, and how often. Brings its own keys. */
export function TimeRangePicker({ state, quickRanges, refreshIntervals = REFRESH_INTERVALS }: TimeRangePickerProps) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const timeZone = useTimeZone();
  const zoneName = useTimeZoneName();
  const move = (direction: -1 | 1): void => state.set(shiftTimeRange(state.resolve(), direction, Date.now()));
  const zoomOut = (): void => state.set(zoomOutTimeRange(state.resolve(), Date.now()));
  useKeys('Time range', [
    { keys: 'left', label: 'Half a range earlier', run: () => move(-1) },
    { keys: 'right', label: 'Half a range later', run: () => move(1) },
    { keys: '-', label: 'Zoom out', run: zoomOut },
    { keys: 'mod+z', label: 'Undo the last change of the range', run: state.undo },
    { keys: 'mod+shift+z', label: 'Redo the change of the range', run: state.redo },
    { keys: 'r', label: 'Refresh now', run: state.refresher.refresh },
    { keys: 'w', label: 'Choose the range', run: () => setOpen(true) },
  ]);
  return (
    <div className="time-picker" data-testid="time-picker">
      <button type="button" className="button icon" title="Earlier (←)" aria-label="Earlier" onClick={() => move(-1)}>
        <Icon name="left" />
      </button>
      <button
        type="button"
        ref={button}
        className="button"
        data-testid="time-picker-button"
        title="Choose the time range (w)"
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name="clock" />
        <span className="clip">{describeTimeRange(state.text, timeZone)}</span>
        {zoneName === '' ? null : <span className="dim">{zoneName}</span>}
      </button>
      {open ? (
        <Suspense fallback={null}>
          <TimeRangeMenu
            anchor={button}
            current={state.text}
            quickRanges={quickRanges ?? QUICK_RANGES}
            close={() => setOpen(false)}
            choose={(text) => {
              state.set(text);
              setOpen(false);
            }}
          />
        </Suspense>
      ) : null}
      <button type="button" className="button icon" title="Later (→)" aria-label="Later" onClick={() => move(1)}>
        <Icon name="right" />
      </button>
      <button
        type="button"
        className="button icon wide-only"
        title="Zoom out (-)"
        aria-label="Zoom out"
        onClick={zoomOut}
      >
        <Icon name="zoom-out" />
      </button>
      <button
        type="button"
        className="button icon"
        title="Refresh now (r)"
        aria-label="Refresh now"
        data-testid="refresh-now"
        onClick={state.refresher.refresh}
      >
        <Icon name="refresh" />
      </button>
      <select
        className="select compact"
        aria-label="Refresh every"
        title="Refresh every"
        data-testid="refresh-interval"
        value={state.refresh}
        onChange={(event) => state.setRefresh(event.target.value)}
      >
        <option value="">Off</option>
        {withCurrent(refreshIntervals, state.refresh).map((interval) => (
          <option key={interval}>{interval}</option>
        ))}
      </select>
    </div>
  );
}

function withCurrent(intervals: readonly string[], current: string): readonly string[] {
  return current === '' || intervals.includes(current) ? intervals : [current, ...intervals];
}
