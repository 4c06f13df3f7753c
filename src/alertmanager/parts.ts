import type { Millis } from '#model/time';
import { AlertStore } from './alert-store.ts';
import type { Cluster } from './cluster/cluster.ts';
import { joinCluster } from './cluster/join.ts';
import { clusterEnabled } from './cluster/metrics.ts';
import { ALWAYS } from './cluster/turns.ts';
import { History } from './history.ts';
import { NotificationLog } from './notification-log.ts';
import type { AlertmanagerOptions, SilenceLimits } from './options.ts';
import { notificationMetrics } from './pipeline/metrics.ts';
import type { RoutingParts } from './routing.ts';
import { Silences } from './silences.ts';
import { StartGate } from './start-gate.ts';

const HOUR: Millis = 3_600_000;

/** What outlives a configuration, and what may hold back the first notifications. */
export interface Parts {
  readonly parts: RoutingParts;
  /** Not started yet; null: this program is alone. */
  readonly cluster: Cluster | null;
  /** Calls the start delay off. */
  readonly cancelDelay: () => void;
}

const NO_LIMITS: SilenceLimits = { most: 0, mostBytes: 0 };

/** Reads the memory of the last process. */
export function openParts(options: AlertmanagerOptions): Parts {
  const { meta, clock, log, metrics, retention = 120 * HOUR, historyRetention = 90 * 24 * HOUR } = options;
  const gate = new StartGate();
  const { silences: limits = NO_LIMITS, logSilences: logChanges = false, matcherMode: mode = 'fallback' } = options;
  const silences = new Silences({ meta, clock, log, retention, limits, logChanges, mode });
  silences.merge(options.silencesBefore ?? []);
  const notificationLog = new NotificationLog({ meta, clock, log });
  notificationLog.merge(options.notificationsBefore ?? []);
  const shared = { silences, notificationLog, gate, clock, log, metrics, retention };
  const cluster = options.cluster ? joinCluster(options.cluster, shared) : null;
  clusterEnabled(metrics, cluster !== null);
  const parts: RoutingParts = {
    store: new AlertStore({ meta, clock }),
    ...{ silences, notificationLog, gate, clock, log, retention },
    history: new History({ meta, clock, retention: historyRetention }),
    writeDown: () => meta.alertLog.flush(),
    metrics: notificationMetrics(metrics),
    random: options.random ?? Math.random,
    resolveWhenMuted: options.resolveWhenMuted ?? (() => false),
    turns: cluster?.turns ?? ALWAYS,
  };
  const { startDelay = 0 } = options;
  return { parts, cluster, cancelDelay: startDelay > 0 ? clock.after(startDelay, gate.require()) : () => {} };
}
