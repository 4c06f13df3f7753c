import type { Millis, TimeRange } from '#model/time';
import type { AlertEventJson } from '../api/alerting.ts';
import { Segments } from '../parts/segments.tsx';
import { useTimeZone } from '../state/preferences.ts';
import { formatDateTime } from '../state/time-range.ts';
import { TIMELINE_RANGES, type TimelineLane, timelineLanes } from './timeline.ts';

export interface TimelineViewProps {
  /** Oldest first. */
  readonly events: readonly AlertEventJson[];
  readonly now: Millis;
  /** The name of one of the ranges. */
  readonly range: string;
  readonly choose: (range: string) => void;
}

/** When an alert fired and what was done about it, drawn; the list of events says the same in words. */
export function TimelineView({ events, now, range: name, choose }: TimelineViewProps) {
  const timeZone = useTimeZone();
  const length = TIMELINE_RANGES.find(([each]) => each === name)?.[1] ?? 3_600_000;
  const range = { start: now - length, end: now };
  const lanes = timelineLanes(events, range);
  return (
    <section className="timeline" aria-label="Timeline" data-testid="alert-timeline">
      <Segments
        label="How far back"
        value={name}
        onChange={choose}
        options={TIMELINE_RANGES.map(([value]) => ({ value, label: value }))}
      />
      {lanes.map((lane) => (
        <Lane key={lane.name} lane={lane} range={range} dateTime={(time) => formatDateTime(time, timeZone)} />
      ))}
      <div className="timeline-lane timeline-ends dim">
        <span />
        <span>
          <span>{formatDateTime(range.start, timeZone)}</span>
          <span>now</span>
        </span>
      </div>
    </section>
  );
}

interface LaneProps {
  readonly lane: TimelineLane;
  readonly range: TimeRange;
  readonly dateTime: (time: Millis) => string;
}

function Lane({ lane: { name, spans, waits, marks }, range, dateTime }: LaneProps) {
  const place = (time: Millis): number => (100 * (time - range.start)) / (range.end - range.start);
  const words = [
    ...waits.map(({ start, end }) => `pending from ${dateTime(start)} to ${dateTime(end)}`),
    ...spans.map(({ start, end }) => `fired from ${dateTime(start)} to ${dateTime(end)}`),
    ...marks.map(({ at, kind, detail }) => `${dateTime(at)} ${kind} ${detail}`),
  ];
  return (
    <div className="timeline-lane">
      <span className="clip" title={name}>
        {name}
      </span>
      <svg role="img" aria-label={`${name}: ${words.length === 0 ? 'nothing' : words.join('; ')}`}>
        <line x1="0" x2="100%" y1="11" y2="11" className="timeline-line" />
        {waits.map(({ start, end }) => (
          <rect
            key={`wait ${start}`}
            x={`${place(start)}%`}
            width={`${Math.max(0.3, place(end) - place(start))}%`}
            y="8"
            height="6"
            rx="2"
            className="timeline-wait"
          >
            <title>{`pending from ${dateTime(start)} to ${dateTime(end)}`}</title>
          </rect>
        ))}
        {spans.map(({ start, end }) => (
          <rect
            key={start}
            x={`${place(start)}%`}
            width={`${Math.max(0.3, place(end) - place(start))}%`}
            y="5"
            height="12"
            rx="2"
            className="timeline-span"
          >
            <title>{`fired from ${dateTime(start)} to ${dateTime(end)}`}</title>
          </rect>
        ))}
        {marks.map(({ at, kind, detail }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two events may be equal in everything
          <svg key={i} x={`${place(at)}%`} overflow="visible" aria-hidden="true">
            <path d={SHAPES[kind] ?? 'M0 5V17'} className={`timeline-mark ${kind}`}>
              <title>{`${dateTime(at)} ${kind}${detail === '' ? '' : `: ${detail}`}`}</title>
            </path>
          </svg>
        ))}
      </svg>
    </div>
  );
}

/** Shapes tell what colour tells too: a dot for sent, a cross for failed, a bar for kept back. */
const SHAPES: Readonly<Record<string, string>> = {
  sent: 'M-4 11a4 4 0 1 0 8 0a4 4 0 1 0-8 0Z',
  failed: 'M-4 7L4 15M4 7L-4 15',
  suppressed: 'M-3 7h6v8h-6Z',
};
