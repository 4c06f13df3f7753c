import type { Clock } from '#lib/clock';
import { METRIC_NAME } from '#model/labels';
import type { MetricType } from '#model/metadata';
import type { Millis } from '#model/time';
import type { QueryRunner } from '#promql/job';
import { type AdviceContext, adviseGroup, type RuleAdvice } from '#rules/advice';
import { groupKey } from '#rules/rule';
import type { MetricMetadataMap } from '#scrape/metric-metadata';
import type { Configuration } from './configuration.ts';

/** What the advice on rules looks at. */
export interface AdviceSources {
  readonly configuration: () => Configuration;
  /** Of all metrics. */
  readonly metadata: () => Promise<MetricMetadataMap>;
  readonly queries: QueryRunner;
  readonly clock: Clock;
  readonly startedAt: Millis;
}

/** Advice on the rules of each group (by `file;name`), in their order. */
export type AdviceByGroup = ReadonlyMap<string, readonly RuleAdvice[]>;

const MINUTE = 60_000;
/** Before that a metric may only be late: a metric counts as absent when nothing had its name for this long. */
const ABSENT_AFTER = 30 * MINUTE;

/**
 * Advises on the rules that are loaded, with the types and the names of the metrics that are there. What it found is kept
 * for a minute, or until there is another configuration.
 */
export function ruleAdvice(sources: AdviceSources): () => Promise<AdviceByGroup> {
  let last: { readonly of: Configuration; readonly until: Millis; readonly found: Promise<AdviceByGroup> } | null =
    null;
  return () => {
    const of = sources.configuration();
    const now = sources.clock.now();
    if (last === null || last.of !== of || now >= last.until) {
      last = { of, until: now + MINUTE, found: adviseAll(of, sources) };
    }
    return last.found;
  };
}

async function adviseAll({ ruleGroups, config }: Configuration, sources: AdviceSources): Promise<AdviceByGroup> {
  const [metadata, names] = await Promise.all([sources.metadata(), metricNames(sources)]);
  const { scrapeInterval } = config.global;
  const context: Omit<AdviceContext, 'interval'> = {
    scrapeInterval: config.scrapeConfigs.some((job) => job.scrapeInterval < scrapeInterval) ? null : scrapeInterval,
    typeOf: (metric) => typeIn(metadata, metric),
    names,
  };
  return new Map(ruleGroups.map((group) => [groupKey(group), adviseGroup(group, context)]));
}

/** Null where nobody said it, or where two say different things. */
function typeIn(metadata: MetricMetadataMap, metric: string): MetricType | null {
  const said = metadata.get(metric) ?? [];
  return said.length === 1 ? said[0]!.type : null;
}

/** Null until enough was collected to know, and when they cannot be asked for: advice never fails a page. */
async function metricNames({ queries, clock, startedAt }: AdviceSources): Promise<ReadonlySet<string> | null> {
  const now = clock.now();
  if (now - startedAt < ABSENT_AFTER) return null;
  const range = { start: now - ABSENT_AFTER, end: now };
  try {
    const answer = await queries.run({ kind: 'label-values', name: METRIC_NAME, selectors: [], range, limit: 0 });
    if (answer.kind !== 'json') return null;
    return new Set(JSON.parse(new TextDecoder().decode(answer.data)) as string[]);
  } catch {
    return null;
  }
}
