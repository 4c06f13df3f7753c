import { useDeferredValue } from 'react';
import { Link } from 'wouter';
import { AlertingNav } from '../alerts/alerting-nav.tsx';
import { labelsText, receiverUrl } from '../alerts/alerting-urls.ts';
import { RouteTree } from '../alerts/route-tree.tsx';
import type { RouteJson, WhyJson } from '../api/alerting.ts';
import type { AlertJson } from '../api/alertmanager.ts';
import { useAlertmanager, usePrometheus } from '../api/answers.ts';
import { RequestError } from '../api/server.ts';
import { ErrorNote, LoadingLine } from '../parts/states.tsx';
import { useSearchState } from '../state/location.ts';

/** More in a select are not found by looking. */
const OFFERED = 200;

/** The routing tree, and who hears of an alert with certain labels: typed, or those of an alert that fires. */
export function RoutingPage() {
  const [search, change] = useSearchState();
  const typed = search.get('labels') ?? '';
  const labels = useDeferredValue(typed.trim());
  const tree = usePrometheus<{ route: RouteJson }>('alerting/routes', { every: 30_000 });
  const asked = labels !== '' && labels !== '{}';
  const why = usePrometheus<WhyJson>('alerting/why', { params: { labels }, enabled: asked });
  const alerts = useAlertmanager<readonly AlertJson[]>('alerts', { every: 30_000 });
  const way = asked && !why.isError ? why.data?.data : undefined;
  return (
    <div data-testid="routing">
      <AlertingNav />
      <LoadingLine active={tree.isPending} />
      <div className="routing-form">
        <label className="field">
          Labels of an alert
          <input
            className="input mono"
            value={typed}
            placeholder={'{team="db", severity="page"}'}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => change({ labels: event.target.value === '' ? null : event.target.value })}
            data-testid="routing-labels"
          />
        </label>
        <label className="field">
          or those of
          <select
            className="select"
            value=""
            onChange={(event) => change({ labels: event.target.value }, 'push')}
            data-testid="routing-alert"
          >
            <option value="">{(alerts.data ?? []).length === 0 ? 'no alert fires' : 'an alert that fires…'}</option>
            {(alerts.data ?? []).slice(0, OFFERED).map((alert) => (
              <option key={alert.fingerprint} value={labelsText(alert.labels)}>
                {labelsText(alert.labels)}
              </option>
            ))}
          </select>
        </label>
      </div>
      {asked && why.isError ? <LabelsProblem error={why.error} /> : null}
      {way === undefined ? null : <Outcome why={way} />}
      {tree.isError ? (
        <ErrorNote
          what="The routes"
          error={tree.error}
          stale={tree.data !== undefined}
          retry={() => void tree.refetch()}
        />
      ) : null}
      {tree.data === undefined ? null : (
        <RouteTree root={tree.data.data.route} walk={way?.walk ?? null} labels={way?.labels ?? {}} />
      )}
    </div>
  );
}

function Outcome({ why }: { readonly why: WhyJson }) {
  return (
    <p className="routing-outcome" role="status" data-testid="routing-outcome">
      Goes to{' '}
      {why.routes.map(({ receiver, index }, i) => (
        <span key={index}>
          {i === 0 ? '' : ', '}
          <Link href={receiverUrl(receiver)}>{receiver}</Link>
        </span>
      ))}
      {why.state === 'unknown' ? null : (
        <>
          . <Link href={`/alerts/why?fingerprint=${why.fingerprint}`}>Was it told?</Link>
        </>
      )}
    </p>
  );
}

/** A label set that is not complete yet is no failure of the page. */
function LabelsProblem({ error }: { readonly error: unknown }) {
  return (
    <p className="note-box warn" role="status" data-testid="routing-problem">
      {error instanceof Error ? error.message : String(error)}
      {error instanceof RequestError && error.hint !== null ? ` ${error.hint}` : ''}
    </p>
  );
}
