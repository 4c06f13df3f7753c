import type { JiraConfig } from '../config/tickets.ts';
import { incidentKey } from './incident-key.ts';
import { issueFields, searchQuery } from './jira-issue.ts';
import type { Delivery, Notification, Notifier, NotifierParts } from './notifier.ts';
import { send } from './post-json.ts';
import { statusOf } from './status.ts';

/**
 * Keeps one ticket for a group: found by a label with the hash of the group's key, created when something fires, changed
 * by later notifications, and moved by the configured transitions when it is resolved or fires again.
 */
export function jira(config: JiraConfig, parts: NotifierParts): Notifier {
  return {
    async send(notification, signal) {
      const key = await incidentKey(notification.groupKey);
      return await notify({ config, parts, notification, signal, key }).catch(asDelivery);
    },
  };
}

interface Job {
  readonly config: JiraConfig;
  readonly parts: NotifierParts;
  readonly notification: Notification;
  readonly signal: AbortSignal;
  readonly key: string;
}

interface Issue {
  readonly key: string;
  readonly fields?: { readonly status?: { readonly statusCategory?: { readonly key?: string } } };
}

async function notify(job: Job): Promise<Delivery> {
  const firing = statusOf(job.notification) === 'firing';
  const issue = await ask<{ issues?: readonly Issue[] }>(job, search(job, firing));
  const existing = issue.issues?.[0];
  if (existing === undefined && !firing) return { ok: true, answer: 'there is no issue to resolve' };
  const render = (text: string) => job.parts.renderer.text(text, job.notification);
  const fields = issueFields(job.config, render, { key: job.key, update: existing !== undefined });
  if (existing === undefined) {
    await ask(job, { step: 'create the issue', method: 'POST', url: at(job, 'issue'), payload: { fields } });
    return { ok: true, answer: 'created' };
  }
  const url = at(job, `issue/${existing.key}`);
  await ask(job, { step: `update ${existing.key}`, method: 'PUT', url, payload: { fields } });
  return transition(job, existing, firing);
}

// Jira's cloud has given up the search that its server knows, and the server has not the new one.
function search({ config, parts, notification, key }: Job, firing: boolean): Request {
  const project = parts.renderer.text(config.project, notification);
  const payload = { fields: ['status'], jql: searchQuery(config, { project, key, firing }), maxResults: 2 };
  const { hostname } = new URL(config.apiUrl);
  const cloud = config.apiType === 'cloud' || (config.apiType === 'auto' && hostname.endsWith('atlassian.net'));
  const url = join(config.apiUrl, cloud ? 'search/jql' : 'search');
  return {
    step: 'look up existing issues',
    method: 'POST',
    url: cloud ? url.replace('/rest/api/2/', '/rest/api/3/') : url,
    payload,
  };
}

async function transition(job: Job, { key, fields }: Issue, firing: boolean): Promise<Delivery> {
  const done = fields?.status?.statusCategory?.key === 'done';
  const { reopenTransition, resolveTransition } = job.config;
  const name = firing ? reopenTransition : resolveTransition;
  if (fields?.status === undefined || firing !== done || name === '') return { ok: true, answer: 'updated' };
  const url = at(job, `issue/${key}/transitions`);
  const step = `find the transition ${JSON.stringify(name)} of ${key}`;
  const { transitions = [] } = await ask<{ transitions?: readonly { id: string; name: string }[] }>(job, {
    step,
    method: 'GET',
    url,
  });
  const id = transitions.find((each) => each.name === name)?.id;
  if (id === undefined) return failure(`can't find transition ${name} for issue ${key}`);
  await ask(job, { step: `move ${key}`, method: 'POST', url, payload: { transition: { id } } });
  return { ok: true, answer: firing ? 'reopened' : 'resolved' };
}

interface Request {
  readonly step: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly payload?: unknown;
}

/** Throws a `StepFailure` when Jira does not do what it is asked. */
async function ask<T>({ config, parts, signal }: Job, { step, payload, ...request }: Request): Promise<T> {
  const headers = { 'content-type': 'application/json', 'accept-language': 'en' };
  const body = payload === undefined ? {} : { body: `${JSON.stringify(payload)}\n` };
  const sent = await send(parts, { ...request, ...body, headers, client: config.httpConfig, signal });
  if ('failure' in sent) throw new StepFailure({ ...sent.failure, error: `${step}: ${sent.failure.error}` });
  const text = sent.response.body.trim();
  try {
    return (text === '' ? {} : JSON.parse(text)) as T;
  } catch {
    throw new StepFailure(failure(`${step}: the answer is not JSON`));
  }
}

/** Carries what became of the attempt out of its steps. */
class StepFailure extends Error {
  readonly delivery: Delivery;

  constructor(delivery: Delivery) {
    super('a step of the notification failed');
    this.delivery = delivery;
  }
}

function asDelivery(error: unknown): Delivery {
  if (error instanceof StepFailure) return error.delivery;
  throw error;
}

function failure(error: string): Delivery {
  return { ok: false, error, retry: false, reason: 'clientError' };
}

function at({ config }: Job, path: string): string {
  return join(config.apiUrl, path);
}

function join(base: string, path: string): string {
  return `${base.replace(/\/$/, '')}/${path}`;
}
