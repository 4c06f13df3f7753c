import type { Log } from '#lib/log';
import type { MetricRegistry } from '#lib/metrics';
import type { MetaDatabase } from '#meta/meta-database';
import type { Millis } from '#model/time';
import type { AlertmanagerConfig } from './config.ts';
import type { OutgoingOptions } from './open-outgoing.ts';
import type { ClusterMembership } from './peer-link.ts';

export interface AlertmanagerOptions extends OutgoingOptions {
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
  /** How long expired silences and notifications are remembered; 120 h as upstream. */
  readonly retention?: Millis;
  /** How long the history of alerts is kept; 90 days. */
  readonly historyRetention?: Millis;
  /** Nothing is sent before this time after the start, so that alerts can arrive first. */
  readonly startDelay?: Millis;
  /** The instances that it shares silences and notifications with; none when absent. */
  readonly cluster?: ClusterMembership | null;
}
