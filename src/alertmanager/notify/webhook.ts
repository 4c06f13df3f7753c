import type { WebhookConfig } from '../config/webhook.ts';
import { configuredText } from './configured-text.ts';
import type { Delivery, Notification, Notifier, NotifierParts } from './notifier.ts';
import { notifyError } from './notify-error.ts';
import { renderTree } from './payload.ts';
import { deliverJson } from './post-json.ts';
import { webhookMessage } from './webhook-message.ts';

/** Posts the group as JSON, version 4 of Alertmanager's webhook format, or the configured payload. */
export function webhook(config: WebhookConfig, parts: NotifierParts): Notifier {
  return { send: (notification, signal) => send({ config, parts, notification }, signal) };
}

interface Job {
  readonly config: WebhookConfig;
  readonly parts: NotifierParts;
  readonly notification: Notification;
}

async function send({ config, parts, notification }: Job, signal: AbortSignal): Promise<Delivery> {
  const { maxAlerts } = config;
  const alerts = maxAlerts > 0 ? notification.alerts.slice(0, maxAlerts) : notification.alerts;
  const shown = { ...notification, alerts };
  const render = (text: string) => parts.renderer.text(text, shown);
  const url = render(await configuredText({ key: 'url', text: config.url, file: config.urlFile }, parts.files));
  if (url === '') throw notifyError('webhook URL is empty after templating');
  const truncatedAlerts = notification.alerts.length - alerts.length;
  const payload =
    config.payload === undefined
      ? webhookMessage(shown, { externalURL: parts.renderer.externalUrl, truncatedAlerts })
      : renderTree(config.payload, render);
  return deliverJson(parts, { url, payload, client: config.httpConfig, timeout: config.timeout, signal });
}
