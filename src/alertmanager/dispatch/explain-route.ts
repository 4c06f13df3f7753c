import type { Labels } from '#model/labels';
import { printMatcher } from '../matcher-syntax.ts';
import { matchRoutes, type RouteNode } from './route.ts';

/** One node of the routing tree as an alert met it. */
export interface RouteStep {
  /** The node's position in a walk of the whole tree. */
  readonly index: number;
  /** 0 for the root. */
  readonly depth: number;
  /** Its matchers, `{team="db"}`; `{}` for the root. */
  readonly matchers: string;
  readonly receiver: string;
  /** `taken`: the alert belongs here; `passed`: a child took it; `no-match`; `not-asked`: a neighbour before it took it. */
  readonly verdict: 'taken' | 'passed' | 'no-match' | 'not-asked';
  /** The matcher that does not hold; '' when all do. */
  readonly failed: string;
  readonly continues: boolean;
}

/** Every node in the order of the tree and what an alert with these labels makes of it; children of nodes that do not match are left out. */
export function explainRoutes(root: RouteNode, labels: Labels): readonly RouteStep[] {
  const taken = new Set(matchRoutes(root, labels));
  return stepsOf(root, { labels, taken, depth: 0, asked: true });
}

interface Walk {
  readonly labels: Labels;
  readonly taken: ReadonlySet<RouteNode>;
  readonly depth: number;
  readonly asked: boolean;
}

function stepsOf(node: RouteNode, walk: Walk): RouteStep[] {
  const { labels, taken, depth, asked } = walk;
  const failed = node.matchers.find((matcher) => !matcher.matches(labels.get(matcher.name)));
  const step = {
    index: node.index,
    depth,
    matchers: `{${node.matchers.map(printMatcher).join(',')}}`,
    receiver: node.receiver,
    verdict: verdictOf(node, { failed: failed !== undefined, asked, taken }),
    failed: failed === undefined ? '' : printMatcher(failed),
    continues: node.continue,
  };
  if (failed !== undefined || !asked) return [step];
  let open = true;
  const below = node.routes.flatMap((child) => {
    const steps = stepsOf(child, { labels, taken, depth: depth + 1, asked: open });
    if (steps[0]!.verdict === 'taken' || steps[0]!.verdict === 'passed') open &&= child.continue;
    return steps;
  });
  return [step, ...below];
}

function verdictOf(
  node: RouteNode,
  {
    failed,
    asked,
    taken,
  }: { readonly failed: boolean; readonly asked: boolean; readonly taken: ReadonlySet<RouteNode> },
): RouteStep['verdict'] {
  if (!asked) return 'not-asked';
  if (failed) return 'no-match';
  return taken.has(node) ? 'taken' : 'passed';
}
