import type { RouteJson, RouteStepJson } from '../api/alerting.ts';
import type { LabelSet } from '../api/prometheus.ts';

/** What a label set makes of a node; `idle` while there is none. */
export type RouteMark = RouteStepJson['verdict'] | 'below' | 'idle';

/** A node of the tree as a line. */
export interface RouteRow {
  readonly route: RouteJson;
  readonly depth: number;
  readonly mark: RouteMark;
  /** Why the alert does not come here, or why it does; '' when there is nothing to say. */
  readonly why: string;
}

/** Every node of the tree, each before its children, with the steps of a label set (null: none is asked for). */
export function routeRows(root: RouteJson, walk: readonly RouteStepJson[] | null, labels: LabelSet): RouteRow[] {
  const steps = new Map((walk ?? []).map((step) => [step.index, step]));
  const rowsOf = (route: RouteJson, depth: number): RouteRow[] => {
    const step = steps.get(route.index);
    const mark: RouteMark = walk === null ? 'idle' : (step?.verdict ?? 'below');
    const own = { route, depth, mark, why: markWords(mark, { route, failed: step?.failed ?? '', labels }) };
    return [own, ...route.routes.flatMap((child) => rowsOf(child, depth + 1))];
  };
  return rowsOf(root, 0);
}

interface MarkedRoute {
  readonly route: RouteJson;
  readonly failed: string;
  readonly labels: LabelSet;
}

function markWords(mark: RouteMark, { route, failed, labels }: MarkedRoute): string {
  if (mark === 'taken') return `goes to ${route.receiver}`;
  if (mark === 'passed') return 'matches; a route below takes it';
  if (mark === 'not-asked') return 'not asked: a route before it took the alert and does not continue';
  if (mark === 'below') return 'not asked: the route above does not match';
  return mark === 'no-match' ? `${failed} does not hold: ${valueWords(failed, labels)}` : '';
}

function valueWords(matcher: string, labels: LabelSet): string {
  const [, quoted, plain = ''] = /^(?:("(?:\\.|[^"\\])*")|([^=!~]+))/.exec(matcher) ?? [];
  const name = quoted === undefined ? plain : (JSON.parse(quoted) as string);
  const value = labels[name];
  return value === undefined ? `there is no label ${name}` : `${name} is ${JSON.stringify(value)}`;
}
