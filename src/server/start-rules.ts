import { systemClock as clock } from '#lib/clock';
import type { Log } from '#lib/log';
import type { AlertSink } from '#model/alert';
import type { Labels } from '#model/labels';
import { relabel } from '#model/relabel';
import type { QueryRunner } from '#promql/job';
import { createRuleManager, type RuleManager, type RuleSettings } from '#rules/manager';
import type { ScrapeWatcher } from '#scrape/feeds';
import type { Configuration } from './configuration.ts';
import type { ServerOptions } from './options.ts';
import { forStates, ruleQueries, ruleQuery } from './rule-query.ts';
import type { SelfMetrics } from './self-metrics.ts';
import type { Teardown } from './teardown.ts';
import type { Threads } from './threads/threads.ts';

interface RuleParts {
  readonly options: Pick<ServerOptions, 'rules' | 'log'>;
  readonly metrics: SelfMetrics;
  readonly teardown: Teardown;
  readonly threads: Threads;
  readonly queries: QueryRunner;
  /** All of them are told of alerts. */
  readonly sinks: readonly AlertSink[];
  readonly configuration: Configuration;
  readonly externalUrl: string;
}

/** The rules, without groups and not started; they end with the teardown. */
export function startRules(parts: RuleParts): RuleManager {
  const { threads, queries, sinks, metrics } = parts;
  const { log } = parts.options;
  const { afterScrape, ...rules } = parts.options.rules;
  const manager = createRuleManager({
    query: ruleQuery(queries),
    together: ruleQueries(queries),
    forStates: forStates(queries),
    write: (batch) => threads.ingest.write(batch),
    sink: together(sinks),
    externalURL: parts.externalUrl,
    ...ruleSettings(parts.configuration),
    ...(afterScrape ? { watchScrapes: watchScrapes(threads, log) } : {}),
    ...{ clock, log, ...rules },
  });
  metrics.registry.collector(() => manager.metrics());
  parts.teardown.add('the rules', () => manager.stop());
  return manager;
}

function together(sinks: readonly AlertSink[]): AlertSink {
  return {
    put: (alerts) => sinks.forEach((sink) => void sink.put(alerts)),
    notePending: (changes) => sinks.forEach((sink) => void sink.notePending?.(changes)),
  };
}

/** What rules take from a configuration beside their groups. */
export function ruleSettings({ config: { global, alerting } }: Configuration): Required<RuleSettings> {
  const { alertRelabelConfigs } = alerting;
  const relabelAlert = (labels: Labels) => relabel(labels, alertRelabelConfigs, global.metricNameValidationScheme);
  return { externalLabels: global.externalLabels, relabelAlert };
}

function watchScrapes({ ingest }: Threads, log: Log) {
  return (groups: readonly ScrapeWatcher[]): void => {
    ingest.watch(groups).catch((error: unknown) => {
      log.error('Rules are not evaluated right after scrapes', { error });
    });
  };
}
