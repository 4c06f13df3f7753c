import type { LabelledAlertEvent } from '#meta/alert-history';
import { fingerprint as fingerprintOf } from '#model/alert';
import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import type { HeldAlert } from './alert-store.ts';
import { explainRoutes, type RouteStep } from './dispatch/explain-route.ts';
import type { AggregationGroup } from './dispatch/group.ts';
import { groupKey, groupLabels, matchRoutes, type RouteNode } from './dispatch/route.ts';
import { alertStatus, type ListingParts } from './listing.ts';
import { type Integration, integrationLabel } from './notify/registry.ts';
import { explainUpdate, type UpdateAnswer } from './pipeline/explain-update.ts';
import { mutedBy, shownAlert } from './pipeline/keep-back.ts';
import { isOwed } from './pipeline/owed-resolves.ts';
import type { AlertStatus, LabelRecord } from './view.ts';

/** What one integration of a receiver knows of a group, and what it will hear. */
export interface IntegrationWhy extends UpdateAnswer {
  /** `webhook[0]`. */
  readonly integration: string;
  /** When it was last told; null: never, or so long ago that it is forgotten. */
  readonly lastSentAt: Millis | null;
  /** Whether it was told then that the alert fires. */
  readonly knows: boolean;
}

/** A route that the alert takes, and what stands between it and the receiver. */
export interface RouteWhy {
  /** The route's position in a walk of the whole tree. */
  readonly index: number;
  readonly receiver: string;
  readonly groupKey: string;
  readonly groupLabels: LabelRecord;
  /** When the group is looked at next; null when there is no such group now. */
  readonly nextFlushAt: Millis | null;
  /** Time intervals because of which the whole route is mute now. */
  readonly mutedBy: readonly string[];
  /** Empty for a receiver that nobody stands behind. */
  readonly integrations: readonly IntegrationWhy[];
}

/** Why somebody was told of an alert, or was not, or will be. */
export interface Why {
  readonly fingerprint: string;
  readonly labels: LabelRecord;
  /** `unknown`: there is no such alert now; routes are then those that it would take. */
  readonly state: 'firing' | 'resolved' | 'unknown';
  /** When it began to fire, without the time that its rule was pending; null when there is no such alert now. */
  readonly startsAt: Millis | null;
  readonly silencedBy: readonly string[];
  /** Fingerprints of alerts. */
  readonly inhibitedBy: readonly string[];
  readonly walk: readonly RouteStep[];
  readonly routes: readonly RouteWhy[];
  /** What happened until the time that was asked for, oldest first. */
  readonly events: readonly LabelledAlertEvent[];
  /** What the events say of each group and integration at that time. */
  readonly standing: readonly Standing[];
}

/** The last thing that is known of an alert in a group, or at one of its integrations. */
export interface Standing {
  readonly groupKey: string;
  readonly receiver: string;
  /** '' for what concerns the whole group. */
  readonly integration: string;
  readonly kind: 'grouped' | 'suppressed' | 'sent' | 'failed';
  readonly at: Millis;
  readonly detail: string;
}

/** The answer as things stand now, with what was written down of the alert until a time. */
export function explainAlert(
  parts: ListingParts,
  root: RouteNode,
  labels: Labels,
  events: readonly LabelledAlertEvent[],
): Why {
  const fingerprint = fingerprintOf(labels);
  const alert = parts.store.get(fingerprint);
  const status = alert && alert.endsAt > parts.now ? alertStatus(parts, { fingerprint, alert }) : null;
  return {
    fingerprint,
    labels: labels.toRecord(),
    state: alert === undefined ? 'unknown' : status === null ? 'resolved' : 'firing',
    startsAt: alert?.startsAt ?? null,
    silencedBy: status?.silencedBy ?? parts.silences.silencingOnce(labels, parts.now),
    inhibitedBy: status?.inhibitedBy ?? [],
    walk: explainRoutes(root, labels),
    routes: matchRoutes(root, labels).map((route) => explainRoute(parts, route, { fingerprint, labels, status })),
    events,
    standing: standingOf(events),
  };
}

/** The alert that is asked about. */
interface Asked {
  readonly fingerprint: string;
  readonly labels: Labels;
  /** Null: it does not fire. */
  readonly status: AlertStatus | null;
}

function explainRoute(parts: ListingParts, route: RouteNode, asked: Asked): RouteWhy {
  const { labels } = asked;
  const own = groupLabels(route, labels);
  const key = groupKey(route, own);
  const group = [...parts.routing.dispatcher.groups()].find(
    (each) => each.route === route && each.labels.key === own.key,
  );
  const integrations = parts.routing.integrations.get(route.receiver) ?? [];
  const muted = mutedBy(parts.routing.intervals, route, parts.now);
  return {
    index: route.index,
    receiver: route.receiver,
    groupKey: key,
    groupLabels: own.toRecord(),
    nextFlushAt: group?.nextFlushAt ?? null,
    mutedBy: muted,
    integrations: integrations.map((each) => explainIntegration(parts, each, { key, route, group, asked, muted })),
  };
}

interface GroupOfRoute {
  readonly key: string;
  readonly route: RouteNode;
  readonly group: AggregationGroup | undefined;
  readonly asked: Asked;
  /** Time intervals that mute the whole route now. */
  readonly muted: readonly string[];
}

function explainIntegration(
  parts: ListingParts,
  integration: Integration,
  { key, route, group, asked, muted }: GroupOfRoute,
): IntegrationWhy {
  const { receiver, name, index, sendResolved } = integration;
  const alerts = [...(group?.entries() ?? [])].map(([fingerprint, alert]) => ({ fingerprint, alert }));
  const logKey = { groupKey: key, receiver, integration: name, index };
  const entry = parts.notificationLog.recall(logKey, [...alerts, { fingerprint: asked.fingerprint, alert: asked }]);
  // What is kept back at the next flush takes no part in its decision.
  const owed = ({ fingerprint, alert }: HeldAlert) =>
    parts.resolveWhenMuted(receiver) &&
    isOwed({ fingerprint, resolved: alert.endsAt <= parts.now }, integration, entry);
  const mute = muted.length > 0;
  const passing = alerts.filter((held) => (!mute && alertStatus(parts, held).state === 'active') || owed(held));
  const knows = entry?.firing.includes(asked.fingerprint) ?? false;
  const known = { integration: integrationLabel(integration), lastSentAt: entry?.sentAt ?? null, knows };
  const kept = keptBack(parts, asked, muted);
  if (kept !== null) return { ...known, reason: null, text: `hears nothing of it: ${kept}`, repeatAfter: null };
  // Of a flush that nothing passes, no integration is even asked.
  if (passing.length === 0) return { ...known, reason: null, text: nothingPasses(group), repeatAfter: null };
  const ids = (resolved: boolean) =>
    passing.filter(({ alert }) => alert.endsAt <= parts.now === resolved).map(({ fingerprint }) => fingerprint);
  const { repeatInterval } = route;
  const question = { entry, firing: ids(false), resolved: ids(true), sendResolved, repeatInterval, now: parts.now };
  return { ...known, ...explainUpdate(question) };
}

/** What keeps a firing alert back, in words; null when nothing does. */
function keptBack({ store }: ListingParts, { status }: Asked, muted: readonly string[]): string | null {
  if (status === null) return null;
  const { silencedBy, inhibitedBy } = status;
  if (silencedBy.length > 0) return `it is hidden by the silence ${silencedBy.join(', ')}`;
  const names = inhibitedBy.map((id) => shownAlert(store, id));
  if (names.length > 0) return `it is inhibited by the alert ${names.join(', ')}`;
  return muted.length > 0 ? `its route is mute because of the time interval ${muted.join(', ')}` : null;
}

function nothingPasses(group: AggregationGroup | undefined): string {
  return group === undefined
    ? 'hears nothing: there is no such group now'
    : 'hears nothing at the next flush: no alert of the group is let through';
}

/** Where an alert stood after these events (oldest first): the last of each group and integration since it began to fire. */
export function standingOf(events: readonly LabelledAlertEvent[]): readonly Standing[] {
  const last = new Map<string, Standing>();
  for (const { kind, groupKey: key, receiver, integration, at, detail } of events) {
    // What was told when it fired before is no answer to why it is (not) told of now.
    if (kind === 'created' || kind === 'firing') last.clear();
    if (kind === 'created' || kind === 'firing' || kind === 'resolved' || kind === 'pending' || kind === 'inactive')
      continue;
    last.set(JSON.stringify([key, receiver, integration]), { groupKey: key, receiver, integration, kind, at, detail });
  }
  return [...last.values()];
}
