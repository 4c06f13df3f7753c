import { Popover } from 'radix-ui';
import { type FormEvent, useState } from 'react';
import { useTimeZone } from '../state/preferences.ts';
import {
  describeTimeRange,
  formatDateTime,
  QUICK_RANGES,
  resolveTimeRange,
  shiftTimeRange,
  type TimeRangeText,
  zoomOutTimeRange,
} from '../state/time-range.ts';
import type { TimeRangeState } from '../state/time-range-state.ts';
import { Icon } from './icon.tsx';
import { useKeys } from './keys.ts';

/** The refresh intervals that are offered; a dashboard may bring its own. */
export const REFRESH_INTERVALS: readonly string[] = ['5s', '15s', '30s', '1m', '5m', '15m', '30m', '1h'];

export interface TimeRangePickerProps {
  readonly state: TimeRangeState;
  readonly quickRanges?: readonly TimeRangeText[];
  readonly refreshIntervals?: readonly string[];
}

/** Earlier, the range with its menu, later, zoom out, refresh now, and how often. Brings its own keys. */
export function TimeRangePicker({ state, quickRanges, refreshIntervals = REFRESH_INTERVALS }: TimeRangePickerProps) {
  const [open, setOpen] = useState(false);
  const timeZone = useTimeZone();
  const move = (direction: -1 | 1): void => state.set(shiftTimeRange(state.resolve(), direction, Date.now()));
  const zoomOut = (): void => state.set(zoomOutTimeRange(state.resolve(), Date.now()));
  useKeys('Time range', [
    { keys: 'left', label: 'Half a range earlier', run: () => move(-1) },
    { keys: 'right', label: 'Half a range later', run: () => move(1) },
    { keys: '-', label: 'Zoom out', run: zoomOut },
    { keys: 'mod+z', label: 'Undo the last change of the range', run: state.undo },
    { keys: 'r', label: 'Refresh now', run: state.refresher.refresh },
    { keys: 'w', label: 'Choose the range', run: () => setOpen(true) },
  ]);
  return (
    <div className="time-picker" data-testid="time-picker">
      <button type="button" className="button icon" title="Earlier (←)" aria-label="Earlier" onClick={() => move(-1)}>
        <Icon name="left" />
      </button>
      <Popover.Root open={open} onOpenChange={setOpen}>
        <Popover.Trigger className="button" data-testid="time-picker-button" title="Choose the time range (w)">
          <Icon name="clock" />
          <span className="clip">{describeTimeRange(state.text, timeZone)}</span>
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content className="popover time-picker-menu" sideOffset={4} align="end" collisionPadding={4}>
            <RangeMenu
              state={state}
              quickRanges={quickRanges ?? QUICK_RANGES}
              choose={(text) => {
                state.set(text);
                setOpen(false);
              }}
            />
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
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

interface RangeMenuProps {
  readonly state: TimeRangeState;
  readonly quickRanges: readonly TimeRangeText[];
  readonly choose: (text: TimeRangeText) => void;
}

function RangeMenu({ state, quickRanges, choose }: RangeMenuProps) {
  const timeZone = useTimeZone();
  const [from, setFrom] = useState(() => typed(state.text.from, timeZone));
  const [to, setTo] = useState(() => typed(state.text.to, timeZone));
  const range = resolveTimeRange({ from, to }, { now: Date.now(), timeZone });
  const apply = (event: FormEvent): void => {
    event.preventDefault();
    if (range !== null) choose(stored({ from, to }, range));
  };
  return (
    <>
      <form onSubmit={apply} className="time-picker-form">
        <label>
          From
          <input
            value={from}
            onChange={(event) => setFrom(event.target.value)}
            data-testid="time-from"
            spellCheck={false}
          />
        </label>
        <label>
          To
          <input value={to} onChange={(event) => setTo(event.target.value)} data-testid="time-to" spellCheck={false} />
        </label>
        <p className={range === null ? 'note bad' : 'note'} role="status">
          {range === null
            ? 'Write now-6h, now-1d/d, or a date like 2026-01-31 12:00, the earlier one first.'
            : `${formatDateTime(range.start, timeZone)} to ${formatDateTime(range.end, timeZone)} ${timeZone === 'utc' ? 'UTC' : ''}`}
        </p>
        <button type="submit" className="button primary" disabled={range === null} data-testid="time-apply">
          Apply
        </button>
      </form>
      <div className="time-picker-quick">
        {quickRanges.map((quick) => (
          <button
            type="button"
            key={`${quick.from} ${quick.to}`}
            className={quick.from === state.text.from && quick.to === state.text.to ? 'row chosen' : 'row'}
            onClick={() => choose(quick)}
          >
            {describeTimeRange(quick, timeZone)}
          </button>
        ))}
      </div>
    </>
  );
}

/** Unix times are shown as dates, relative text as it is. */
function typed(text: string, timeZone: 'local' | 'utc'): string {
  return /^-?\d{10,}$/.test(text) ? formatDateTime(Number(text), timeZone) : text;
}

/** Dates go into the URL as Unix ms: they then mean the same in every zone. */
function stored(text: TimeRangeText, range: { readonly start: number; readonly end: number }): TimeRangeText {
  const side = (written: string, time: number): string =>
    written.trim().startsWith('now') ? written.trim() : String(time);
  return { from: side(text.from, range.start), to: side(text.to, range.end) };
}
