import { Link } from 'wouter';
import type { AlertEntry } from '../alerts/alert-rows.ts';
import type { TargetsJson } from '../api/prometheus.ts';
import { agoText } from '../format/duration.ts';
import { formatCount } from '../format/number.ts';
import { groupBy } from '../parts/grouping.ts';
import { severityState } from '../parts/severity.ts';

const SHOWN = 8;

export interface FiringListProps {
  /** Undefined while they are not known. */
  readonly entries: readonly AlertEntry[] | undefined;
  readonly hasRules: boolean;
}

/** The alerts that fire now and are not kept quiet, newest first, and where the rest is. */
export function FiringList({ entries, hasRules }: FiringListProps) {
  if (entries === undefined) return null;
  const firing = entries.filter(({ state }) => state === 'firing').sort((a, b) => b.activeAt - a.activeAt);
  const suppressed = entries.filter(({ state }) => state === 'suppressed').length;
  return (
    <section className="tile list-tile" data-testid="firing-list">
      <h2 className="tile-title">
        <Link href="/alerts?state=firing">Firing alerts</Link>
      </h2>
      {firing.length === 0 ? (
        <p className="quiet-line">
          {hasRules || entries.length > 0
            ? 'Nothing fires.'
            : 'No alerting rules are loaded: name files under rule_files.'}
        </p>
      ) : null}
      {firing.slice(0, SHOWN).map(({ key, name, labels, annotations, activeAt }) => (
        <Link key={key} href={`/alerts?filter=${encodeURIComponent(name)}`} className="list-line">
          <span className={`badge ${severityState(labels)}`}>{labels['severity'] ?? 'firing'}</span>
          <b>{name}</b>
          <ClippedText text={annotations['summary'] ?? labels['instance'] ?? ''} />
          <span className="number dim">{agoText(activeAt, Date.now())}</span>
        </Link>
      ))}
      {firing.length > SHOWN ? (
        <p className="quiet-line">
          <Link href="/alerts?state=firing">{formatCount(firing.length - SHOWN)} more</Link>
        </p>
      ) : null}
      {suppressed > 0 ? (
        <p className="quiet-line">
          <Link href="/alerts?state=suppressed">{formatCount(suppressed)} suppressed</Link>
        </p>
      ) : null}
    </section>
  );
}

/** Pointing at it shows what there is no room for. */
function ClippedText({ text }: { readonly text: string }) {
  return (
    <span className="clip dim" title={text}>
      {text}
    </span>
  );
}

/** The targets that do not answer, or the scrape pools when all do. */
export function TargetList({ targets }: { readonly targets: TargetsJson | undefined }) {
  if (targets === undefined) return null;
  const down = targets.activeTargets.filter(({ health }) => health === 'down');
  const pools = groupBy(targets.activeTargets, ({ scrapePool }) => scrapePool);
  return (
    <section className="tile list-tile" data-testid="target-list">
      <h2 className="tile-title">
        <Link href={down.length > 0 ? '/targets?health=down' : '/targets'}>
          {down.length > 0 ? 'Targets down' : 'Targets'}
        </Link>
      </h2>
      {targets.activeTargets.length === 0 ? (
        <p className="quiet-line">Nothing is scraped: the configuration has no targets.</p>
      ) : null}
      {down.slice(0, SHOWN).map(({ scrapePool, scrapeUrl, lastError, lastScrape }) => (
        <Link
          key={`${scrapePool} ${scrapeUrl}`}
          href={`/targets?health=down&pool=${encodeURIComponent(scrapePool)}`}
          className="list-line"
        >
          <span className="badge bad">down</span>
          <b className="clip" title={scrapeUrl}>
            {scrapeUrl}
          </b>
          <ClippedText text={lastError} />
          <span className="number dim">{agoText(Date.parse(lastScrape), Date.now())}</span>
        </Link>
      ))}
      {down.length > SHOWN ? (
        <p className="quiet-line">
          <Link href="/targets?health=down">{formatCount(down.length - SHOWN)} more</Link>
        </p>
      ) : null}
      {down.length === 0
        ? [...pools].slice(0, SHOWN).map(([pool, members]) => (
            <Link key={pool} href={`/targets?pool=${encodeURIComponent(pool)}`} className="list-line">
              <b className="clip">{pool}</b>
              <span className="number dim">
                {members.filter(({ health }) => health === 'up').length} of {members.length} up
              </span>
            </Link>
          ))
        : null}
    </section>
  );
}
