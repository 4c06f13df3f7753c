import { errorMessage } from '#lib/errors';
import { type Alert, fingerprint } from '#model/alert';
import { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import type { HeldAlert } from './alert-store.ts';
import type { ReceiverConfig } from './config/receiver.ts';
import { compareForMessage } from './dispatch/order.ts';
import { groupKey, groupLabels, matchRoutes, type RouteNode } from './dispatch/route.ts';
import type { ListingParts } from './listing.ts';
import { type Captured, capturingParts, withoutSecrets } from './notify/capture.ts';
import type { Notification, NotifierParts } from './notify/notifier.ts';
import { createIntegrations, integrationLabel } from './notify/registry.ts';
import type { Preview, PreviewPart, PreviewRequest, PreviewResult } from './view.ts';

/** What a preview is made from. */
export interface PreviewSource {
  readonly listing: ListingParts;
  readonly notifiers: NotifierParts;
  readonly receiver: ReceiverConfig | null;
}

/** An attempt takes no time when nothing is sent; this only ends what waits for something that never comes. */
const LIMIT: Millis = 5_000;
const MAX_URL = 2_000;
/** An alert that is not there is shown as if it had begun a while ago. */
const SAMPLE_AGE: Millis = 600_000;

/**
 * What a template, or each integration of a receiver, makes of an alert and the others of its group: rendered with the
 * data of now and sent nowhere. An alert that is not there is made up from its labels. Secrets are masked.
 */
export async function preview(
  { listing, notifiers, receiver }: PreviewSource,
  request: PreviewRequest,
): Promise<Preview> {
  const { notification, ...about } = subjectOf(listing, receiver, request);
  const results =
    receiver === null
      ? [rendered(notifiers, notification, request)]
      : await Promise.all(attempts(notifiers, notification, receiver));
  const { groupKey: key, groupLabels: labels, alerts } = notification;
  return { ...about, groupKey: key, groupLabels: labels.toRecord(), alerts: alerts.length, results };
}

function rendered({ renderer }: NotifierParts, notification: Notification, request: PreviewRequest): PreviewResult {
  const mode = request.html ? 'html' : 'text';
  try {
    const text = renderer[mode](request.template, notification);
    return { integration: '', parts: [{ name: mode, text }], error: '', line: null, column: null };
  } catch (error) {
    return failure('', errorMessage(error));
  }
}

function attempts(notifiers: NotifierParts, notification: Notification, receiver: ReceiverConfig) {
  return createIntegrations(withoutSecrets(receiver), notifiers).map(async (_, i): Promise<PreviewResult> => {
    const parts: PreviewPart[] = [];
    const capturing = capturingParts(notifiers, (captured) => parts.push(...partsOf(captured)));
    // Made anew, so that what is captured belongs to this integration alone.
    const integration = createIntegrations(withoutSecrets(receiver), capturing)[i]!;
    const label = integrationLabel(integration);
    try {
      const delivery = await integration.notifier.send(notification, AbortSignal.timeout(LIMIT));
      return delivery.ok
        ? { integration: label, parts, error: '', line: null, column: null }
        : failure(label, delivery.error);
    } catch (error) {
      return failure(label, errorMessage(error));
    }
  });
}

function failure(integration: string, error: string): PreviewResult {
  const [, name, line, column] = /template: ([^:]*):(\d+)(?::(\d+))?: /.exec(error) ?? [];
  // A line of a template in a file says nothing about the text that was pasted.
  const own = name === '' && line !== undefined;
  return {
    integration,
    parts: [],
    error,
    line: own ? Number(line) : null,
    column: own && column !== undefined ? Number(column) : null,
  };
}

function partsOf(captured: Captured): PreviewPart[] {
  if ('mail' in captured) {
    const { headers, text, html } = captured.mail;
    const head = headers.map(([name, value]) => `${name}: ${value}`).join('\n');
    const bodies = { headers: head, text, html };
    return Object.entries(bodies).flatMap(([name, body]) => (body === '' ? [] : [{ name, text: body }]));
  }
  const { method = 'POST', url, body = '' } = captured.request;
  return [{ name: `${method} ${shownUrl(url)}`, text: indented(body) }];
}

function shownUrl(url: string): string {
  return url.replaceAll('%3Csecret%3E', '<secret>').slice(0, MAX_URL);
}

function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

interface Subject {
  readonly notification: Notification;
  readonly sample: boolean;
  readonly routed: boolean;
}

function subjectOf(listing: ListingParts, receiver: ReceiverConfig | null, request: PreviewRequest): Subject {
  const { labels, resolved } = request;
  const id = fingerprint(labels);
  const held = [...listing.store.all()].find((each) => each.fingerprint === id);
  const routes = matchRoutes(listing.routing.root, labels);
  const leading = routes.find((each) => receiver === null || each.receiver === receiver.name);
  const route = leading ?? routes[0]!;
  const own = groupLabels(route, labels);
  const members = held === undefined ? [sampleAlert(listing.now, labels)] : membersOf(listing, { route, own, held });
  const alerts = members
    .map(({ fingerprint: key, alert }) => ({ fingerprint: key, ...ended(alert, listing.now, resolved) }))
    .sort((a, b) => compareForMessage(a.alert.labels, b.alert.labels));
  const notification: Notification = {
    receiver: receiver?.name ?? route.receiver,
    groupKey: groupKey(route, own),
    groupLabels: own,
    routeLabels: Labels.from(route.labels),
    reason: resolved ? 'all alerts resolved' : 'first notification',
    alerts,
    now: listing.now,
    receiverData: {},
  };
  return { notification, sample: held === undefined, routed: leading !== undefined };
}

function membersOf(
  { routing }: ListingParts,
  { route, own, held }: { readonly route: RouteNode; readonly own: Labels; readonly held: HeldAlert },
): readonly HeldAlert[] {
  const group = [...routing.dispatcher.groups()].find((each) => each.route === route && each.labels.key === own.key);
  const members = [...(group?.entries() ?? [])].map(([key, alert]) => ({ fingerprint: key, alert }));
  return members.length > 0 ? members : [held];
}

function ended(alert: Alert, now: Millis, resolved: boolean) {
  const over = resolved || alert.endsAt <= now;
  return { alert: over ? { ...alert, endsAt: Math.min(alert.endsAt, now) } : alert, resolved: over };
}

function sampleAlert(now: Millis, labels: Labels): HeldAlert {
  const annotations = Labels.from({ summary: 'A summary', description: 'A description' });
  const times = { startsAt: now - SAMPLE_AGE, endsAt: now + SAMPLE_AGE, updatedAt: now, timeout: true };
  return { fingerprint: fingerprint(labels), alert: { labels, annotations, ...times, generatorURL: '' } };
}
