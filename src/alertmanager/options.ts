import type { Log } from '#lib/log';
import type { MetricRegistry } from '#lib/metrics';
import type { MetaDatabase } from '#meta/meta-database';
import type { NotificationEntry } from '#meta/notification-log';
import type { StoredSilence } from '#meta/silences';
import type { Millis } from '#model/time';
import type { AlertmanagerConfig } from './config.ts';
import type { MatcherMode } from './matcher-syntax.ts';
import type { OutgoingOptions } from './open-outgoing.ts';
import type { ClusterMembership } from './peer-link.ts';

/** What the command line may say of an Alertmanager; what is absent is as upstream's defaults. */
export interface AlertmanagerSettings {
  /** How long expired silences and notifications are remembered; 120 h. */
  readonly retention?: Millis;
  /** How often what is no longer needed is dropped; 30 min. */
  readonly garbageInterval?: Millis;
  /** Nothing is sent before this time after the start, so that alerts can arrive first. */
  readonly startDelay?: Millis;
  /** Most alerts of one name; 0 for any number. */
  readonly alertsPerName?: number;
  readonly silences?: SilenceLimits;
  /** Whether the log says which silences are made, changed and ended. */
  readonly logSilences?: boolean;
  /** Which names the labels of alerts and silences may have, and how filters are written; `fallback`. */
  readonly matcherMode?: MatcherMode;
  /** Of a program that was here before this one: taken over where nothing newer is known of them. */
  readonly silencesBefore?: readonly StoredSilence[];
  readonly notificationsBefore?: readonly NotificationEntry[];
}

/** Limits of silences; 0 for none. */
export interface SilenceLimits {
  /** Silences, expired ones too. */
  readonly most: number;
  /** Bytes of one silence. */
  readonly mostBytes: number;
}

export interface AlertmanagerOptions extends OutgoingOptions, AlertmanagerSettings {
  readonly config: AlertmanagerConfig;
  /** Stays open until after `stop`. */
  readonly meta: MetaDatabase;
  readonly log: Log;
  /** One registry serves one alertmanager. */
  readonly metrics: MetricRegistry;
  /** A number in [0, 1), for the spread of retries. */
  readonly random?: () => number;
  /** Receivers that hear of the end of an alert they were told of although a silence, an inhibition or a time hides it; none. */
  readonly resolveWhenMuted?: (receiver: string) => boolean;
  /** How long the history of alerts is kept; 90 days. */
  readonly historyRetention?: Millis;
  /** The instances that it shares silences and notifications with; none when absent. */
  readonly cluster?: ClusterMembership | null;
}
