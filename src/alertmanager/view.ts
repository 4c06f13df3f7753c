import type { Labels } from '#model/labels';
import type { Matcher, MatcherSpec } from '#model/matcher';
import type { Millis } from '#model/time';

/** A set of labels as plain data, in the order of their names. */
export type LabelRecord = Readonly<Record<string, string>>;

/** `suppressed`: silenced, inhibited or muted. `unprocessed`: not yet seen by the dispatcher. */
export type AlertStateName = 'active' | 'suppressed' | 'unprocessed';

/** Why an alert is kept back. The lists are sorted and never null. */
export interface AlertStatus {
  readonly state: AlertStateName;
  /** Ids of the active silences that match. */
  readonly silencedBy: readonly string[];
  /** Fingerprints of the alerts that inhibit this one. */
  readonly inhibitedBy: readonly string[];
  /** Names of the time intervals that mute the alert's groups. */
  readonly mutedBy: readonly string[];
}

/** An alert as `GET /api/v2/alerts` shows it; times are Unix milliseconds. */
export interface AlertView {
  readonly labels: LabelRecord;
  readonly annotations: LabelRecord;
  readonly startsAt: Millis;
  readonly endsAt: Millis;
  readonly updatedAt: Millis;
  readonly fingerprint: string;
  readonly generatorURL: string;
  /** Names of the receivers that its routes lead to. */
  readonly receivers: readonly string[];
  readonly status: AlertStatus;
}

/** An aggregation group as `GET /api/v2/alerts/groups` shows it, and what the alert page adds. */
export interface AlertGroupView {
  readonly labels: LabelRecord;
  readonly routeLabels: LabelRecord;
  readonly receiver: string;
  readonly alerts: readonly AlertView[];
  readonly groupKey: string;
  /** When the group is looked at next. */
  readonly nextFlushAt: Millis;
  /** Names of the time intervals that mute the group now. */
  readonly mutedBy: readonly string[];
  /** The last successful notification of each integration of the receiver. */
  readonly lastNotifications: readonly { readonly integration: string; readonly sentAt: Millis }[];
}

/** What `GET /api/v2/alerts` lets a caller choose. Absent booleans are true. */
export interface AlertFilter {
  readonly active?: boolean;
  readonly silenced?: boolean;
  readonly inhibited?: boolean;
  readonly unprocessed?: boolean;
  readonly muted?: boolean;
  /** All must match the alert's labels. */
  readonly matchers?: readonly Matcher[];
  /** An anchored RE2 pattern on the receiver's name. Throws `bad-request` when it is not valid. */
  readonly receiver?: string;
  /** All must match the receiver's labels. */
  readonly receiverMatchers?: readonly Matcher[];
}

/** An alert as a client posts it. Absent times are filled in as upstream does. */
export interface PostedAlert {
  readonly labels: LabelRecord;
  readonly annotations?: LabelRecord;
  readonly startsAt?: Millis | undefined;
  readonly endsAt?: Millis | undefined;
  readonly generatorURL?: string;
}

export type SilenceState = 'pending' | 'active' | 'expired';

/** A silence as `GET /api/v2/silences` shows it. */
export interface SilenceView {
  readonly id: string;
  readonly matchers: readonly MatcherSpec[];
  readonly startsAt: Millis;
  readonly endsAt: Millis;
  readonly updatedAt: Millis;
  readonly createdBy: string;
  readonly comment: string;
  readonly annotations: LabelRecord;
  readonly state: SilenceState;
}

/** A silence to create, or, with an id, to change. */
export interface PostedSilence {
  /** Absent or '' creates. */
  readonly id?: string;
  readonly matchers: readonly MatcherSpec[];
  readonly startsAt: Millis;
  readonly endsAt: Millis;
  readonly createdBy: string;
  readonly comment: string;
  readonly annotations?: LabelRecord;
}

/** What `GET /api/v2/silences` lets a caller choose. Absent booleans are true. */
export interface SilenceFilter {
  readonly active?: boolean;
  readonly expired?: boolean;
  readonly pending?: boolean;
  /** Each must equal a matcher of the silence (name, operator and value). */
  readonly matchers?: readonly MatcherSpec[];
}

export interface ReceiverView {
  readonly name: string;
  readonly labels: LabelRecord;
}

/** A node of the routing tree with what it inherits. Durations are milliseconds. */
export interface RouteView {
  /** Its position in a walk of the whole tree. */
  readonly index: number;
  /** `{team="db"}`; `{}` for the root. */
  readonly matchers: string;
  readonly receiver: string;
  readonly continue: boolean;
  /** Names of labels; `...` stands for all of them. */
  readonly groupBy: readonly string[];
  readonly groupWait: Millis;
  readonly groupInterval: Millis;
  readonly repeatInterval: Millis;
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
  readonly routes: readonly RouteView[];
}

/** A receiver with the ways in which it tells people. */
export interface ReceiverDetails extends ReceiverView {
  /** `webhook[0]`, in the order in which they are built. */
  readonly integrations: readonly string[];
  /** Whether a route leads to it. */
  readonly used: boolean;
  /** Its part of the configuration, printed without secrets. */
  readonly configYaml: string;
}

/** What came of a test notification at one integration. */
export interface TestResult {
  readonly integration: string;
  readonly ok: boolean;
  /** The answer in a word when it was accepted, otherwise what went wrong. */
  readonly detail: string;
  readonly tookMillis: Millis;
}

/** What somebody wants to see rendered. */
export interface PreviewRequest {
  /** A template of one's own; the receiver's are rendered when one is named. */
  readonly template: string;
  /** Escape values for the place where they stand, as mails do. */
  readonly html: boolean;
  /** Of the alert; together with the others of its group it is what is rendered. */
  readonly labels: Labels;
  /** As if all of them had ended now. */
  readonly resolved: boolean;
}

/** A piece of what would be sent: the body of a request, or the headers or a body of a mail. */
export interface PreviewPart {
  readonly name: string;
  readonly text: string;
}

export interface PreviewResult {
  /** `webhook[0]`; '' for a template of one's own. */
  readonly integration: string;
  readonly parts: readonly PreviewPart[];
  /** '' when it could be rendered. */
  readonly error: string;
  /** Where in one's own template the error is: lines from 1, columns in bytes from 0; null when it is not said. */
  readonly line: number | null;
  readonly column: number | null;
}

export interface Preview {
  /** There is no such alert now: it was made up. */
  readonly sample: boolean;
  /** A route leads the alert to the receiver that was asked for. */
  readonly routed: boolean;
  readonly groupKey: string;
  readonly groupLabels: LabelRecord;
  readonly alerts: number;
  readonly results: readonly PreviewResult[];
}

/** The cluster as one instance sees it. */
export interface ClusterView {
  /** Of this instance. */
  readonly name: string;
  /** `settling`: notifications wait until the others and what they know are known. */
  readonly status: 'ready' | 'settling';
  /** All that are alive, this instance included, sorted by name. */
  readonly peers: readonly { readonly name: string; readonly address: string }[];
}

/** What of `GET /api/v2/status` the alertmanager knows. */
export interface AlertmanagerStatus {
  readonly startedAt: Millis;
  /** The configuration in force as it was written, without secrets. */
  readonly configYaml: string;
  /** Null: this program is alone. */
  readonly cluster: ClusterView | null;
}
