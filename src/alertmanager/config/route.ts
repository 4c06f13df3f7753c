import {
  converted,
  defaulted,
  lazy,
  list,
  mapOfValues,
  type ObjectOf,
  type ObjectSchema,
  object,
  optional,
  type Schema,
} from '#lib/schema';
import type { Report } from '#lib/schema-decode';
import { bool, duration, string } from '#lib/schema-scalars';
import { isValidLabelName } from '#model/name-validation';
import { isLabelName } from '../matcher-syntax.ts';
import { checkMatchNames, equalities, matcherList, regexes } from './matching.ts';

/** By which labels alerts are grouped: some (none of them: one group), or all there are, written `['...']`. */
export type GroupBy = 'all' | readonly string[];

const ownFields = {
  receiver: optional(string()),
  groupBy: optional(groupBy()),
  match: defaulted(equalities(), {}),
  matchRe: defaulted(regexes(), {}),
  matchers: defaulted(matcherList(), []),
  muteTimeIntervals: defaulted(list(string()), []),
  activeTimeIntervals: defaulted(list(string()), []),
  continue: defaulted(bool(), false, { always: true }),
};

const timingFields = {
  groupWait: optional(duration(), { always: true }),
  groupInterval: optional(duration()),
  repeatInterval: optional(duration()),
  labels: defaulted(mapOfValues(string()), {}),
};

/** One node of the routing tree as written: what is absent is inherited from the node above. */
export interface RouteConfig extends ObjectOf<typeof ownFields>, ObjectOf<typeof timingFields> {
  readonly routes: readonly RouteConfig[];
}

const childSchema: Schema<RouteConfig> = lazy('config.plain', () => routeSchema);

export const routeSchema: ObjectSchema<RouteConfig> = object(
  'config.plain',
  { ...ownFields, routes: defaulted(list(childSchema), []), ...timingFields },
  { check: checkRoute },
);

/** Every node of a tree, each before its children. */
export function* walkRoutes(root: RouteConfig): Generator<RouteConfig> {
  yield root;
  for (const child of root.routes) yield* walkRoutes(child);
}

/** What only the root must fulfil: it takes every alert, always. */
export function checkRootRoute(root: RouteConfig, report: Report): void {
  if (!root.receiver) report('root route must specify a default receiver', 'receiver', 'add receiver: <name>');
  const conditions = { match: root.match, match_re: root.matchRe, matchers: root.matchers };
  const used = Object.entries(conditions).find(([, value]) => Object.keys(value).length > 0);
  if (used !== undefined) report('root route must not have any matchers', used[0], 'move them to a route below');
  if (root.muteTimeIntervals.length > 0) {
    report('root route must not have any mute time intervals', 'mute_time_intervals');
  }
  if (root.activeTimeIntervals.length > 0) {
    report('root route must not have any active time intervals', 'active_time_intervals');
  }
  if (root.continue) report('cannot have continue in root route', 'continue');
}

/** Reports names of labels that are no classic ones, as they stand in a route. */
export function checkClassicRoute({ labels, groupBy }: RouteConfig, report: Report): void {
  for (const name of Object.keys(labels)) {
    if (!isLabelName(name, 'classic'))
      report(`invalid label name ${JSON.stringify(name)} in route labels`, ['labels', name]);
  }
  if (groupBy === undefined || groupBy === 'all') return;
  groupBy.forEach((name, index) => {
    if (isLabelName(name, 'classic')) return;
    report(`invalid label name ${JSON.stringify(name)} in group_by list`, ['group_by', index]);
  });
}

function groupBy(): Schema<GroupBy> {
  return converted(list(string()), {
    decode(names): GroupBy {
      return names.length === 1 && names[0] === '...' ? 'all' : names;
    },
    encode: (value) => (value === 'all' ? ['...'] : value),
  });
}

function checkRoute(route: RouteConfig, report: Report): void {
  checkMatchNames(route.match, 'match', report);
  checkMatchNames(route.matchRe, 'match_re', report);
  for (const name of Object.keys(route.labels)) {
    if (!isValidLabelName(name)) report(`invalid label name ${JSON.stringify(name)} in route labels`, ['labels', name]);
  }
  if (route.groupBy !== undefined && route.groupBy !== 'all') checkGroupBy(route.groupBy, report);
  if (route.groupInterval === 0) report('group_interval cannot be zero', 'group_interval');
  if (route.repeatInterval === 0) report('repeat_interval cannot be zero', 'repeat_interval');
}

function checkGroupBy(names: readonly string[], report: Report): void {
  if (names.includes('...')) {
    report('cannot have wildcard group_by (`...`) and other labels at the same time', 'group_by');
  }
  const seen = new Set<string>();
  names.forEach((name, index) => {
    const place = ['group_by', index];
    if (!isValidLabelName(name)) report(`invalid label name ${JSON.stringify(name)} in group_by list`, place);
    else if (seen.has(name)) report(`duplicated label ${JSON.stringify(name)} in group_by`, place);
    seen.add(name);
  });
}
