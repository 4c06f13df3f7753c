import type { Labels } from '#model/labels';
import type { AlertmanagerConfig } from './config.ts';
import { buildRoutes, matchRoutes, type RouteNode } from './dispatch/route.ts';
import { printMatcher } from './matcher-syntax.ts';
import type { RouteView } from './view.ts';

/** The receivers that hear of an alert with these labels, in the order of the tree; one for each route that it takes. */
export function receiversOf(config: AlertmanagerConfig, labels: Labels): readonly string[] {
  return matchRoutes(buildRoutes(config.route), labels).map(({ receiver }) => receiver);
}

/** The routing tree as plain data, every node with what it inherits. */
export function routeView({ groupBy, matchers, routes, ...node }: RouteNode): RouteView {
  const { index, receiver, groupWait, groupInterval, repeatInterval, muteTimeIntervals, activeTimeIntervals } = node;
  return {
    ...{ index, receiver, groupWait, groupInterval, repeatInterval, muteTimeIntervals, activeTimeIntervals },
    matchers: `{${matchers.map(printMatcher).join(',')}}`,
    continue: node.continue,
    groupBy: groupBy === 'all' ? ['...'] : groupBy,
    routes: routes.map(routeView),
  };
}

/** The routing tree as lines of text, as amtool draws it. */
export function drawRoutes(config: AlertmanagerConfig): string {
  const root = buildRoutes(config.route);
  return draw(root, (node) => node.routes, shownRoute);
}

/** The part of the tree that an alert with these labels walks through. */
export function drawRoutesOf(config: AlertmanagerConfig, labels: Labels): string {
  const root = buildRoutes(config.route);
  const taken = new Set(matchRoutes(root, labels));
  const leads = (node: RouteNode): boolean => taken.has(node) || node.routes.some(leads);
  const shown = (node: RouteNode) =>
    node === root && !taken.has(root) ? name(node) : taken.has(node) ? withReceiver(node) : name(node);
  return draw(root, (node) => node.routes.filter(leads), shown);
}

function draw(
  root: RouteNode,
  children: (node: RouteNode) => readonly RouteNode[],
  show: (node: RouteNode) => string,
): string {
  const below = (node: RouteNode, indent: string): string[] =>
    branches(children(node), indent, (child, inner) => below(child, inner), show);
  return ['.', ...branches([root], '', below, show), ''].join('\n');
}

function branches(
  nodes: readonly RouteNode[],
  indent: string,
  below: (node: RouteNode, indent: string) => string[],
  show: (node: RouteNode) => string,
): string[] {
  return nodes.flatMap((node, i) => {
    const last = i === nodes.length - 1;
    return [`${indent}${last ? '└' : '├'}── ${show(node)}`, ...below(node, `${indent}${last ? '    ' : '│   '}`)];
  });
}

function shownRoute(node: RouteNode): string {
  return `${name(node)}  ${node.continue ? 'continue: true  ' : ''}receiver: ${node.receiver}`;
}

function withReceiver(node: RouteNode): string {
  return `${name(node)}  receiver: ${node.receiver}`;
}

/** Its matchers; the root has none. */
function name({ matchers }: RouteNode): string {
  return matchers.length === 0 ? 'default-route' : `{${matchers.map(printMatcher).join(',')}}`;
}
