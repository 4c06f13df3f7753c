import type { Clock } from '#lib/clock';
import { errorMessage } from '#lib/errors';
import { fingerprint } from '#model/alert';
import { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import type { Delivery, Notification } from './notify/notifier.ts';
import { timeOver } from './notify/notify-error.ts';
import { type Integration, integrationLabel } from './notify/registry.ts';
import type { TestResult } from './view.ts';

export interface TestRequest {
  /** Of the receiver. */
  readonly name: string;
  /** Of the alert; `alertname` is filled in. */
  readonly labels: Labels;
  readonly clock: Clock;
}

/** An integration that has not answered by then has failed. */
const TIMEOUT: Millis = 10_000;

const ANNOTATIONS = {
  summary: 'A test notification. Nothing is wrong.',
  description: 'Somebody wanted to know whether this receiver is reached. Tools that open an incident keep it open.',
};

/** One attempt through each integration, side by side, with an alert that fires. Leaves no trace in the notification log. */
export async function testReceiver(
  integrations: readonly Integration[],
  request: TestRequest,
): Promise<readonly TestResult[]> {
  const { clock } = request;
  const notification = testNotification(request);
  const late = new AbortController();
  const cancel = clock.after(TIMEOUT, () => late.abort(timeOver('test', TIMEOUT)));
  try {
    return await Promise.all(integrations.map((each) => attempt(each, { notification, clock, signal: late.signal })));
  } finally {
    cancel();
  }
}

// A group of its own for each test: no incident of an earlier one swallows it.
function testNotification({ name, labels: given, clock }: TestRequest): Notification {
  const now = clock.now();
  const labels = Labels.from({ alertname: 'TestAlert', ...given.toRecord() });
  const alert = {
    labels,
    annotations: Labels.from(ANNOTATIONS),
    startsAt: now,
    endsAt: now + 300_000,
    updatedAt: now,
    timeout: true,
    generatorURL: '',
  };
  return {
    receiver: name,
    groupKey: `{}/test:{receiver=${JSON.stringify(name)}, at="${now}"}`,
    groupLabels: Labels.from({ alertname: labels.get('alertname') }),
    routeLabels: Labels.EMPTY,
    reason: 'first notification',
    alerts: [{ fingerprint: fingerprint(labels), alert, resolved: false }],
    now,
    receiverData: {},
  };
}

interface Attempt {
  readonly notification: Notification;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

async function attempt(integration: Integration, { notification, clock, signal }: Attempt): Promise<TestResult> {
  const started = clock.monotonic();
  const delivery = await sent(integration, notification, signal);
  const detail = delivery.ok ? delivery.answer : delivery.error;
  const tookMillis = Math.round(clock.monotonic() - started);
  return { integration: integrationLabel(integration), ok: delivery.ok, detail, tookMillis };
}

async function sent({ notifier }: Integration, notification: Notification, signal: AbortSignal): Promise<Delivery> {
  try {
    return await notifier.send(notification, signal);
  } catch (error) {
    return { ok: false, error: errorMessage(error), retry: false, reason: 'other' };
  }
}
