import type { Clock } from '#lib/clock';
import { errorMessage } from '#lib/errors';
import type { Log } from '#lib/log';
import { notificationKey } from '#meta/notification-log';
import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import type { Turns } from '../cluster/turns.ts';
import type { History } from '../history.ts';
import type { NotificationLog } from '../notification-log.ts';
import type { Delivery, Notification } from '../notify/notifier.ts';
import { type Integration, integrationLabel } from '../notify/registry.ts';
import type { Flush, FlushSignals } from './flush.ts';
import type { NotificationMetrics } from './metrics.ts';
import { type NotifyReason, needsUpdate } from './needs-update.ts';

export interface DeliverParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly history: History;
  readonly notificationLog: NotificationLog;
  readonly metrics: NotificationMetrics;
  readonly turns: Turns;
  /** A number in [0, 1), for the back-off. */
  readonly random: () => number;
  /** How long the notification log keeps an entry at least. */
  readonly retention: Millis;
  readonly routeLabels: (flush: Flush) => Labels;
}

/**
 * Brings one flush to one integration: asks the notification log whether it must hear of it, waits for its turn among
 * the instances of a cluster and asks again, tries until it has heard or time is over, and writes down that it has. True
 * when the integration knows what it must know.
 */
export async function deliver(
  parts: DeliverParts,
  integration: Integration,
  job: { readonly flush: Flush; readonly signals: FlushSignals },
): Promise<boolean> {
  const { flush, signals } = job;
  const { groupKey } = flush;
  const key = { groupKey, receiver: integration.receiver, integration: integration.name, index: integration.index };
  const firing = flush.alerts.filter(({ resolved }) => !resolved).map(({ fingerprint }) => fingerprint);
  const resolved = flush.alerts.filter((alert) => alert.resolved).map(({ fingerprint }) => fingerprint);
  const { repeatInterval, groupInterval } = flush.route;
  const { sendResolved } = integration;
  const reasonNow = () => {
    const entry = parts.notificationLog.recall(key, flush.alerts);
    return needsUpdate({ entry, firing, resolved, sendResolved, repeatInterval, now: flush.now });
  };
  if (reasonNow() === null) return true;
  if (!(await parts.turns.wait(notificationKey(key), () => reasonNow() === null, signals.soft))) return false;
  const reason = reasonNow();
  if (reason === null) return true;
  const entry = parts.notificationLog.get(key);
  const known = reason === 'first notification' ? {} : (entry?.receiverData ?? {});
  const notification = buildNotification(parts, integration, { flush, reason, receiverData: known });
  // Nothing to say to somebody who does not want resolves; the log must forget all the same.
  const delivery: Delivery =
    notification === null
      ? { ok: true, answer: 'resolved alerts are not wanted' }
      : await retry(parts, integration, { notification, signals });
  if (!delivery.ok) return false;
  const receiverData = { ...known, ...delivery.receiverData };
  const keep = Math.max(parts.retention, 2 * repeatInterval, 2 * groupInterval);
  const recorded = parts.notificationLog.record({ ...key, firing, resolved, receiverData, keep });
  if (notification) recordSent(parts, integration, { notification, answer: delivery.answer });
  await recorded;
  return true;
}

function buildNotification(
  parts: DeliverParts,
  integration: Integration,
  about: { readonly flush: Flush; readonly reason: NotifyReason; readonly receiverData: Notification['receiverData'] },
): Notification | null {
  const { flush, reason, receiverData } = about;
  const alerts = integration.sendResolved ? flush.alerts : flush.alerts.filter(({ resolved }) => !resolved);
  if (alerts.length === 0) return null;
  const { groupKey, groupLabels, now } = flush;
  const routeLabels = parts.routeLabels(flush);
  const { receiver } = integration;
  return { receiver, groupKey, groupLabels, routeLabels, reason, alerts, now, receiverData };
}

interface Attempts {
  readonly notification: Notification;
  readonly signals: FlushSignals;
}

const FIRST_WAIT: Millis = 500;
const WAIT_FACTOR = 1.5;
const LONGEST_WAIT: Millis = 60_000;

async function retry(parts: DeliverParts, integration: Integration, job: Attempts): Promise<Delivery> {
  const { notification, signals } = job;
  const log = parts.log.with({ receiver: integration.receiver, integration: integration.name });
  let wait = FIRST_WAIT;
  parts.metrics.started(integration);
  for (let attempt = 1; ; attempt++) {
    const delivery = await attemptOnce(parts, integration, job);
    if (delivery.ok) {
      if (attempt > 1) log.info('Notify success', { attempts: attempt, group: notification.groupKey });
      return delivery;
    }
    recordFailed(parts, integration, { notification, error: delivery.error });
    const pause = Math.max(wait * (0.5 + parts.random()), delivery.retryAfter ?? 0);
    wait = Math.min(wait * WAIT_FACTOR, LONGEST_WAIT);
    if (!delivery.retry || !(await paused(parts.clock, pause, signals.soft))) {
      parts.metrics.failed(integration, delivery.reason);
      log.error('Notify for alerts failed', { attempts: attempt, group: notification.groupKey, err: delivery.error });
      return delivery;
    }
  }
}

async function attemptOnce(parts: DeliverParts, integration: Integration, job: Attempts): Promise<Delivery> {
  const started = parts.clock.monotonic();
  let delivery: Delivery;
  try {
    delivery = await integration.notifier.send(job.notification, job.signals.hard);
  } catch (error) {
    delivery = { ok: false, error: errorMessage(error), retry: false, reason: 'other' };
  }
  parts.metrics.attempted(integration, delivery.ok, (parts.clock.monotonic() - started) / 1000);
  return delivery;
}

/** False when the signal ended the pause, or had before. */
async function paused(clock: Clock, ms: Millis, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(Math.round(ms), signal);
    return true;
  } catch {
    return false;
  }
}

function recordSent(
  { history }: DeliverParts,
  integration: Integration,
  { notification, answer }: { readonly notification: Notification; readonly answer: string },
): void {
  const { groupKey, receiver, reason } = notification;
  for (const { fingerprint, resolved } of notification.alerts) {
    const detail = `${resolved ? 'resolved' : 'firing'}, ${reason}: ${answer}`;
    history.sent(fingerprint, { groupKey, receiver, integration: integrationLabel(integration), detail });
  }
}

function recordFailed(
  { history }: DeliverParts,
  integration: Integration,
  { notification, error }: { readonly notification: Notification; readonly error: string },
): void {
  const { groupKey, receiver, alerts } = notification;
  for (const { fingerprint } of alerts) {
    history.failed(fingerprint, { groupKey, receiver, integration: integrationLabel(integration), detail: error });
  }
}
