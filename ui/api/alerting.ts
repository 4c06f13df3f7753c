import { type LabelSet, prometheus } from './prometheus.ts';
import { RequestError } from './server.ts';

/** What can happen to an alert, in the words of the server. */
export type AlertEventKind =
  | 'pending'
  | 'inactive'
  | 'created'
  | 'firing'
  | 'grouped'
  | 'suppressed'
  | 'sent'
  | 'failed'
  | 'resolved';

/** One line of the history of alerts; what plays no part is ''. Times are RFC 3339. */
export interface AlertEventJson {
  readonly at: string;
  readonly kind: AlertEventKind;
  readonly fingerprint: string;
  readonly groupKey: string;
  readonly receiver: string;
  readonly integration: string;
  readonly detail: string;
  readonly labels: LabelSet;
}

/** A node of the routing tree as an alert met it. */
export interface RouteStepJson {
  readonly index: number;
  readonly depth: number;
  readonly matchers: string;
  readonly receiver: string;
  readonly verdict: 'taken' | 'passed' | 'no-match' | 'not-asked';
  readonly failed: string;
  readonly continues: boolean;
}

/** What one integration knows of a group, and what it will hear. */
export interface IntegrationWhyJson {
  readonly integration: string;
  readonly lastSentAt: string | null;
  /** It was told then that the alert fires. */
  readonly knows: boolean;
  readonly reason: string | null;
  readonly text: string;
  readonly repeatAfter: string | null;
}

/** A route that an alert takes. */
export interface RouteWhyJson {
  readonly index: number;
  readonly receiver: string;
  readonly groupKey: string;
  readonly groupLabels: LabelSet;
  readonly nextFlushAt: string | null;
  readonly mutedBy: readonly string[];
  readonly integrations: readonly IntegrationWhyJson[];
}

/** The last thing that is known of an alert at one place. */
export interface StandingJson {
  readonly groupKey: string;
  readonly receiver: string;
  readonly integration: string;
  readonly kind: 'grouped' | 'suppressed' | 'sent' | 'failed';
  readonly at: string;
  readonly detail: string;
}

/** What the rule behind an alert says of it; `inactive`: it has no such alert now, and value and time are null. */
export interface RuleOfAlertJson {
  readonly name: string;
  readonly group: string;
  readonly state: 'firing' | 'pending' | 'inactive';
  readonly value: string | null;
  readonly activeAt: string | null;
}

/** The answer of alerting/why. */
export interface WhyJson {
  readonly fingerprint: string;
  readonly labels: LabelSet;
  readonly state: 'firing' | 'resolved' | 'unknown';
  /** When it began to fire; null when there is no such alert now. */
  readonly startsAt: string | null;
  readonly silencedBy: readonly string[];
  readonly inhibitedBy: readonly string[];
  /** Null: no rule of this server makes such alerts. */
  readonly rule: RuleOfAlertJson | null;
  readonly walk: readonly RouteStepJson[];
  readonly routes: readonly RouteWhyJson[];
  /** Oldest first. */
  readonly events: readonly AlertEventJson[];
  readonly standing: readonly StandingJson[];
}

/** A node of the routing tree; durations are milliseconds. */
export interface RouteJson {
  readonly index: number;
  readonly matchers: string;
  readonly receiver: string;
  readonly continue: boolean;
  readonly groupBy: readonly string[];
  readonly groupWait: number;
  readonly groupInterval: number;
  readonly repeatInterval: number;
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
  readonly routes: readonly RouteJson[];
}

/** A receiver, its configuration without secrets. */
export interface ReceiverJson {
  readonly name: string;
  readonly integrations: readonly string[];
  readonly used: boolean;
  readonly configYaml: string;
}

/** What came of a test at one integration. */
export interface TestResultJson {
  readonly integration: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly tookMillis: number;
}

/** What one integration would send, or what a template gives; `error` is '' when it could be rendered. */
export interface PreviewResultJson {
  readonly integration: string;
  readonly parts: readonly { readonly name: string; readonly text: string }[];
  readonly error: string;
  /** Where in the template that was typed; null when that is not known. */
  readonly line: number | null;
  readonly column: number | null;
}

/** The answer of alerting/preview. */
export interface PreviewJson {
  readonly sample: boolean;
  readonly routed: boolean;
  readonly groupLabels: LabelSet;
  readonly alerts: number;
  readonly results: readonly PreviewResultJson[];
}

/** Asks for a preview. A template that is wrong is answered with an error, and with where it is wrong. Throws RequestError. */
export async function askPreview(params: Readonly<Record<string, string>>, signal: AbortSignal): Promise<PreviewJson> {
  try {
    return (await prometheus<PreviewJson>('alerting/preview', { method: 'POST', params, signal })).data;
  } catch (error) {
    if (error instanceof RequestError && error.data !== undefined) return error.data as PreviewJson;
    throw error;
  }
}
