import { Link } from 'wouter';
import type { ActiveTarget, DroppedTarget, LabelSet } from '../api/prometheus.ts';
import { agoText, parseDurationText } from '../format/duration.ts';
import { labelNameText, quotedText } from '../format/label-text.ts';
import { formatSeconds } from '../format/number.ts';
import { LabelChips } from '../parts/label-chips.tsx';
import { queryUrl } from '../query/query-url.ts';
import { downHelp } from './down-help.ts';
import { relabelUrl } from './relabel-url.ts';

export interface TargetLineProps {
  readonly target: ActiveTarget;
  readonly now: number;
  readonly open: boolean;
  readonly toggle: () => void;
}

/** One target in a line with its last error; opened, its labels before and after relabelling. */
export function TargetLine({ target, now, open, toggle }: TargetLineProps) {
  const { health, scrapeUrl, labels, lastError, lastScrape, lastScrapeDuration, scrapeTimeout } = target;
  const timeout = (parseDurationText(scrapeTimeout) ?? Number.POSITIVE_INFINITY) / 1000;
  const slow = lastScrapeDuration > 0.8 * timeout;
  return (
    <div className="entry" data-testid="target" data-health={health}>
      <button type="button" className="entry-main" onClick={toggle} aria-expanded={open}>
        <span className={`badge ${health === 'up' ? 'good' : health === 'down' ? 'bad' : ''}`}>{health}</span>
        <span className="target-url">{scrapeUrl}</span>
        <span className="target-labels">
          <LabelChips labels={labels} without={['job']} />
        </span>
        <span className="group-end">
          <span>{agoText(Date.parse(lastScrape), now)}</span>
          <span
            className={slow ? 'warn' : ''}
            title={slow ? `Close to its timeout of ${scrapeTimeout}` : 'The last scrape took'}
          >
            {formatSeconds(lastScrapeDuration)}
          </span>
        </span>
      </button>
      {lastError === '' ? null : <LastError text={lastError} />}
      {open ? <TargetDetails target={target} /> : null}
    </div>
  );
}

function LastError({ text }: { readonly text: string }) {
  const help = downHelp(text);
  return (
    <div className="entry-error">
      <p className="mono" data-testid="target-error">
        {text}
      </p>
      {help === null ? null : <p data-testid="target-help">{help}</p>}
    </div>
  );
}

function TargetDetails({ target }: { readonly target: ActiveTarget }) {
  const { labels, discoveredLabels, scrapeInterval, scrapeTimeout, globalUrl, scrapePool } = target;
  const selector = `{${Object.entries({ job: labels['job'] ?? '', instance: labels['instance'] ?? '' })
    .map(([name, value]) => `${labelNameText(name)}=${quotedText(value)}`)
    .join(', ')}}`;
  return (
    <div className="details-block">
      <p className="dim">
        Pool <b>{scrapePool}</b>, every {scrapeInterval}, timeout {scrapeTimeout}.{' '}
        {/^https?:\/\//i.test(globalUrl) ? (
          <a href={globalUrl} target="_blank" rel="noopener noreferrer">
            Open {globalUrl}
          </a>
        ) : (
          globalUrl
        )}{' '}
        · <Link href={queryUrl([`up${selector}`], { tab: 'graph' })}>was it up</Link> ·{' '}
        <Link href={queryUrl([`scrape_samples_scraped${selector}`], { tab: 'graph' })}>how many samples</Link> ·{' '}
        <Link href={queryUrl([`scrape_duration_seconds${selector}`], { tab: 'graph' })}>how long</Link> ·{' '}
        <RelabelLink pool={scrapePool} labels={discoveredLabels} />
      </p>
      <LabelComparison before={discoveredLabels} after={labels} />
    </div>
  );
}

function RelabelLink({ pool, labels }: { readonly pool: string; readonly labels: LabelSet }) {
  return (
    <Link href={relabelUrl(pool, labels)} data-testid="relabel-link">
      relabelling step by step
    </Link>
  );
}

/** A target that relabelling dropped: what was discovered is all there is. */
export function DroppedLine({
  target,
  open,
  toggle,
}: {
  readonly target: DroppedTarget;
  readonly open: boolean;
  readonly toggle: () => void;
}) {
  const { __address__: address = '', job = '', ...rest } = target.discoveredLabels;
  return (
    <div className="entry" data-testid="dropped-target">
      <button type="button" className="entry-main" onClick={toggle} aria-expanded={open}>
        <span className="badge">dropped</span>
        <span className="target-url">{address === '' ? job : address}</span>
        <span className="target-labels">
          <LabelChips
            labels={Object.fromEntries(
              Object.entries(rest).filter(([name]) => !name.startsWith('__') || name.startsWith('__meta_')),
            )}
          />
        </span>
      </button>
      {open ? (
        <div className="details-block">
          <p className="dim">
            Which rule dropped it: <RelabelLink pool={target.scrapePool ?? job} labels={target.discoveredLabels} />
          </p>
          <LabelComparison before={target.discoveredLabels} after={null} />
        </div>
      ) : null}
    </div>
  );
}

/** Labels as discovered beside labels as stored; what relabelling changed or added stands out. */
function LabelComparison({ before, after }: { readonly before: LabelSet; readonly after: LabelSet | null }) {
  const names = [...new Set([...Object.keys(after ?? {}), ...Object.keys(before)])].sort(
    (a, b) => rank(a, after) - rank(b, after) || (a < b ? -1 : 1),
  );
  return (
    <table className="table label-table" data-testid="label-comparison">
      <thead>
        <tr>
          <th>Label</th>
          <th>Discovered</th>
          {after === null ? null : <th>Stored</th>}
        </tr>
      </thead>
      <tbody>
        {names.map((name) => (
          <tr
            key={name}
            className={after !== null && after[name] !== undefined && after[name] !== before[name] ? 'changed' : ''}
          >
            <td className="mono">{name}</td>
            <td className="mono dim">{before[name] ?? ''}</td>
            {after === null ? null : <td className="mono">{after[name] ?? ''}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What is stored first, then what discovery told. */
function rank(name: string, after: LabelSet | null): number {
  return after?.[name] !== undefined ? 0 : 1;
}
