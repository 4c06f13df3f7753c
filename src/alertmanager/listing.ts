import { BarographError } from '#lib/errors';
import { compileRegex, type Regex } from '#lib/regex';
import type { Alert } from '#model/alert';
import { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import type { AlertStore, HeldAlert } from './alert-store.ts';
import type { AggregationGroup } from './dispatch/group.ts';
import { compareForMessage, compareLabelSets } from './dispatch/order.ts';
import { matchesAll } from './inhibition.ts';
import type { NotificationLog } from './notification-log.ts';
import { integrationLabel } from './notify/registry.ts';
import { patternError } from './pattern-error.ts';
import { mutedBy } from './pipeline/keep-back.ts';
import type { Routing } from './routing.ts';
import type { Silences } from './silences.ts';
import type { AlertFilter, AlertGroupView, AlertStatus, AlertView } from './view.ts';

/** What the lists are made from. */
export interface ListingParts {
  readonly store: AlertStore;
  readonly silences: Silences;
  readonly notificationLog: NotificationLog;
  readonly routing: Routing;
  readonly resolveWhenMuted: (receiver: string) => boolean;
  readonly now: Millis;
  readonly routeLabels: (group: AggregationGroup, alerts: readonly HeldAlert[]) => Labels;
}

/** Whether and why the alert is kept back now; silences and inhibition count at once, whatever the next flush does. */
export function alertStatus(parts: ListingParts, { fingerprint, alert }: HeldAlert): AlertStatus {
  const silencedBy = parts.silences.silencing(fingerprint, alert.labels, parts.now);
  const source = parts.routing.inhibition.inhibitor(alert.labels, parts.now);
  const inhibitedBy = source === null ? [] : [source];
  const state = silencedBy.length > 0 || inhibitedBy.length > 0 ? 'suppressed' : 'active';
  return { state, silencedBy, inhibitedBy, mutedBy: [] };
}

/** A list in parts: whoever takes them can let others have their turn in between. */
export type Slices<T> = Generator<readonly T[], void>;

/**
 * Alerts that have not ended, sorted by fingerprint; each slice as things stand when it is taken. Throws `bad-request` at
 * once for a bad receiver pattern.
 */
export function alertSlices(parts: () => ListingParts, filter: AlertFilter): Slices<AlertView> {
  return slicesOf(parts, { wanted: alertTest(filter), receiverWanted: receiverTest(parts().routing, filter) });
}

function* slicesOf(parts: () => ListingParts, tests: Tests): Slices<AlertView> {
  for (const keys of inSlices(parts().store.keys())) {
    const now = parts();
    const views = keys.sort().flatMap((key) => alertView(now, key, tests) ?? []);
    if (views.length > 0) yield views;
  }
}

/** Below this many alerts one slice takes no time that anybody notices. */
const FEW = 500;

// Fingerprints are evenly spread: by their first two digits they fall into slices of nearly the same size.
function inSlices(keys: readonly string[]): Iterable<string[]> {
  if (keys.length <= FEW) return [[...keys]];
  const slices = Array.from({ length: 256 }, (): string[] => []);
  for (const key of keys) slices[Number.parseInt(key.slice(0, 2), 16)]!.push(key);
  return slices;
}

interface Tests {
  readonly wanted: Wanted;
  readonly receiverWanted: (name: string) => boolean;
}

function alertView(parts: ListingParts, key: string, { wanted, receiverWanted }: Tests): AlertView | null {
  const alert = parts.store.get(key);
  if (alert === undefined || alert.endsAt <= parts.now) return null;
  const held = { fingerprint: key, alert };
  const receivers = parts.routing.dispatcher.receivers(key, alert.labels);
  if (!receivers.some(receiverWanted)) return null;
  const status = alertStatus(parts, held);
  return wanted(alert, status) ? view(held, receivers, muted(parts, held, status)) : null;
}

/** Groups with at least one wanted alert, sorted by labels, then receiver; a slice is a group. Throws as `alertSlices` does. */
export function groupSlices(parts: ListingParts, filter: AlertFilter): Slices<AlertGroupView> {
  const wanted = alertTest(filter);
  const receiverWanted = receiverTest(parts.routing, filter);
  const groups = [...parts.routing.dispatcher.groups()].filter(({ route }) => receiverWanted(route.receiver));
  groups.sort((a, b) => compareLabelSets(a.labels, b.labels) || order(a.route.receiver, b.route.receiver));
  return groupsOf(parts, groups, { wanted, muted: filter.muted ?? true });
}

function* groupsOf(
  parts: ListingParts,
  groups: readonly AggregationGroup[],
  { wanted, muted: mutedToo }: { readonly wanted: Wanted; readonly muted: boolean },
): Slices<AlertGroupView> {
  for (const group of groups) {
    const names = mutedBy(parts.routing.intervals, group.route, parts.now);
    const shown = names.length > 0 && !mutedToo ? null : groupView(parts, group, { names, wanted });
    if (shown !== null) yield [shown];
  }
}

type Wanted = (alert: Alert, status: AlertStatus) => boolean;

function groupView(
  parts: ListingParts,
  group: AggregationGroup,
  how: { readonly names: readonly string[]; readonly wanted: Wanted },
): AlertGroupView | null {
  const alerts = [...group.entries()]
    .map(([fingerprint, alert]) => ({ fingerprint, alert, status: alertStatus(parts, { fingerprint, alert }) }))
    .filter(({ alert, status }) => alert.endsAt > parts.now && how.wanted(alert, status))
    .sort((a, b) => compareForMessage(a.alert.labels, b.alert.labels));
  if (alerts.length === 0) return null;
  return {
    labels: group.labels.toRecord(),
    routeLabels: parts.routeLabels(group, alerts).toRecord(),
    receiver: group.route.receiver,
    alerts: alerts.map((held) => {
      const receivers = parts.routing.dispatcher.receivers(held.fingerprint, held.alert.labels);
      return view(held, receivers, withMute(held.status, how.names));
    }),
    groupKey: group.key,
    nextFlushAt: group.nextFlushAt,
    mutedBy: how.names,
    lastNotifications: lastNotifications(parts, group),
  };
}

function lastNotifications({ routing, notificationLog }: ListingParts, { key, route }: AggregationGroup) {
  return (routing.integrations.get(route.receiver) ?? []).flatMap(({ receiver, name, index }) => {
    const entry = notificationLog.get({ groupKey: key, receiver, integration: name, index });
    return entry ? [{ integration: integrationLabel({ name, index }), sentAt: entry.sentAt }] : [];
  });
}

function alertTest(filter: AlertFilter): Wanted {
  const { active = true, silenced = true, inhibited = true, matchers = [] } = filter;
  return (alert, status) =>
    (active || status.state !== 'active') &&
    (silenced || status.silencedBy.length === 0) &&
    (inhibited || status.inhibitedBy.length === 0) &&
    matchesAll(matchers, alert.labels);
}

function receiverTest(
  { config }: Routing,
  { receiver = '', receiverMatchers = [] }: AlertFilter,
): (name: string) => boolean {
  const isNamed = receiver === '' ? null : receiverRegex(receiver);
  if (receiverMatchers.length === 0) return (name) => isNamed?.test(name) ?? true;
  const matching = config.receivers.filter(({ labels }) => matchesAll(receiverMatchers, Labels.from(labels)));
  const names = new Set(matching.map(({ name }) => name));
  return (name) => names.has(name) && (isNamed?.test(name) ?? true);
}

function receiverRegex(receiver: string): Regex {
  try {
    return compileRegex(receiver);
  } catch (error) {
    const message = `failed to parse receiver param: ${patternError(error, receiver)}`;
    throw new BarographError(message, { kind: 'bad-request', code: 'receiver-pattern' });
  }
}

/** An alert counts as muted when every one of its groups is. */
function muted(parts: ListingParts, { fingerprint, alert }: HeldAlert, status: AlertStatus): AlertStatus {
  const groups = parts.routing.dispatcher.groupsOf(fingerprint, alert.labels);
  const names = groups.map((group) => mutedBy(parts.routing.intervals, group.route, parts.now));
  return withMute(status, names.every((some) => some.length > 0) ? [...new Set(names.flat())].sort() : []);
}

function withMute(status: AlertStatus, names: readonly string[]): AlertStatus {
  return names.length === 0 ? status : { ...status, state: 'suppressed', mutedBy: names };
}

function view({ fingerprint, alert }: HeldAlert, receivers: readonly string[], status: AlertStatus): AlertView {
  return {
    labels: alert.labels.toRecord(),
    annotations: alert.annotations.toRecord(),
    startsAt: alert.startsAt,
    endsAt: alert.endsAt,
    updatedAt: alert.updatedAt,
    fingerprint,
    generatorURL: alert.generatorURL,
    receivers,
    status,
  };
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
