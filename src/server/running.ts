import type { Alertmanager } from '#alertmanager/alertmanager';
import type { ApiSources } from '#api/app';
import type { DiscoveryManager } from '#discovery/manager';
import type { RuleManager } from '#rules/manager';
import type { AlertSending } from './alert-sending.ts';
import type { Configuration } from './configuration.ts';
import type { ServerOptions } from './options.ts';
import type { QueryWatch } from './queries/query-watch.ts';
import type { ReloadOutcome } from './reload-outcome.ts';
import type { SelfMetrics } from './self-metrics.ts';
import type { Threads } from './threads/threads.ts';

/** What runs: for the web interface to ask, and for signals to act on. */
export interface Running {
  readonly options: ServerOptions;
  readonly threads: Threads;
  readonly queries: QueryWatch;
  readonly rules: RuleManager;
  readonly alertSending: AlertSending;
  readonly alertmanager: Alertmanager;
  readonly discovery: DiscoveryManager;
  readonly grafana: ApiSources['grafana'];
  readonly pictures: ApiSources['pictures'];
  readonly metrics: SelfMetrics;
  readonly startedAt: number;
  readonly configuration: () => Configuration;
  readonly lastReload: () => ReloadOutcome;
  /** Problems that the opening of the data found and repaired; null: the write-ahead log is still being read. */
  readonly repairs: () => number | null;
}
