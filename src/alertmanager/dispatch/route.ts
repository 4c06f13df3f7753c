import type { Labels } from '#model/labels';
import { createMatcher, type Matcher } from '#model/matcher';
import type { Millis } from '#model/time';
import { quote } from '#template/quote';
import { combineMatchers } from '../config/matching.ts';
import type { GroupBy, RouteConfig } from '../config/route.ts';
import { matchesAll } from '../inhibition.ts';
import { printMatcher } from '../matcher-syntax.ts';

/** A node of the routing tree with everything it inherits filled in. */
export interface RouteNode {
  /** Matchers of the path from the root, `{}/{team="db"}`: the first part of every group key. */
  readonly key: string;
  /** Position in a walk of the tree, each node before its children: tells apart nodes with equal keys. */
  readonly index: number;
  readonly receiver: string;
  readonly groupBy: GroupBy;
  readonly groupWait: Millis;
  readonly groupInterval: Millis;
  readonly repeatInterval: Millis;
  readonly matchers: readonly Matcher[];
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
  readonly continue: boolean;
  /** Route labels as written: values may be templates. */
  readonly labels: Readonly<Record<string, string>>;
  readonly routes: readonly RouteNode[];
}

type Inherited = Pick<
  RouteNode,
  'receiver' | 'groupBy' | 'groupWait' | 'groupInterval' | 'repeatInterval' | 'labels'
> & { readonly key: string | null };

const DEFAULTS: Inherited = {
  key: null,
  receiver: '',
  groupBy: [],
  groupWait: 30_000,
  groupInterval: 300_000,
  repeatInterval: 4 * 3_600_000,
  labels: {},
};

/** The tree with options inherited from above. Time intervals are not inherited. */
export function buildRoutes(root: RouteConfig): RouteNode {
  let next = 0;
  const build = (config: RouteConfig, above: Inherited): RouteNode => {
    const index = next++;
    const specs = combineMatchers(config.match, config.matchRe, config.matchers);
    const own = `{${specs.map(printMatcher).join(',')}}`;
    const node = {
      key: above.key === null ? own : `${above.key}/${own}`,
      receiver: config.receiver || above.receiver,
      groupBy: config.groupBy ?? above.groupBy,
      groupWait: config.groupWait ?? above.groupWait,
      groupInterval: config.groupInterval ?? above.groupInterval,
      repeatInterval: config.repeatInterval ?? above.repeatInterval,
      labels: { ...above.labels, ...config.labels },
    };
    return {
      ...node,
      index,
      matchers: specs.map(createMatcher),
      muteTimeIntervals: config.muteTimeIntervals,
      activeTimeIntervals: config.activeTimeIntervals,
      continue: config.continue,
      routes: config.routes.map((child) => build(child, node)),
    };
  };
  return build(root, DEFAULTS);
}

/**
 * The nodes that an alert with these labels belongs to: depth first, left to right; a node counts only when none of its
 * children does, and after a child that matched only `continue` lets its neighbours be asked.
 */
export function matchRoutes(node: RouteNode, labels: Labels): readonly RouteNode[] {
  if (!matchesAll(node.matchers, labels)) return [];
  const found: RouteNode[] = [];
  for (const child of node.routes) {
    const matched = matchRoutes(child, labels);
    found.push(...matched);
    if (matched.length > 0 && !child.continue) break;
  }
  return found.length > 0 ? found : [node];
}

/** The labels of the group that the alert falls into: those it has of the route's `group_by`. */
export function groupLabels(route: RouteNode, labels: Labels): Labels {
  const { groupBy } = route;
  return groupBy === 'all' ? labels : labels.filter((name) => groupBy.includes(name));
}

/** Where alerts with equal group labels go: there is one group of a place at a time. */
export interface Place {
  readonly id: string;
  readonly route: RouteNode;
  readonly labels: Labels;
}

/** The place in the route of alerts with these labels. */
export function placeOf(route: RouteNode, labels: Labels): Place {
  const own = groupLabels(route, labels);
  // Two routes may have the same matchers and so the same group key: the position keeps their groups apart.
  return { id: `${route.index} ${own.key}`, route, labels: own };
}

/** What identifies a group across restarts and reloads, and, hashed, an incident at the receiver. */
export function groupKey(route: RouteNode, labels: Labels): string {
  const shown = [...labels.entries()].map(([name, value]) => `${name}=${quote(value)}`);
  return `${route.key}:{${shown.join(', ')}}`;
}

/** Every node, each before its children. */
export function* walk(node: RouteNode): Generator<RouteNode> {
  yield node;
  for (const child of node.routes) yield* walk(child);
}
