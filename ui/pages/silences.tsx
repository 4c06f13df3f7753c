import { Suspense, useState } from 'react';
import { Link } from 'wouter';
import { AlertingNav } from '../alerts/alerting-nav.tsx';
import { hiddenAlertsUrl, keptBackUrl } from '../alerts/alerting-urls.ts';
import { draftOf, EMPTY_DRAFT, type SilenceDraft } from '../alerts/silence-draft.ts';
import { alertmanager, matcherText, type SilenceJson } from '../api/alertmanager.ts';
import { useAlertmanager } from '../api/answers.ts';
import { queryClient } from '../api/query-client.ts';
import { agoText, roughDuration } from '../format/duration.ts';
import { FilterInput } from '../parts/filter-input.tsx';
import { Icon } from '../parts/icon.tsx';
import { lazyPart } from '../parts/lazy-part.tsx';
import { Segments } from '../parts/segments.tsx';
import { EmptyNote, ErrorNote, LoadingLine } from '../parts/states.tsx';
import { containsWords } from '../parts/text-match.ts';
import { Toolbar } from '../parts/toolbar.tsx';
import { VirtualList } from '../parts/virtual-list.tsx';
import { useSearchState } from '../state/location.ts';
import { useTimeZone } from '../state/preferences.ts';
import { formatDateTime } from '../state/time-range.ts';

const SilenceForm = lazyPart(async () => (await import('../alerts/silence-form.tsx')).SilenceForm);

type SilenceState = SilenceJson['status']['state'];

/** The silences: what they hide, until when, by whom and why. */
export function SilencesPage() {
  const silences = useAlertmanager<readonly SilenceJson[]>('silences', { every: 10_000 });
  const [search, change] = useSearchState();
  const [draft, setDraft] = useState<SilenceDraft | null>(null);
  const state = stateOf(search.get('state'));
  const filter = search.get('filter') ?? '';
  const matching = (silences.data ?? []).filter(
    (silence) => filter === '' || containsWords(filter, searchText(silence)),
  );
  const count = (one: SilenceState): number => matching.filter(({ status }) => status.state === one).length;
  const shown = matching
    .filter(({ status }) => (state === 'current' ? status.state !== 'expired' : status.state === state))
    .sort((a, b) =>
      state === 'expired' ? Date.parse(b.endsAt) - Date.parse(a.endsAt) : Date.parse(a.endsAt) - Date.parse(b.endsAt),
    );
  return (
    <div data-testid="silences">
      <Toolbar>
        <FilterInput
          value={filter}
          placeholder="Filter silences"
          onChange={(text) => change({ filter: text === '' ? null : text })}
        />
      </Toolbar>
      <AlertingNav />
      <LoadingLine active={silences.isPending} />
      <div className="list-controls">
        <Segments
          label="State"
          value={state}
          onChange={(next) => change({ state: next === 'current' ? null : next }, 'push')}
          options={[
            { value: 'current', label: 'Current', count: count('active') + count('pending') },
            { value: 'active', label: 'Active', count: count('active') },
            { value: 'pending', label: 'Pending', count: count('pending') },
            { value: 'expired', label: 'Expired', count: count('expired') },
          ]}
        />
        <button
          type="button"
          className="button list-controls-end"
          onClick={() => setDraft(EMPTY_DRAFT)}
          data-testid="new-silence"
        >
          <Icon name="add" /> New silence
        </button>
      </div>
      {silences.isError ? (
        <ErrorNote
          what="The silences"
          error={silences.error}
          stale={silences.data !== undefined}
          retry={() => void silences.refetch()}
        />
      ) : null}
      {silences.data !== undefined && shown.length === 0 ? (
        <EmptyNote
          title={
            filter === '' ? `No ${state === 'current' ? '' : `${state} `}silences` : 'No silence matches the filter'
          }
        >
          A silence keeps alerts with certain labels from being sent for a while. Make one here or from an alert.
        </EmptyNote>
      ) : null}
      <VirtualList items={shown} keyOf={({ id }) => id} estimate={58}>
        {(silence) => <SilenceLine silence={silence} edit={setDraft} />}
      </VirtualList>
      {draft === null ? null : (
        <Suspense fallback={null}>
          <SilenceForm initial={draft} close={() => setDraft(null)} />
        </Suspense>
      )}
    </div>
  );
}

function stateOf(text: string | null): SilenceState | 'current' {
  return text === 'active' || text === 'pending' || text === 'expired' ? text : 'current';
}

function searchText({ id, matchers, createdBy, comment }: SilenceJson): string {
  return [id, createdBy, comment, ...matchers.map(matcherText)].join('\n').toLowerCase();
}

function SilenceLine({
  silence,
  edit,
}: {
  readonly silence: SilenceJson;
  readonly edit: (draft: SilenceDraft) => void;
}) {
  const timeZone = useTimeZone();
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const { id, matchers, startsAt, endsAt, createdBy, comment, status } = silence;
  const expired = status.state === 'expired';
  const expire = async (): Promise<void> => {
    try {
      await alertmanager(`silence/${encodeURIComponent(id)}`, { method: 'DELETE' });
      setAsking(false);
      await queryClient.invalidateQueries({ queryKey: ['alertmanager'] });
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <div className="silence" data-testid="silence">
      <div className="silence-text">
        <span className="chips">
          {matchers.map((matcher) => (
            <span key={matcherText(matcher)} className="chip mono">
              {matcherText(matcher)}
            </span>
          ))}
        </span>
        <div>
          <span className={status.state === 'active' ? 'badge good' : 'badge'}>{status.state}</span>{' '}
          <span
            title={`${formatDateTime(Date.parse(startsAt), timeZone)} to ${formatDateTime(Date.parse(endsAt), timeZone)}`}
          >
            {whenText(silence)}
          </span>
          <span className="dim">
            {' '}
            by {createdBy}: {comment}
          </span>
        </div>
        {problem === null ? null : <ErrorNote what="The change" error={problem} />}
      </div>
      <span className="silence-actions">
        {status.state === 'active' ? (
          <Link href={hiddenAlertsUrl(matchers)} className="button quiet" data-testid="silence-hides">
            Hides now
          </Link>
        ) : null}
        {status.state === 'pending' ? null : (
          <Link href={keptBackUrl(id)} className="button quiet" data-testid="silence-kept">
            Kept back
          </Link>
        )}
        <button
          type="button"
          className="button quiet"
          onClick={() => edit(draftOf(silence, Date.now()))}
          data-testid="edit-silence"
        >
          {expired ? 'Again' : 'Change'}
        </button>
        {expired ? null : asking ? (
          <>
            <button type="button" className="button danger" onClick={() => void expire()} data-testid="confirm-expire">
              Expire now
            </button>
            <button type="button" className="button quiet" onClick={() => setAsking(false)}>
              Keep
            </button>
          </>
        ) : (
          <button type="button" className="button quiet" onClick={() => setAsking(true)} data-testid="expire-silence">
            Expire
          </button>
        )}
      </span>
    </div>
  );
}

function whenText({ startsAt, endsAt, status }: SilenceJson): string {
  const now = Date.now();
  if (status.state === 'expired') return `ended ${agoText(Date.parse(endsAt), now)}`;
  if (status.state === 'pending') return `starts ${agoText(Date.parse(startsAt), now)}`;
  return `for ${roughDuration(Date.parse(endsAt) - now)} more`;
}
