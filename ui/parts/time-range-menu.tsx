import { type FormEvent, type RefObject, useState } from 'react';
import { useTimeZone } from '../state/preferences.ts';
import { describeTimeRange, formatDateTime, resolveTimeRange, type TimeRangeText } from '../state/time-range.ts';
import { Popover } from './popover.tsx';

export interface TimeRangeMenuProps {
  readonly anchor: RefObject<HTMLElement | null>;
  readonly current: TimeRangeText;
  readonly quickRanges: readonly TimeRangeText[];
  readonly choose: (text: TimeRangeText) => void;
  readonly close: () => void;
}

/** Typed ends and quick ranges, hanging on the picker's button. */
export function TimeRangeMenu({ anchor, current, quickRanges, choose, close }: TimeRangeMenuProps) {
  const timeZone = useTimeZone();
  const [from, setFrom] = useState(() => typed(current.from, timeZone));
  const [to, setTo] = useState(() => typed(current.to, timeZone));
  const range = resolveTimeRange({ from, to }, { now: Date.now(), timeZone });
  const apply = (event: FormEvent): void => {
    event.preventDefault();
    if (range !== null) choose(stored({ from, to }, range));
  };
  return (
    <Popover anchor={anchor} close={close} className="time-picker-menu">
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
            className={quick.from === current.from && quick.to === current.to ? 'row chosen' : 'row'}
            onClick={() => choose(quick)}
          >
            {describeTimeRange(quick, timeZone)}
          </button>
        ))}
      </div>
    </Popover>
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
