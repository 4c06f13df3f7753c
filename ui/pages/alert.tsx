import { Suspense, useState } from 'react';
import { Link } from 'wouter';
import { AlertingNav } from '../alerts/alerting-nav.tsx';
import { labelsText } from '../alerts/alerting-urls.ts';
import { EventList } from '../alerts/event-list.tsx';
import { draftFor } from '../alerts/silence-draft.ts';
import { fittingRange, TIMELINE_RANGES } from '../alerts/timeline.ts';
import { TimelineView } from '../alerts/timeline-view.tsx';
import { WhyView } from '../alerts/why-view.tsx';
import type { WhyJson } from '../api/alerting.ts';
import { usePrometheus } from '../api/answers.ts';
import { Icon } from '../parts/icon.tsx';
import { LabelChips } from '../parts/label-chips.tsx';
import { lazyPart } from '../parts/lazy-part.tsx';
import { severityState } from '../parts/severity.ts';
import { EmptyNote, ErrorNote, LoadingLine } from '../parts/states.tsx';
import { useSearchState } from '../state/location.ts';

const SilenceForm = lazyPart(async () => (await import('../alerts/silence-form.tsx')).SilenceForm);

/** One alert: what it is, why somebody was told of it or was not, and all that happened to it. */
export function AlertPage() {
  const [search, change] = useSearchState();
  const [silencing, setSilencing] = useState(false);
  const fingerprint = search.get('fingerprint') ?? '';
  const labels = search.get('labels') ?? '';
  const asked = fingerprint !== '' || labels !== '';
  const params = fingerprint === '' ? { labels } : { fingerprint };
  const answer = usePrometheus<WhyJson>('alerting/why', { params, every: 5000, enabled: asked });
  const why = answer.data?.data;
  const now = answer.dataUpdatedAt || Date.now();
  return (
    <div data-testid="alert-page">
      <AlertingNav />
      <LoadingLine active={asked && answer.isPending} />
      {asked ? null : (
        <EmptyNote title="No alert is chosen">
          Open one from <Link href="/alerts">the alerts</Link>.
        </EmptyNote>
      )}
      {answer.isError ? (
        <ErrorNote
          what="The alert"
          error={answer.error}
          stale={why !== undefined}
          retry={() => void answer.refetch()}
        />
      ) : null}
      {why === undefined ? null : (
        <>
          <header className="alert-head">
            <h1>{why.labels['alertname'] ?? '(no alertname)'}</h1>
            <span className={`badge ${why.state === 'firing' ? severityState(why.labels) : ''}`}>{stateWord(why)}</span>
            <LabelChips labels={why.labels} without={['alertname']} />
            <span className="alert-head-end">
              <Link href={`/alerts?filter=${encodeURIComponent(labelsText(why.labels))}`} className="button quiet">
                In the list
              </Link>
              <button type="button" className="button" onClick={() => setSilencing(true)} data-testid="silence-alert">
                <Icon name="mute" /> Silence
              </button>
            </span>
          </header>
          <WhyView why={why} now={now} />
          {why.events.length === 0 ? (
            <EmptyNote title="Nothing has happened to it">What happens to an alert is kept for 90 days.</EmptyNote>
          ) : (
            <>
              <TimelineView
                events={why.events}
                now={now}
                range={rangeOf(search.get('range')) ?? fittingRange(why.events, now)}
                choose={(range) => change({ range }, 'push')}
              />
              <EventList events={why.events} />
            </>
          )}
        </>
      )}
      {silencing && why !== undefined ? (
        <Suspense fallback={null}>
          <SilenceForm initial={draftFor(why.labels)} close={() => setSilencing(false)} />
        </Suspense>
      ) : null}
    </div>
  );
}

function stateWord({ state, rule }: WhyJson): string {
  return state === 'unknown' ? (rule?.state ?? 'not firing') : state;
}

function rangeOf(text: string | null): string | null {
  return TIMELINE_RANGES.find(([name]) => name === text)?.[0] ?? null;
}
