import type { Clock } from '#lib/clock';
import type { Log } from '#lib/log';
import type { MetricRegistry } from '#lib/metrics';
import type { Millis } from '#model/time';
import type { NotificationLog } from '../notification-log.ts';
import type { ClusterMembership } from '../peer-link.ts';
import type { Silences } from '../silences.ts';
import type { StartGate } from '../start-gate.ts';
import { Cluster } from './cluster.ts';
import { notificationEntry, Replica, silenceEntry } from './replica.ts';

/** What an instance shares, and what waits for it. */
export interface SharedParts {
  readonly silences: Silences;
  readonly notificationLog: NotificationLog;
  /** Opens no sooner than the cluster has settled. */
  readonly gate: StartGate;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: MetricRegistry;
  readonly retention: Millis;
}

/** Makes an instance that shares silences and the notification log with others, from its `start` on. */
export function joinCluster(membership: ClusterMembership, parts: SharedParts): Cluster {
  const { silences, notificationLog, gate, clock, log, metrics, retention } = parts;
  const replica = new Replica({ silences, notificationLog, clock, retention });
  const onReady = gate.require();
  const cluster = new Cluster({
    ...membership,
    replica,
    clock,
    log: log.with({ component: 'cluster' }),
    metrics,
    onReady,
  });
  silences.onChange = (changed) => cluster.publish(changed.map(silenceEntry));
  notificationLog.madeBy = cluster.name;
  notificationLog.onRecord = (entry) => cluster.publish([notificationEntry(entry)]);
  return cluster;
}
