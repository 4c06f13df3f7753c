import { Link } from 'wouter';
import type { RouteJson, RouteStepJson } from '../api/alerting.ts';
import type { LabelSet } from '../api/prometheus.ts';
import { durationText } from '../format/duration.ts';
import { receiverUrl } from './alerting-urls.ts';
import { type RouteMark, type RouteRow, routeRows } from './route-rows.ts';

export interface RouteTreeProps {
  readonly root: RouteJson;
  /** The way of a label set; null while there is none. */
  readonly walk: readonly RouteStepJson[] | null;
  readonly labels: LabelSet;
}

const SIGNS: Readonly<Record<RouteMark, string>> = {
  taken: '●',
  passed: '○',
  'no-match': '×',
  'not-asked': '·',
  below: '·',
  idle: '',
};

/** The routing tree as lines, with what becomes of a label set at each node. */
export function RouteTree({ root, walk, labels }: RouteTreeProps) {
  return (
    <ul className="route-tree" aria-label="Routes" data-testid="route-tree">
      {routeRows(root, walk, labels).map((row) => (
        <li
          key={row.route.index}
          className={`route-row ${row.mark}`}
          style={{ paddingLeft: 8 + row.depth * 22 }}
          data-testid="route-row"
          data-mark={row.mark}
        >
          <RouteLine row={row} />
        </li>
      ))}
    </ul>
  );
}

function RouteLine({ row: { route, depth, mark, why } }: { readonly row: RouteRow }) {
  const { matchers, receiver, groupBy, groupWait, groupInterval, repeatInterval } = route;
  const timings = `wait ${durationText(groupWait)}, interval ${durationText(groupInterval)}, repeat ${durationText(repeatInterval)}`;
  return (
    <>
      <div className="route-line">
        {SIGNS[mark] === '' ? null : (
          <span className="route-sign" aria-hidden="true">
            {SIGNS[mark]}
          </span>
        )}
        <span className="mono route-matchers">{depth === 0 ? 'every alert' : matchers}</span>
        <span aria-hidden="true">→</span>
        <Link href={receiverUrl(receiver)}>
          <b>{receiver}</b>
        </Link>
        {route.continue ? (
          <span className="badge" title="The routes after it are asked too">
            continue
          </span>
        ) : null}
        {why === '' ? null : <span className="route-why">{why}</span>}
      </div>
      <div className="route-more dim">
        group by {groupBy.length === 0 ? 'nothing' : groupBy.includes('...') ? 'all labels' : groupBy.join(', ')};{' '}
        {timings}
        {intervalWords('mute in', route.muteTimeIntervals)}
        {intervalWords('active in', route.activeTimeIntervals)}
      </div>
    </>
  );
}

function intervalWords(what: string, names: readonly string[]): string {
  return names.length === 0 ? '' : `; ${what} ${names.join(', ')}`;
}
