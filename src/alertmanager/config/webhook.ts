import { defaulted, type ObjectOf, type ObjectSchema, object, optional } from '#lib/schema';
import { type Report, withOrigin } from '#lib/schema-decode';
import { anyValue, filePath, goDuration, int, secret } from '#lib/schema-scalars';
import { httpUrl } from '#lib/schema-url';
import type { AlertmanagerGlobalConfig } from './global.ts';
import { atMostOne, type Filled, isGiven, notifierFields, oneOfTwo, secretTemplateUrl } from './values.ts';

const webhookFields = {
  ...notifierFields(true),
  url: optional(secretTemplateUrl()),
  urlFile: defaulted(filePath(), '', { always: true }),
  maxAlerts: defaulted(int({ min: 0 }), 0, { always: true }),
  timeout: defaulted(goDuration(), 0, { always: true }),
  payload: optional(anyValue()),
};

interface WrittenWebhookConfig extends ObjectOf<typeof webhookFields> {}
export const webhookSchema: ObjectSchema<WrittenWebhookConfig> = object('webhook.plain', webhookFields, {
  check: checkUrl,
});

/** A `webhook_configs` entry. `timeout` 0 means none of its own, `maxAlerts` 0 all. */
export interface WebhookConfig extends Filled<WrittenWebhookConfig, 'httpConfig'> {}

const incidentioFields = {
  ...notifierFields(true),
  url: optional(httpUrl()),
  urlFile: defaulted(filePath(), '', { always: true }),
  alertSourceToken: optional(secret()),
  alertSourceTokenFile: optional(filePath()),
  maxAlerts: defaulted(int({ min: 0 }), 0, { always: true }),
  timeout: defaulted(goDuration(), 0, { always: true }),
};

interface WrittenIncidentioConfig extends ObjectOf<typeof incidentioFields> {}
export const incidentioSchema: ObjectSchema<WrittenIncidentioConfig> = object('incidentio.plain', incidentioFields, {
  check: checkIncidentio,
});

/** An `incidentio_configs` entry. */
export interface IncidentioConfig extends Filled<WrittenIncidentioConfig, 'httpConfig'> {}

/** Fills only the HTTP client from `global`: all that most integrations take from there. */
export function resolveHttpConfig<
  T extends { readonly httpConfig?: AlertmanagerGlobalConfig['httpConfig'] | undefined },
>(own: T, global: AlertmanagerGlobalConfig): T & Filled<T, 'httpConfig'> {
  return withOrigin({ ...own, httpConfig: own.httpConfig ?? global.httpConfig } as T & Filled<T, 'httpConfig'>, own);
}

function checkUrl(config: WrittenWebhookConfig | WrittenIncidentioConfig, report: Report): void {
  const [url, file] = [
    { key: 'url', value: config.url },
    { key: 'url_file', value: config.urlFile },
  ] as const;
  oneOfTwo(url, file, report);
  atMostOne(url, file, report);
}

function checkIncidentio(config: WrittenIncidentioConfig, report: Report): void {
  checkUrl(config, report);
  atMostOne(
    { key: 'alert_source_token', value: config.alertSourceToken },
    { key: 'alert_source_token_file', value: config.alertSourceTokenFile },
    report,
  );
  const token = isGiven(config.alertSourceToken) || isGiven(config.alertSourceTokenFile);
  const client = config.httpConfig;
  if (client?.authorization !== undefined && token) {
    report(
      'cannot specify alert_source_token or alert_source_token_file when using http_config.authorization',
      'alert_source_token',
    );
  }
  if (client !== undefined && client.authorization === undefined && !token) {
    report(
      'at least one of alert_source_token, alert_source_token_file or http_config.authorization must be configured',
    );
  }
}
