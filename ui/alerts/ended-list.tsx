import { useMemo } from 'react';
import type { Millis } from '#model/time';
import type { AlertEventJson } from '../api/alerting.ts';
import { usePrometheus } from '../api/answers.ts';
import { agoText } from '../format/duration.ts';
import { EmptyNote, ErrorNote, LoadingLine } from '../parts/states.tsx';
import { VirtualList } from '../parts/virtual-list.tsx';
import { useTimeZone } from '../state/preferences.ts';
import { formatDateTime } from '../state/time-range.ts';
import { AlertName } from './alert-name.tsx';
import { type EndedAlert, endedAlerts, filterEnded, wholeSince } from './ended-alerts.ts';

const KEPT: Millis = 90 * 86_400_000;
const LIMIT = 5000;
const NO_EVENTS: readonly AlertEventJson[] = [];

export interface EndedListProps {
  readonly filter: string;
  /** Only those that were routed to it; '' for all. */
  readonly receiver: string;
  /** Fingerprints of alerts that are not over. */
  readonly live: ReadonlySet<string>;
}

/** The alerts of the last 90 days that are over, newest first; each leads to why somebody was told of it or was not. */
export function EndedList({ filter, receiver, live }: EndedListProps) {
  const ends = useEvents(['resolved', 'inactive'], {});
  const routed = useEvents(['grouped'], receiver === '' ? null : { receiver });
  const events = ends.data?.data.events ?? NO_EVENTS;
  const told = routed.data?.data.events;
  const rows = useMemo(() => {
    const passing = receiver === '' ? null : new Set((told ?? NO_EVENTS).map(({ fingerprint }) => fingerprint));
    const ended = filterEnded(endedAlerts(events, live), filter);
    return passing === null ? ended : ended.filter(({ fingerprint }) => passing.has(fingerprint));
  }, [events, told, live, filter, receiver]);
  const failed = [ends, routed].find(({ isError }) => isError);
  const isPending = ends.isPending || (receiver !== '' && routed.isPending);
  const now = ends.dataUpdatedAt || Date.now();
  return (
    <>
      <LoadingLine active={isPending} />
      {failed === undefined ? null : (
        <ErrorNote
          what="The history of alerts"
          error={failed.error}
          stale={failed.data !== undefined}
          retry={() => void failed.refetch()}
        />
      )}
      {!isPending && failed === undefined && rows.length === 0 ? <NoneEnded any={events.length > 0} /> : null}
      <LookedThrough since={wholeSince(receiver === '' ? [events] : [events, told ?? NO_EVENTS], LIMIT)} />
      <VirtualList items={rows} keyOf={({ fingerprint }) => fingerprint} estimate={30} className="alert-list">
        {(ended) => <EndedLine ended={ended} now={now} />}
      </VirtualList>
    </>
  );
}

function useEvents(kind: readonly string[], only: Readonly<Record<string, string>> | null) {
  // To the hour: the same question while nobody asks for another.
  const start = Math.floor((Date.now() - KEPT) / 3_600_000) * 3600;
  return usePrometheus<{ events: readonly AlertEventJson[] }>('alerting/history', {
    params: { kind, start, limit: LIMIT, ...only },
    every: 30_000,
    enabled: only !== null,
  });
}

function LookedThrough({ since }: { readonly since: Millis | null }) {
  const timeZone = useTimeZone();
  if (since === null) return null;
  return (
    <p className="dim" data-testid="looked-through">
      Much has happened: only what did since {formatDateTime(since, timeZone)} is looked through. The history of the API
      (<span className="mono">/api/v1/alerting/history</span>) has the rest.
    </p>
  );
}

function NoneEnded({ any }: { readonly any: boolean }) {
  return (
    <EmptyNote title={any ? 'No alert that is over matches' : 'No alert has ended'}>
      {any ? 'Change the filter above.' : 'What happens to alerts is kept for 90 days.'}
    </EmptyNote>
  );
}

function EndedLine({ ended, now }: { readonly ended: EndedAlert; readonly now: Millis }) {
  const { fingerprint, labels, endedAt, onlyPending } = ended;
  const timeZone = useTimeZone();
  return (
    <div className="entry attempt" data-testid="ended-alert">
      <div className="attempt-head">
        <AlertName fingerprint={fingerprint} labels={labels} />
        <span className="dim" title={formatDateTime(endedAt, timeZone)}>
          {onlyPending ? 'was pending until' : 'over since'} {formatDateTime(endedAt, timeZone)} (
          {agoText(endedAt, now)})
        </span>
      </div>
    </div>
  );
}
