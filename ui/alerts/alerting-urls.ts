import { matcherText, type SilenceMatcher } from '../api/alertmanager.ts';
import type { LabelSet } from '../api/prometheus.ts';

/** Labels as `alerting/why` and the routing page read them: `{alertname="Down", job="x"}`. */
export function labelsText(labels: LabelSet): string {
  const pairs = Object.entries(labels).map(([name, value]) =>
    matcherText({ name, value, isRegex: false, isEqual: true }),
  );
  return `{${pairs.join(', ')}}`;
}

/** The page of one alert. By its fingerprint where that is known: it stays valid when the alert has gone. */
export function alertUrl(alert: { readonly fingerprint?: string | undefined; readonly labels: LabelSet }): string {
  const { fingerprint, labels } = alert;
  return fingerprint === undefined
    ? `/alerts/why?labels=${encodeURIComponent(labelsText(labels))}`
    : `/alerts/why?fingerprint=${encodeURIComponent(fingerprint)}`;
}

/** The routing tree with the way of these labels marked. */
export function routingUrl(labels: LabelSet): string {
  return `/alerts/routing?labels=${encodeURIComponent(labelsText(labels))}`;
}

/** The silences, this one alone. */
export function silenceUrl(id: string): string {
  return `/silences?filter=${encodeURIComponent(id)}`;
}

/** The alerts that these matchers hide now. */
export function hiddenAlertsUrl(matchers: readonly SilenceMatcher[]): string {
  return `/alerts?state=suppressed&filter=${encodeURIComponent(`{${matchers.map(matcherText).join(', ')}}`)}`;
}

/** What was kept back because of this silence. */
export function keptBackUrl(id: string): string {
  return `/alerts/notifications?show=kept&range=90d&filter=${encodeURIComponent(id)}`;
}

/** What a receiver would be sent. */
export function previewUrl(receiver: string): string {
  return `/alerts/preview?receiver=${encodeURIComponent(receiver)}`;
}

/** A receiver among the receivers. */
export function receiverUrl(name: string): string {
  return `/alerts/receivers?filter=${encodeURIComponent(name)}`;
}
