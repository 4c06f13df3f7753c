import { Link } from 'wouter';
import { agoText } from '../format/duration.ts';
import { formatShort } from '../format/number.ts';
import { Icon } from '../parts/icon.tsx';
import { LabelChips } from '../parts/label-chips.tsx';
import { safeLink } from '../parts/safe-link.ts';
import { severityState } from '../parts/severity.ts';
import { queryUrl } from '../query/query-url.ts';
import { useTimeZone } from '../state/preferences.ts';
import { formatDateTime } from '../state/time-range.ts';
import { AlertNamed } from './alert-name.tsx';
import type { AlertEntry } from './alert-rows.ts';
import { alertUrl, silenceUrl } from './alerting-urls.ts';
import { Annotation } from './annotation.tsx';

export interface AlertLineProps {
  readonly entry: AlertEntry;
  readonly now: number;
  readonly open: boolean;
  readonly toggle: () => void;
  readonly silence: (entry: AlertEntry) => void;
  readonly choose: (name: string, value: string) => void;
}

/** One alert in a line; opened, everything that is known of it. */
export function AlertLine({ entry, now, open, toggle, silence, choose }: AlertLineProps) {
  const { labels, annotations, state } = entry;
  const severity = labels['severity'];
  const summary =
    annotations['summary'] ?? annotations['title'] ?? annotations['description'] ?? annotations['message'];
  return (
    <div className={open ? 'alert open' : 'alert'} data-testid="alert">
      <div className="alert-line">
        <button type="button" className="alert-main" onClick={toggle} aria-expanded={open} data-testid="alert-toggle">
          <span
            className={`dot ${state === 'suppressed' ? '' : state === 'pending' ? 'hollow' : severityState(labels)}`}
          />
          {severity === undefined ? null : (
            <span className={`badge ${state === 'firing' ? severityState(labels) : ''}`}>{severity}</span>
          )}
          <span className="alert-text">
            {summary === undefined ? null : <span className="alert-summary">{summary}</span>}
            <LabelChips labels={labels} without={['alertname', 'severity']} />
          </span>
          {state === 'firing' ? null : <span className="badge">{suppressedBy(entry)}</span>}
          <span className="number dim alert-age" title="Active for">
            {agoText(entry.activeAt, now).replace(' ago', '')}
          </span>
        </button>
        <SilenceButton entry={entry} silence={silence} />
      </div>
      {open ? <AlertDetails entry={entry} choose={choose} /> : null}
    </div>
  );
}

/** Makes a silence, or leads to the one that there is. */
function SilenceButton({ entry, silence }: Pick<AlertLineProps, 'entry' | 'silence'>) {
  const made = entry.known?.status.silencedBy[0];
  const words = (
    <>
      <Icon name="mute" /> <span className="wide-only">{made === undefined ? 'Silence' : 'Its silence'}</span>
    </>
  );
  return made === undefined ? (
    <button
      type="button"
      className="button quiet"
      onClick={() => silence(entry)}
      data-testid="silence-alert"
      title="Silence"
    >
      {words}
    </button>
  ) : (
    <Link
      href={silenceUrl(made)}
      className="button quiet"
      data-testid="alert-silence"
      title="See the silence that keeps it quiet"
    >
      {words}
    </Link>
  );
}

function suppressedBy({ state, known }: AlertEntry): string {
  if (state === 'pending') return 'pending';
  const { silencedBy = [], inhibitedBy = [] } = known?.status ?? {};
  if (silencedBy.length > 0) return 'silenced';
  return inhibitedBy.length > 0 ? 'inhibited' : 'muted';
}

function AlertDetails({ entry, choose }: { readonly entry: AlertEntry; readonly choose: AlertLineProps['choose'] }) {
  const timeZone = useTimeZone();
  const { labels, annotations, known, query, value, activeAt } = entry;
  const source = query === null ? safeLink(known?.generatorURL) : null;
  return (
    <dl className="details">
      <dt>Told?</dt>
      <dd>
        <Link
          href={alertUrl({ fingerprint: known?.fingerprint, labels: known?.labels ?? labels })}
          data-testid="alert-why-link"
        >
          Timeline, and why somebody was told or not
        </Link>
      </dd>
      <dt>Labels</dt>
      <dd>
        <LabelChips labels={labels} onChoose={choose} />
      </dd>
      {Object.entries(annotations).map(([name, text]) => (
        <Annotation key={name} name={name} text={text} />
      ))}
      <dt>Active since</dt>
      <dd>
        {formatDateTime(activeAt, timeZone)}
        {value === null ? null : <span className="dim"> with the value {formatShort(Number(value))}</span>}
      </dd>
      {known === null ? null : (
        <>
          <dt>Sent to</dt>
          <dd>{known.receivers.map(({ name }) => name).join(', ') || 'no receiver'}</dd>
          {known.status.inhibitedBy.length === 0 ? null : (
            <>
              <dt>Inhibited by</dt>
              <dd data-testid="alert-inhibited-by">
                {known.status.inhibitedBy.map((fingerprint) => (
                  <div key={fingerprint}>
                    <AlertNamed fingerprint={fingerprint} />
                  </div>
                ))}
              </dd>
            </>
          )}
          {known.status.silencedBy.length === 0 ? null : (
            <>
              <dt>Silenced by</dt>
              <dd>
                {known.status.silencedBy.map((id) => (
                  <Link key={id} href={silenceUrl(id)} className="mono">
                    {id}{' '}
                  </Link>
                ))}
              </dd>
            </>
          )}
        </>
      )}
      {query === null ? null : (
        <>
          <dt>Expression</dt>
          <dd>
            <Link href={queryUrl([query], { tab: 'graph' })} className="mono" data-testid="alert-query">
              {query}
            </Link>
          </dd>
        </>
      )}
      {source === null ? null : (
        <>
          <dt>Source</dt>
          <dd>
            <a href={source} target="_blank" rel="noopener noreferrer" className="mono">
              {source}
            </a>
          </dd>
        </>
      )}
    </dl>
  );
}
