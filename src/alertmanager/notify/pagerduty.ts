import { utf8Length } from '#lib/utf8';
import type { PagerdutyConfig } from '../config/paging.ts';
import { configuredText } from './configured-text.ts';
import { given } from './given.ts';
import { incidentKey } from './incident-key.ts';
import type { Delivery, Notification, Notifier, NotifierParts } from './notifier.ts';
import { notifyError } from './notify-error.ts';
import { renderTree } from './payload.ts';
import { delivered, postJson, type Sent } from './post-json.ts';
import { statusOf } from './status.ts';
import { truncateRunes } from './truncate.ts';

const MAX_SUMMARY_RUNES = 1024;
const MAX_V1_DESCRIPTION_RUNES = 1024;
const MAX_EVENT_BYTES = 512_000;
const V1_URL = 'https://events.pagerduty.com/generic/2010-04-15/create_event.json';

/**
 * Sends events to PagerDuty: version 2 with a routing key, version 1 with a service key. The incident's key is the hash
 * of the group's, so that a resolve closes what a trigger opened.
 */
export function pagerduty(config: PagerdutyConfig, parts: NotifierParts): Notifier {
  return {
    async send(notification, signal) {
      const { url, message, isV1 } = await buildEvent({ config, parts, notification });
      const { httpConfig: client, timeout } = config;
      const posted = await postJson(parts, { url, payload: message, client, timeout, signal });
      return isV1 ? retryForbidden(posted) : delivered(posted);
    },
  };
}

interface Job {
  readonly config: PagerdutyConfig;
  readonly parts: NotifierParts;
  readonly notification: Notification;
}

async function buildEvent({ config, parts, notification }: Job) {
  const render = (text: string) => parts.renderer.text(text, notification);
  const details = renderTree(config.details, render) as Readonly<Record<string, unknown>>;
  const key = await incidentKey(notification.groupKey);
  const action = statusOf(notification) === 'resolved' ? 'resolve' : 'trigger';
  const { serviceKey, serviceKeyFile, routingKey, routingKeyFile } = config;
  const service = { key: 'service_key', text: serviceKey, file: serviceKeyFile };
  const routing = { key: 'routing_key', text: routingKey, file: routingKeyFile };
  const isV1 = (serviceKey !== undefined && !serviceKey.isEmpty) || Boolean(serviceKeyFile);
  if (isV1) {
    const secret = required(render(await configuredText(service, parts.files)), 'service key');
    const message = fitting((shown) => v1Event({ config, render, key, action, secret, details: shown }), details);
    return { url: V1_URL, message, isV1 };
  }
  const secret = required(render(await configuredText(routing, parts.files)), 'routing key');
  const message = fitting((shown) => v2Event({ config, render, key, action, secret, details: shown }), details);
  return { url: config.url, message, isV1 };
}

interface EventParts {
  readonly config: PagerdutyConfig;
  readonly render: (template: string) => string;
  readonly key: string;
  readonly action: 'trigger' | 'resolve';
  readonly secret: string;
  readonly details: Readonly<Record<string, unknown>>;
}

function v2Event({ config, render, key, action, secret, details }: EventParts) {
  const images = config.images.map(({ src, alt, href }) => ({
    src: render(src),
    alt: render(alt),
    href: render(href),
  }));
  const links = config.links.map(({ href, text }) => ({ href: render(href), text: render(text) }));
  return {
    routing_key: secret,
    dedup_key: key,
    event_action: action,
    payload: {
      summary: truncateRunes(render(config.description), MAX_SUMMARY_RUNES),
      source: render(config.source),
      severity: render(config.severity || 'error'),
      ...given({ class: render(config.class), component: render(config.component), group: render(config.group) }),
      ...(Object.keys(details).length > 0 ? { custom_details: details } : {}),
    },
    ...given({ client: render(config.client), client_url: render(config.clientUrl) }),
    ...given({ images: images.filter(({ src }) => src !== ''), links: links.filter(({ href }) => href !== '') }),
  };
}

function v1Event({ config, render, key, action, secret, details }: EventParts) {
  const client = { client: render(config.client), client_url: render(config.clientUrl) };
  return {
    service_key: secret,
    incident_key: key,
    event_type: action,
    description: truncateRunes(render(config.description), MAX_V1_DESCRIPTION_RUNES),
    ...(action === 'trigger' ? given(client) : {}),
    details,
  };
}

// An event above the limit would be refused whole; the page matters more than its details.
function fitting<T>(
  event: (details: Readonly<Record<string, unknown>>) => T,
  details: Readonly<Record<string, unknown>>,
): T {
  const whole = event(details);
  if (utf8Length(JSON.stringify(whole)) <= MAX_EVENT_BYTES) return whole;
  return event({
    error: 'Custom details have been removed because the original event exceeds the maximum size of 512KB',
  });
}

function required(secret: string, name: string): string {
  if (secret === '') throw notifyError(`${name} cannot be empty`);
  return secret;
}

// Version 1 answers 403 when it is asked too often.
function retryForbidden(sent: Sent): Delivery {
  const retry = 'failure' in sent && sent.refused?.status === 403;
  return retry ? { ...sent.failure, retry } : delivered(sent);
}
