import { common } from '#template/alertmanager-data';
import type { OpsgenieConfig } from '../config/paging.ts';
import { configuredText } from './configured-text.ts';
import { given } from './given.ts';
import { incidentKey } from './incident-key.ts';
import type { Delivery, Notification, Notifier, NotifierParts } from './notifier.ts';
import { deliverJson } from './post-json.ts';
import { statusOf } from './status.ts';
import { truncateRunes } from './truncate.ts';

const MAX_MESSAGE_RUNES = 130;

/** Opens an alert in Opsgenie under the hash of the group's key, changes it when asked to, and closes it. */
export function opsgenie(config: OpsgenieConfig, parts: NotifierParts): Notifier {
  return {
    async send(notification, signal) {
      const job = { config, parts, notification };
      const key = render(job, await configuredText(apiKey(config), parts.files)).trim();
      const headers = { authorization: `GenieKey ${key}` };
      let delivery: Delivery = { ok: true, answer: '' };
      for (const request of await buildRequests(job)) {
        delivery = await deliverJson(parts, { ...request, headers, client: config.httpConfig, signal });
        if (!delivery.ok) return delivery;
      }
      return delivery;
    },
  };
}

interface Job {
  readonly config: OpsgenieConfig;
  readonly parts: NotifierParts;
  readonly notification: Notification;
}

interface Request {
  readonly method?: 'PUT';
  readonly url: string;
  readonly payload: unknown;
}

async function buildRequests(job: Job): Promise<readonly Request[]> {
  const { config, notification } = job;
  const alias = await incidentKey(notification.groupKey);
  const at = (action: string) => withPath(config.apiUrl, `v2/alerts/${alias}/${action}`, 'identifierType=alias');
  if (statusOf(notification) === 'resolved') {
    return [{ url: at('close'), payload: { source: render(job, config.source) } }];
  }
  const alert = newAlert(job, alias);
  const create = { url: withPath(config.apiUrl, 'v2/alerts', ''), payload: alert };
  if (!config.updateAlerts) return [create];
  const { message = '', description = '' } = alert;
  return [
    create,
    { method: 'PUT', url: at('message'), payload: given({ message }) },
    { method: 'PUT', url: at('description'), payload: given({ description }) },
  ];
}

function newAlert(job: Job, alias: string) {
  const { config } = job;
  const list = (text: string) => items(render(job, text));
  const details = Object.entries(config.details).map(([name, value]) => [name, render(job, value)] as const);
  return {
    alias,
    message: truncateRunes(render(job, config.message), MAX_MESSAGE_RUNES),
    ...given({ description: render(job, config.description) }),
    details: { ...commonLabels(job), ...Object.fromEntries(details) },
    source: render(job, config.source),
    ...given({
      responders: responders(job),
      tags: list(config.tags),
      note: render(job, config.note),
      priority: render(job, config.priority),
      entity: render(job, config.entity),
      actions: list(config.actions),
    }),
  };
}

function commonLabels({ notification }: Job) {
  return common(notification.alerts.map(({ alert }) => alert.labels)).toRecord();
}

// Those whose templates come out empty are for groups of another kind.
function responders(job: Job): readonly object[] {
  return job.config.responders.flatMap((configured): object[] => {
    const { id, name, username, type } = configured;
    const names = { id: render(job, id), name: render(job, name), username: render(job, username) };
    const shown = { ...given(names), type: render(job, type) };
    if (Object.values(shown).every((value) => value === '')) return [];
    if (shown.type !== 'teams') return [shown];
    return items(names.name).map((team) => ({ name: render(job, team), type: 'team' }));
  });
}

function items(text: string): readonly string[] {
  return text
    .trim()
    .split(',')
    .filter((item) => item !== '');
}

function apiKey({ apiKey: text, apiKeyFile: file }: OpsgenieConfig) {
  return { key: 'api_key', text, file };
}

function render({ parts, notification }: Job, text: string): string {
  return parts.renderer.text(text, notification);
}

function withPath(base: string, path: string, query: string): string {
  const [, before = '', given = ''] = /^([^?#]*)\??(.*)$/s.exec(base) ?? [];
  const all = [given, query].filter((part) => part !== '').join('&');
  return `${before}${path}${all === '' ? '' : `?${all}`}`;
}
