import { useMemo } from 'react';
import { AlertingNav } from '../alerts/alerting-nav.tsx';
import { attemptsOf, lastAttempts } from '../alerts/attempts.ts';
import { ReceiverView } from '../alerts/receiver-view.tsx';
import type { AlertEventJson, ReceiverJson } from '../api/alerting.ts';
import { usePrometheus } from '../api/answers.ts';
import { FilterInput } from '../parts/filter-input.tsx';
import { EmptyNote, ErrorNote, LoadingLine } from '../parts/states.tsx';
import { containsWords } from '../parts/text-match.ts';
import { Toolbar } from '../parts/toolbar.tsx';
import { useSearchState } from '../state/location.ts';

const DAY = 86_400_000;
const NO_EVENTS: readonly AlertEventJson[] = [];

/** Who is told, by what, and what came of it last; a test shows whether they are reached. */
export function ReceiversPage() {
  const [search, change] = useSearchState();
  const filter = search.get('filter') ?? '';
  const answer = usePrometheus<{ receivers: readonly ReceiverJson[] }>('alerting/receivers', { every: 30_000 });
  const start = (Math.floor(Date.now() / DAY) - 90) * (DAY / 1000);
  const params = { kind: ['sent', 'failed'], start, limit: 5000 };
  const history = usePrometheus<{ events: readonly AlertEventJson[] }>('alerting/history', { params, every: 10_000 });
  const events = history.data?.data.events ?? NO_EVENTS;
  const last = useMemo(() => lastAttempts(attemptsOf(events)), [events]);
  const receivers = answer.data?.data.receivers ?? [];
  const shown = receivers.filter(
    ({ name, integrations }) => filter === '' || containsWords(filter, [name, ...integrations].join('\n')),
  );
  return (
    <div data-testid="receivers">
      <Toolbar>
        <FilterInput
          value={filter}
          placeholder="Filter receivers"
          onChange={(text) => change({ filter: text === '' ? null : text })}
        />
      </Toolbar>
      <AlertingNav />
      <LoadingLine active={answer.isPending} />
      {answer.isError ? (
        <ErrorNote
          what="The receivers"
          error={answer.error}
          stale={answer.data !== undefined}
          retry={() => void answer.refetch()}
        />
      ) : null}
      {answer.data !== undefined && shown.length === 0 ? (
        <EmptyNote title="No receiver matches">Change the filter above.</EmptyNote>
      ) : null}
      {shown.map((receiver) => (
        <ReceiverView key={receiver.name} receiver={receiver} last={last} />
      ))}
    </div>
  );
}
