import type { Millis } from '#model/time';
import type { AlertEventJson, AlertEventKind } from '../api/alerting.ts';
import { VirtualList } from '../parts/virtual-list.tsx';
import { useTimeZone } from '../state/preferences.ts';
import { formatDateTime } from '../state/time-range.ts';
import { withTimes } from './why-words.ts';

const WORDS: Readonly<Record<AlertEventKind, string>> = {
  pending: 'is pending',
  inactive: 'is no longer pending',
  created: 'began to fire',
  firing: 'fires again',
  grouped: 'joined a group of',
  suppressed: 'kept back from',
  sent: 'told to',
  failed: 'could not be told to',
  resolved: 'is over',
};

const STATES: Readonly<Partial<Record<AlertEventKind, string>>> = { sent: 'good', failed: 'bad' };

/** What happened to an alert, newest first. */
export function EventList({ events }: { readonly events: readonly AlertEventJson[] }) {
  const timeZone = useTimeZone();
  const dateTime = (time: Millis): string => formatDateTime(time, timeZone);
  const newest = events.toReversed();
  return (
    <section aria-label="What happened" className="event-list">
      <VirtualList items={newest} keyOf={(_, i) => String(newest.length - i)} estimate={24}>
        {({ at, kind, receiver, integration, detail }) => (
          <div className="event" data-testid="alert-event">
            <span className="number dim">{dateTime(Date.parse(at))}</span>
            <span>
              <span className={STATES[kind] ?? ''}>{WORDS[kind]}</span>
              {receiver === '' ? '' : ` ${receiver}`}
              {integration === '' ? '' : ` ${integration}`}
              {detail === '' ? null : <span className="dim">: {withTimes(detail, dateTime)}</span>}
            </span>
          </div>
        )}
      </VirtualList>
    </section>
  );
}
