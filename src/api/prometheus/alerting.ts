import { Hono } from 'hono';
import type { Alertmanager } from '#alertmanager/alertmanager';
import type { Why } from '#alertmanager/why';
import { whyHeadline } from '#alertmanager/why-words';
import type { Clock } from '#lib/clock';
import { ALERT_EVENT_KINDS, type AlertEventKind, type LabelledAlertEvent } from '#meta/alert-history';
import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import type { RuleManager } from '#rules/manager';
import { badParameter } from '../errors.ts';
import { readParams, success } from '../reply.ts';
import { alertAsked } from './alert-asked.ts';
import { type RuleOfAlert, ruleOf } from './alert-rule.ts';

/** What the endpoints about notifications ask. */
export interface AlertingApiOptions {
  readonly alertmanager: Pick<Alertmanager, 'history' | 'why' | 'labelsOf' | 'alerts'>;
  readonly rules: Pick<RuleManager, 'alerts' | 'groups'>;
  readonly externalLabels: () => Labels;
  readonly clock: Clock;
}

const DAY: Millis = 86_400_000;

/**
 * /alerting/history, what happened to alerts (newest first), and /alerting/why, why somebody was told of an alert or was
 * not. An alert is named by `fingerprint` or by `labels`, e.g. `{alertname="Down",job="x"}`, with or without the external
 * labels. Mounted at /api/v1.
 */
export function alertingApi({ alertmanager, rules, externalLabels, clock }: AlertingApiOptions): Hono {
  const app = new Hono();
  app.get('/alerting/history', async (c) => {
    const params = await readParams(c);
    const until = params.time('end', clock.now());
    const one = (name: 'fingerprint' | 'groupKey' | 'receiver') =>
      params.get(name) === '' ? {} : { [name]: params.get(name) };
    const limit = params.limit() === 0 ? {} : { limit: params.limit() };
    const kinds = kindsOf(params.all('kind'));
    const range = { since: params.time('start', until - DAY), until };
    const events = alertmanager.history({
      ...one('fingerprint'),
      ...one('groupKey'),
      ...one('receiver'),
      ...range,
      ...limit,
      ...kinds,
    });
    return success({ events: events.map(eventJson) });
  });
  app.get('/alerting/why', async (c) => {
    const params = await readParams(c);
    const labels = alertAsked(params, { alertmanager, rules, externalLabels });
    const now = clock.now();
    return success(whyJson(alertmanager.why(labels, params.time('time', now)), ruleOf(rules, labels), now));
  });
  return app;
}

/** What is asked for by `kind`, which may be repeated; all kinds when it is not there. */
function kindsOf(texts: readonly string[]): { readonly kinds?: readonly AlertEventKind[] } {
  if (texts.length === 0) return {};
  const kinds = texts.map((text) => {
    const kind = ALERT_EVENT_KINDS.find((each) => each === text);
    if (kind !== undefined) return kind;
    throw badParameter('kind', `${JSON.stringify(text)} is none of ${ALERT_EVENT_KINDS.join(', ')}`);
  });
  return { kinds };
}

function whyJson(why: Why, rule: RuleOfAlert | null, now: Millis): object {
  const routes = why.routes.map(({ nextFlushAt, integrations, ...route }) => ({
    ...route,
    nextFlushAt: nextFlushAt === null ? null : isoTime(nextFlushAt),
    integrations: integrations.map(({ lastSentAt, repeatAfter, ...each }) => ({
      ...each,
      lastSentAt: lastSentAt === null ? null : isoTime(lastSentAt),
      repeatAfter: repeatAfter === null ? null : isoTime(repeatAfter),
    })),
  }));
  const standing = why.standing.map((each) => ({ ...each, at: isoTime(each.at) }));
  const startsAt = why.startsAt === null ? null : isoTime(why.startsAt);
  const said = { ...why, rule, routes, standing };
  const summary = whyHeadline(said, { now, when: (time) => `at ${isoTime(time)}` }).text;
  return { summary, ...said, startsAt, events: why.events.map(eventJson) };
}

function eventJson({ at, labels, ...event }: LabelledAlertEvent): object {
  return { at: isoTime(at), ...event, labels: labels.toRecord() };
}

function isoTime(time: Millis): string {
  return new Date(time).toISOString();
}
