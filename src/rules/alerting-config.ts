import { discoveryConfigsSchema, reportInvalidTarget } from '#discovery/config';
import { httpClientConfigSchema } from '#lib/http-config';
import { defaulted, inline, list, type ObjectOf, type ObjectSchema, object, optional } from '#lib/schema';
import type { Report } from '#lib/schema-decode';
import { duration, oneOf, string } from '#lib/schema-scalars';
import { sigv4ConfigSchema } from '#lib/sigv4-config';
import type { NameValidationScheme } from '#model/name-validation';
import { checkRelabelConfigs, relabelConfigs } from '#model/relabel-config';

const senderFields = {
  httpClientConfig: inline(httpClientConfigSchema),
  sigv4: optional(sigv4ConfigSchema),
  scheme: defaulted(string(), 'http'),
  pathPrefix: defaulted(string(), ''),
  timeout: defaulted(duration(), 10_000),
  apiVersion: defaulted(oneOf(['v2'], unknownVersion), 'v2', { always: true }),
  relabelConfigs: defaulted(relabelConfigs('empty or null Alertmanager target relabeling rule'), []),
  alertRelabelConfigs: defaulted(relabelConfigs('empty or null Alertmanager alert relabeling rule'), []),
  discovery: inline(discoveryConfigsSchema),
};

/** An entry of `alerting.alertmanagers`: where Alertmanagers are found and how they are talked to. */
export interface AlertSenderConfig extends ObjectOf<typeof senderFields> {}
const senderSchema: ObjectSchema<AlertSenderConfig> = object('config.AlertmanagerConfig', senderFields, {
  check: checkSender,
});

const alertingFields = {
  alertRelabelConfigs: defaulted(relabelConfigs('empty or null alert relabeling rule'), []),
  alertmanagers: defaulted(list(senderSchema), []),
};

/** `alerting` of prometheus.yml. */
export interface AlertingConfig extends ObjectOf<typeof alertingFields> {}
export const alertingConfigSchema: ObjectSchema<AlertingConfig> = object('config.plain', alertingFields);

/** Checks the relabel rules, which depend on the global name scheme. Paths are relative to `alerting`. */
export function checkAlertingConfig(alerting: AlertingConfig, scheme: NameValidationScheme, report: Report): void {
  checkRelabelConfigs(alerting.alertRelabelConfigs, { scheme, at: ['alert_relabel_configs'] }, report);
  alerting.alertmanagers.forEach((sender, index) => {
    const at = ['alertmanagers', index];
    checkRelabelConfigs(sender.alertRelabelConfigs, { scheme, at: [...at, 'alert_relabel_configs'] }, report);
    checkRelabelConfigs(sender.relabelConfigs, { scheme, at: [...at, 'relabel_configs'] }, report);
  });
}

function unknownVersion(word: string): string {
  return `expected Alertmanager api version to be one of [v2] but got ${word}`;
}

function checkSender(sender: AlertSenderConfig, report: Report): void {
  const { basicAuth, authorization, oauth2 } = sender.httpClientConfig;
  const authenticated = basicAuth !== undefined || authorization !== undefined || oauth2 !== undefined;
  if (authenticated && sender.sigv4 !== undefined) {
    report('at most one of basic_auth, authorization, oauth2, & sigv4 must be configured', 'sigv4');
  }
  if (sender.relabelConfigs.length === 0) reportInvalidTarget(sender.discovery, report);
}
