import { useMemo, useState } from 'react';
import { AlertName } from '../alerts/alert-name.tsx';
import { AlertingNav } from '../alerts/alerting-nav.tsx';
import { type Attempt, attemptsOf, errorsFirst } from '../alerts/attempts.ts';
import { withTimes } from '../alerts/why-words.ts';
import type { AlertEventJson } from '../api/alerting.ts';
import { usePrometheus } from '../api/answers.ts';
import { FilterInput } from '../parts/filter-input.tsx';
import { Segments } from '../parts/segments.tsx';
import { EmptyNote, ErrorNote, LoadingLine } from '../parts/states.tsx';
import { containsWords } from '../parts/text-match.ts';
import { Toolbar } from '../parts/toolbar.tsx';
import { VirtualList } from '../parts/virtual-list.tsx';
import { useSearchState } from '../state/location.ts';
import { useTimeZone } from '../state/preferences.ts';
import { formatDateTime } from '../state/time-range.ts';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const RANGES: Readonly<Record<string, number>> = { '1h': 60 * MINUTE, '1d': DAY, '7d': 7 * DAY, '90d': 90 * DAY };
/** What goes on failing in the same way is written again after so long: its event began that long before at most. */
const WRITTEN_AGAIN = 360 * MINUTE;
const LIMIT = 5000;
const NO_EVENTS: readonly AlertEventJson[] = [];

type Shown = 'all' | 'failed' | 'sent' | 'kept';

/**
 * Every attempt to tell somebody: to whom, when, about which alerts, and what came of it. What failed comes first. Beside
 * them, what was kept back from whom, and by what.
 */
export function NotificationsPage() {
  const [search, change] = useSearchState();
  const show = shownOf(search.get('show'));
  const range = search.get('range') ?? '1d';
  const newest = search.get('order') === 'newest';
  const filter = search.get('filter') ?? '';
  // To the minute: the same question while nobody asks for another.
  const start = Math.floor(Date.now() / MINUTE) * MINUTE - (RANGES[range] ?? DAY);
  const kept = show === 'kept';
  const kind = kept ? ['suppressed'] : ['sent', 'failed'];
  const params = { kind, start: (start - (kept ? 0 : WRITTEN_AGAIN)) / 1000, limit: LIMIT };
  const answer = usePrometheus<{ events: readonly AlertEventJson[] }>('alerting/history', { params, every: 10_000 });
  const events = answer.data?.data.events ?? NO_EVENTS;
  const attempts = useMemo(() => attemptsOf(events).filter(({ lastAt }) => lastAt >= start), [events, start]);
  const matching = useMemo(
    () => attempts.filter((attempt) => filter === '' || containsWords(filter, searchText(attempt))),
    [attempts, filter],
  );
  const chosen = matching.filter(({ ok }) => show === 'all' || kept || ok === (show === 'sent'));
  const rows = newest ? chosen : errorsFirst(chosen);
  const failed = matching.filter(({ ok }) => !ok).length;
  return (
    <div data-testid="notifications">
      <Toolbar>
        <FilterInput
          value={filter}
          placeholder="Filter notifications"
          onChange={(text) => change({ filter: text === '' ? null : text })}
        />
      </Toolbar>
      <AlertingNav />
      <LoadingLine active={answer.isPending} />
      <div className="list-controls">
        <Segments
          label="Which"
          value={show}
          onChange={(next) => change({ show: next === 'all' ? null : next }, 'push')}
          options={[
            { value: 'all', label: 'All', ...(kept ? {} : { count: matching.length }) },
            { value: 'failed', label: 'Failed', state: 'bad', ...(kept ? {} : { count: failed }) },
            { value: 'sent', label: 'Sent', ...(kept ? {} : { count: matching.length - failed }) },
            { value: 'kept', label: 'Kept back', ...(kept ? { count: matching.length } : {}) },
          ]}
        />
        <Segments
          label="How far back"
          value={range}
          onChange={(next) => change({ range: next === '1d' ? null : next }, 'push')}
          options={Object.keys(RANGES).map((value) => ({ value, label: value }))}
        />
        <label className="check">
          <input
            type="checkbox"
            checked={!newest}
            onChange={(event) => change({ order: event.target.checked ? null : 'newest' }, 'push')}
          />
          Errors first
        </label>
      </div>
      {answer.isError ? (
        <ErrorNote
          what="The notifications"
          error={answer.error}
          stale={answer.data !== undefined}
          retry={() => void answer.refetch()}
        />
      ) : null}
      {answer.data !== undefined && rows.length === 0 ? <NothingShown any={attempts.length > 0} kept={kept} /> : null}
      {events.length === LIMIT ? <p className="dim">Older ones are left out: choose a shorter time.</p> : null}
      <VirtualList items={rows} keyOf={({ key }) => key} estimate={52}>
        {(attempt) => <AttemptLine attempt={attempt} />}
      </VirtualList>
    </div>
  );
}

function NothingShown({ any, kept }: { readonly any: boolean; readonly kept: boolean }) {
  if (any) return <EmptyNote title="No notification matches">Change the filter above.</EmptyNote>;
  return kept ? (
    <EmptyNote title="Nothing was kept back">
      No silence, no alert that inhibits others and no time interval began to hide an alert in this time. What goes on
      for long is said again every six hours: look further back.
    </EmptyNote>
  ) : (
    <EmptyNote title="Nobody was notified">
      Nothing was sent in this time, and nothing failed. Look further back, or send a test from Receivers.
    </EmptyNote>
  );
}

function shownOf(text: string | null): Shown {
  return text === 'failed' || text === 'sent' || text === 'kept' ? text : 'all';
}

function searchText({ receiver, integration, detail, groupKey, alerts }: Attempt): string {
  const labels = alerts.flatMap((alert) => Object.entries(alert.labels).map(([name, value]) => `${name}=${value}`));
  return [receiver, integration, detail, groupKey, ...labels].join('\n');
}

const NAMED = 3;
const WORDS: Readonly<Record<Attempt['kind'], string>> = { sent: 'sent', failed: 'failed', suppressed: 'kept back' };

function AttemptLine({
  attempt: { at, kind, deliveredLater, receiver, integration, detail, groupKey, alerts },
}: {
  readonly attempt: Attempt;
}) {
  const timeZone = useTimeZone();
  const [all, setAll] = useState(false);
  const isBad = kind === 'failed' && !deliveredLater;
  const named = all ? alerts : alerts.slice(0, NAMED);
  return (
    <div className="entry attempt" data-testid="attempt" data-state={kind}>
      <div className="attempt-head">
        <span className={`badge ${kind === 'sent' ? 'good' : isBad ? 'bad' : ''}`}>{WORDS[kind]}</span>
        <span className="number dim">{formatDateTime(at, timeZone)}</span>
        <b>{receiver}</b>
        <span>{integration}</span>
        <span className={isBad ? 'bad attempt-detail' : 'dim attempt-detail'}>
          {withTimes(detail, (time) => formatDateTime(time, timeZone))}
        </span>
        {deliveredLater ? <span className="good">delivered later</span> : null}
      </div>
      <span className="mono dim clip attempt-group" title={`Group ${groupKey}`}>
        {groupKey}
      </span>
      {named.map(({ fingerprint, labels }) => (
        <div key={fingerprint} className="attempt-alert">
          <AlertName fingerprint={fingerprint} labels={labels} />
        </div>
      ))}
      {alerts.length > named.length ? (
        <button type="button" className="button quiet" onClick={() => setAll(true)}>
          and {alerts.length - named.length} more
        </button>
      ) : null}
    </div>
  );
}
