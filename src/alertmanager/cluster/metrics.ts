import type { MetricRegistry } from '#lib/metrics';

/** What is read when metrics are collected. */
export interface ClusterGauges {
  readonly name: string;
  members(): number;
  failedPeers(): number;
  position(): number;
  queued(): number;
}

export type MessageType = 'full_state' | 'update';

/** Counts what happens in the cluster. */
export interface ClusterMetrics {
  joined(): void;
  left(peer: string): void;
  /** A lost peer was asked whether it is back. */
  reconnected(ok: boolean): void;
  /** An address that was just found was asked for the first time. */
  refreshed(ok: boolean): void;
  nameConflict(): void;
  pinged(peer: string, seconds: number): void;
  sent(type: MessageType, size: number): void;
  received(type: MessageType, size: number): void;
  /** Entries of one instance were sent on to others. */
  propagated(silences: number, notifications: number): void;
}

/** Registers what says whether there is a cluster; once for each registry. */
export function clusterEnabled(registry: MetricRegistry, enabled: boolean): void {
  const help = 'Indicates whether the clustering is enabled or not.';
  registry.computed({ name: 'alertmanager_cluster_enabled', help, type: 'gauge' }, () => (enabled ? 1 : 0));
}

/** Registers the metrics of the cluster under Alertmanager's names; once for each registry. */
export function clusterMetrics(registry: MetricRegistry, gauges: ClusterGauges): ClusterMetrics {
  registerGauges(registry, gauges);
  const counter = (name: string, help: string) => registry.counter({ name: `alertmanager_${name}`, help });
  const joined = counter('cluster_peers_joined_total', 'A counter of the number of peers that have joined.');
  const left = counter('cluster_peers_left_total', 'A counter of the number of peers that have left.');
  const outcomes = (name: string, what: string) => ({
    true: counter(`cluster_${name}_total`, `A counter of the number of ${what}.`),
    false: counter(`cluster_${name}_failed_total`, `A counter of the number of failed ${what}.`),
  });
  const reconnections = outcomes('reconnections', 'cluster peer reconnection attempts');
  const refreshes = outcomes('refresh_join', 'attempts to join a peer that was just found');
  const conflicts = counter('cluster_peer_name_conflicts_total', 'Total number of conflicting peer names noticed.');
  const pings = registry.histograms({
    name: 'alertmanager_cluster_pings_seconds',
    help: 'Histogram of latencies for ping messages.',
    labels: ['peer'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5],
  });
  const silences = counter('silences_gossip_messages_propagated_total', PROPAGATED);
  const notifications = counter('nflog_gossip_messages_propagated_total', PROPAGATED);
  return {
    joined: () => joined.inc(),
    left: (peer) => {
      left.inc();
      pings.remove(peer);
    },
    reconnected: (ok) => reconnections[`${ok}`].inc(),
    refreshed: (ok) => refreshes[`${ok}`].inc(),
    nameConflict: () => conflicts.inc(),
    pinged: (peer, seconds) => pings.labels(peer).observe(seconds),
    ...messageMetrics(registry),
    propagated: (ofSilences, ofNotifications) => {
      silences.inc(ofSilences);
      notifications.inc(ofNotifications);
    },
  };
}

const PROPAGATED = 'Number of received gossip messages that have been further gossiped.';

function registerGauges(registry: MetricRegistry, gauges: ClusterGauges): void {
  const gauge = (name: string, help: string, read: () => number) =>
    registry.computed({ name: `alertmanager_${name}`, help, type: 'gauge' }, read);
  gauge('cluster_members', 'Number indicating current number of members in cluster.', () => gauges.members());
  gauge('cluster_failed_peers', 'Number indicating the current number of failed peers in the cluster.', () =>
    gauges.failedPeers(),
  );
  gauge('cluster_messages_queued', 'Number of cluster messages which are queued.', () => gauges.queued());
  gauge(
    'peer_position',
    "Position the Alertmanager instance believes it's in. The position determines a peer's behavior in the cluster.",
    () => gauges.position(),
  );
  const help = "A metric with a constant '1' value labeled by peer name.";
  registry
    .gauges({ name: 'alertmanager_cluster_peer_info', help, labels: ['peer'] })
    .labels(gauges.name)
    .set(1);
}

function messageMetrics(registry: MetricRegistry): Pick<ClusterMetrics, 'sent' | 'received'> {
  const labels = ['msg_type'];
  const ways = (way: 'sent' | 'received') => {
    const name = `alertmanager_cluster_messages_${way}`;
    const count = registry.counters({
      name: `${name}_total`,
      help: `Total number of cluster messages ${way}.`,
      labels,
    });
    const size = registry.counters({
      name: `${name}_size_total`,
      help: `Total size of cluster messages ${way}.`,
      labels,
    });
    for (const type of ['full_state', 'update']) for (const each of [count, size]) each.labels(type).inc(0);
    return (type: MessageType, length: number) => {
      count.labels(type).inc();
      size.labels(type).inc(length);
    };
  };
  return { sent: ways('sent'), received: ways('received') };
}
