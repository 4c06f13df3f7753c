import { compileRegex } from '#lib/regex';
import type { Alert } from '#model/alert';
import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import type { AlertStore, HeldAlert } from './alert-store.ts';
import type { AggregationGroup } from './dispatch/group.ts';
import { compareForMessage, compareLabelSets } from './dispatch/order.ts';
import { matchesAll } from './inhibition.ts';
import type { NotificationLog } from './notification-log.ts';
import { integrationLabel } from './notify/registry.ts';
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

/** Alerts that have not ended, sorted by fingerprint. */
export function listAlerts(parts: ListingParts, filter: AlertFilter): AlertView[] {
  const wanted = alertTest(filter);
  const receiverWanted = receiverTest(filter);
  const views: AlertView[] = [];
  for (const held of parts.store.all()) {
    if (held.alert.endsAt <= parts.now) continue;
    const receivers = parts.routing.dispatcher.receivers(held.fingerprint, held.alert.labels);
    if (!receivers.some(receiverWanted)) continue;
    const status = alertStatus(parts, held);
    if (wanted(held.alert, status)) views.push(view(held, receivers, muted(parts, held, status)));
  }
  return views.sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
}

/** Groups with at least one wanted alert, sorted by labels, then receiver. */
export function listGroups(parts: ListingParts, filter: AlertFilter): AlertGroupView[] {
  const wanted = alertTest(filter);
  const receiverWanted = receiverTest(filter);
  const listed: { readonly group: AggregationGroup; readonly shown: AlertGroupView }[] = [];
  for (const group of parts.routing.dispatcher.groups()) {
    const names = mutedBy(parts.routing.intervals, group.route, parts.now);
    if (!receiverWanted(group.route.receiver) || (names.length > 0 && filter.muted === false)) continue;
    const shown = groupView(parts, group, { names, wanted });
    if (shown) listed.push({ group, shown });
  }
  listed.sort((a, b) => compareLabelSets(a.group.labels, b.group.labels) || order(a.shown.receiver, b.shown.receiver));
  return listed.map(({ shown }) => shown);
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

function receiverTest({ receiver = '' }: AlertFilter): (name: string) => boolean {
  if (receiver === '') return () => true;
  const regex = compileRegex(receiver);
  return (name) => regex.test(name);
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
