import type { Clock } from '#lib/clock';
import type { Log } from '#lib/log';
import { Labels } from '#model/labels';
import { createMatcher } from '#model/matcher';
import type { Millis } from '#model/time';
import type { AlertStore } from './alert-store.ts';
import type { Turns } from './cluster/turns.ts';
import type { InhibitRuleConfig } from './config/inhibit.ts';
import { combineMatchers } from './config/matching.ts';
import type { AlertmanagerConfig } from './config.ts';
import { Dispatcher } from './dispatch/dispatcher.ts';
import { buildRoutes, type RouteNode, walk } from './dispatch/route.ts';
import type { History } from './history.ts';
import { Inhibition, type InhibitionRule } from './inhibition.ts';
import type { NotificationLog } from './notification-log.ts';
import type { NotifierParts } from './notify/notifier.ts';
import { createIntegrations, type Integration } from './notify/registry.ts';
import type { Flush } from './pipeline/flush.ts';
import type { NotificationMetrics } from './pipeline/metrics.ts';
import { createPipeline } from './pipeline/pipeline.ts';
import type { Silences } from './silences.ts';
import type { StartGate } from './start-gate.ts';
import { TimeIntervals } from './time-intervals.ts';

/** What outlives a configuration. */
export interface RoutingParts {
  readonly store: AlertStore;
  readonly silences: Silences;
  readonly notificationLog: NotificationLog;
  readonly history: History;
  /** Writes now what is waiting to be written of alerts. */
  readonly writeDown: () => void;
  readonly metrics: NotificationMetrics;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly retention: Millis;
  /** Whether a receiver hears of ends that are kept back. */
  readonly resolveWhenMuted: (receiver: string) => boolean;
  readonly turns: Turns;
  readonly gate: StartGate;
}

/** Everything that is made anew for each configuration. */
export interface Routing {
  readonly config: AlertmanagerConfig;
  readonly root: RouteNode;
  readonly dispatcher: Dispatcher;
  readonly inhibition: Inhibition;
  readonly intervals: TimeIntervals;
  readonly integrations: ReadonlyMap<string, readonly Integration[]>;
}

/** Builds routing tree, inhibition and integrations. Nothing runs until alerts are dispatched. Throws `bad-config`. */
export function buildRouting(config: AlertmanagerConfig, parts: RoutingParts, notifiers: NotifierParts): Routing {
  const root = buildRoutes(config.route);
  // A receiver that no route leads to is not built: its secrets' files need not exist.
  const used = new Set([...walk(root)].map(({ receiver }) => receiver));
  const built = config.receivers.filter(({ name }) => used.has(name));
  const integrations = new Map(built.map((receiver) => [receiver.name, createIntegrations(receiver, notifiers)]));
  for (const integration of [...integrations.values()].flat()) parts.metrics.known(integration);
  const inhibition = new Inhibition(config.inhibitRules.map(inhibitionRule));
  const intervals = new TimeIntervals([...config.muteTimeIntervals, ...config.timeIntervals]);
  const run = createPipeline({
    ...parts,
    inhibition,
    intervals,
    integrations: (receiver) => integrations.get(receiver) ?? [],
    routeLabels: (flush) => renderRouteLabels(flush, parts, notifiers),
  });
  const onSettled = (fingerprint: string) => {
    parts.store.settle(fingerprint);
    parts.history.settled(fingerprint);
  };
  const longestTurn = () => parts.turns.longest();
  const { clock, history, gate } = parts;
  const dispatcher = new Dispatcher({ root, clock, history, run, onSettled, gate, longestTurn });
  return { config, root, dispatcher, inhibition, intervals, integrations };
}

/** How much of everything the configuration has; what no route leads to does not count. */
export function configuredCounts({ integrations, config }: Routing) {
  return {
    receivers: integrations.size,
    integrations: [...integrations.values()].reduce((sum, each) => sum + each.length, 0),
    inhibitionRules: config.inhibitRules.length,
  };
}

/** The labels of a route with their templates rendered for the group; what fails is logged and left out. */
export function renderRouteLabels(
  { route, groupKey, groupLabels, alerts, now }: Flush,
  { log }: Pick<RoutingParts, 'log'>,
  { renderer }: Pick<NotifierParts, 'renderer'>,
) {
  const raw = Labels.from(route.labels);
  if (raw.size === 0) return raw;
  const subject = { receiver: route.receiver, groupLabels, routeLabels: raw, reason: 'unknown', alerts, now };
  return renderer.routeLabels(route.labels, subject, (label, error) => {
    log.error('failed to render route label', { group: groupKey, label, err: error });
  });
}

// The empty rule matches every alert on both sides and so, by the rule for two-sided alerts, inhibits none.
function inhibitionRule(rule: InhibitRuleConfig): InhibitionRule {
  const source = combineMatchers(rule.sourceMatch, rule.sourceMatchRe, rule.sourceMatchers);
  const target = combineMatchers(rule.targetMatch, rule.targetMatchRe, rule.targetMatchers);
  return { sourceMatchers: source.map(createMatcher), targetMatchers: target.map(createMatcher), equal: rule.equal };
}
