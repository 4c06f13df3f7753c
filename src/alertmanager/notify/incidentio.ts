import type { HttpClientConfig } from '#lib/http-config';
import { utf8Length } from '#lib/utf8';
import { isGiven } from '../config/values.ts';
import type { IncidentioConfig } from '../config/webhook.ts';
import { configuredText } from './configured-text.ts';
import type { Notification, Notifier, NotifierParts } from './notifier.ts';
import { deliverJson } from './post-json.ts';
import { webhookMessage } from './webhook-message.ts';

const MAX_BYTES = 512 * 1024;

/** Posts the group to an alert source of incident.io. */
export function incidentio(config: IncidentioConfig, parts: NotifierParts): Notifier {
  const client = withToken(config);
  return {
    async send(notification, signal) {
      const { url: text, urlFile: file, timeout } = config;
      const url = await configuredText({ key: 'url', text, file }, parts.files);
      const payload = message(notification, config.maxAlerts, parts.renderer.externalUrl);
      return deliverJson(parts, { url, payload, client, timeout, signal, describe });
    },
  };
}

function withToken({ httpConfig, alertSourceToken, alertSourceTokenFile }: IncidentioConfig): HttpClientConfig {
  if (!isGiven(alertSourceToken) && !isGiven(alertSourceTokenFile)) return httpConfig;
  const token = { credentials: alertSourceToken, credentialsFile: alertSourceTokenFile };
  return { ...httpConfig, authorization: { type: 'Bearer', ...token } };
}

// One alert of a group makes the incident; the others are of use but not needed.
function message(notification: Notification, maxAlerts: number, externalURL: string) {
  const { alerts: all } = notification;
  const alerts = maxAlerts > 0 ? all.slice(0, maxAlerts) : all;
  const truncatedAlerts = all.length - alerts.length;
  const whole = webhookMessage({ ...notification, alerts }, { externalURL, truncatedAlerts });
  const payload = { ...whole, version: '1' };
  return utf8Length(JSON.stringify(payload)) < MAX_BYTES ? payload : { ...payload, alerts: whole.alerts.slice(0, 1) };
}

interface Refusal {
  readonly message?: string;
  readonly error?: string;
  readonly errors?: readonly string[];
}

function describe(body: string): string {
  try {
    const { message: text = '', error = '', errors = [] } = JSON.parse(body) as Refusal;
    return [text, error, errors.join(', ')].filter((part) => part !== '').join(': ');
  } catch {
    return '';
  }
}
