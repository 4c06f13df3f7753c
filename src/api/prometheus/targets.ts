import { Hono } from 'hono';
import { formatDuration } from '#lib/duration';
import { errorMessage } from '#lib/errors';
import { createMatcher, type Matcher } from '#model/matcher';
import { parseSelector } from '#promql/parse';
import type { MetricMetadataMap } from '#scrape/metric-metadata';
import type { GrowingLabelStatus, TargetMetadata, TargetStatus, TargetsSnapshot } from '#scrape/status';
import { badParameter, badRequest } from '../errors.ts';
import type { Params } from '../params.ts';
import { readParams, success } from '../reply.ts';
import { type RelabelingSources, relabelStepsJson } from './relabel-steps.ts';

/** What the scrapers know. */
export interface TargetSources extends RelabelingSources {
  readonly targets: () => Promise<TargetsSnapshot>;
  /** Of all metrics, or of one alone when its name is given. */
  readonly metadata: (metric: string) => Promise<MetricMetadataMap>;
  readonly targetMetadata: () => Promise<readonly TargetMetadata[]>;
  /** Names of the jobs, in order. */
  readonly pools: () => readonly string[];
  /** The settings of a job as YAML, secrets as `<secret>`; null when there is no such job. */
  readonly poolConfig: (pool: string) => string | null;
}

/** /targets and what is below it, /scrape_pools and /metadata of Prometheus' API. Mounted at /api/v1. */
export function targetsApi({ targets, metadata, targetMetadata, pools, poolConfig, relabeling }: TargetSources): Hono {
  const app = new Hono();
  app.get('/targets', async (c) => {
    const params = await readParams(c);
    return success(targetsJson(await targets(), params));
  });
  app.get('/scrape_pools', () => success({ scrapePools: pools() }));
  app.get('/scrape_pools/config', async (c) => success({ yaml: configOf(poolConfig, await readParams(c)) }));
  app.get('/metadata', async (c) => {
    const params = await readParams(c);
    return success(metadataJson(await metadata(params.get('metric')), params));
  });
  app.get('/targets/metadata', async (c) => {
    const params = await readParams(c);
    return success(targetMetadataJson(await targetMetadata(), params));
  });
  // POST too, beside what Prometheus has: labels and rules together are often longer than a URL may be.
  app.on(['GET', 'POST'], '/targets/relabel_steps', async (c) => {
    const params = await readParams(c);
    return success({ steps: relabelStepsJson(relabeling, params) });
  });
  return app;
}

function configOf(poolConfig: TargetSources['poolConfig'], params: Params): string {
  const pool = params.get('scrapePool');
  if (pool === '') throw badRequest('no scrapePool parameter provided');
  const yaml = poolConfig(pool);
  if (yaml === null) {
    throw badRequest(`error retrieving scrape config: scrape pool ${JSON.stringify(pool)} not found`);
  }
  return yaml;
}

function targetsJson({ active, dropped, rejected, droppedCounts }: TargetsSnapshot, params: Params): object {
  const state = params.get('state').toLowerCase();
  const pool = params.get('scrapePool');
  const inPool = ({ scrapePool }: { readonly scrapePool: string }) => pool === '' || scrapePool === pool;
  const wants = (kind: string) => state === '' || state === 'any' || state === kind;
  return {
    activeTargets: wants('active') ? active.filter(inPool).map(activeJson) : [],
    droppedTargets: wants('dropped') ? dropped.filter(inPool) : [],
    droppedTargetCounts: wants('dropped') ? droppedCounts : {},
    // Beside what Prometheus says: targets that discovery found and that cannot be scraped, with the reason.
    ...(rejected.length > 0 ? { rejectedTargets: rejected.filter(inPool) } : {}),
  };
}

function activeJson(target: TargetStatus): object {
  const { lastScrape, scrapeInterval, scrapeTimeout, growingLabels, ...rest } = target;
  return {
    ...rest,
    lastScrape: lastScrape === null ? '0001-01-01T00:00:00Z' : new Date(lastScrape).toISOString(),
    scrapeInterval: formatDuration(scrapeInterval),
    scrapeTimeout: formatDuration(scrapeTimeout),
    // Beside what Prometheus says, and only where there is something to say.
    ...(growingLabels.length > 0 ? { growingLabels: growingLabels.map(growingJson) } : {}),
  };
}

function growingJson({ since, ...rest }: GrowingLabelStatus): object {
  return { ...rest, since: new Date(since).toISOString() };
}

function limitOf(params: Params, name: string): number {
  const text = params.get(name);
  if (text === '') return Number.POSITIVE_INFINITY;
  if (!/^[+-]?\d+$/.test(text)) throw badRequest(`${name} must be a number`);
  const limit = Number(text);
  return limit < 0 ? Number.POSITIVE_INFINITY : limit;
}

/** What the targets say of each metric: usually one entry, several when they disagree. */
function metadataJson(byMetric: MetricMetadataMap, params: Params): object {
  // Zero means no limit here, and "nothing" for `limit`, as in Prometheus.
  const perMetric = limitOf(params, 'limit_per_metric') || Number.POSITIVE_INFINITY;
  const entries = [...byMetric].slice(0, limitOf(params, 'limit'));
  return Object.fromEntries(entries.map(([metric, known]) => [metric, known.slice(0, perMetric)]));
}

function targetMetadataJson(all: readonly TargetMetadata[], params: Params): readonly object[] {
  const matchTarget = params.get('match_target');
  const matchers = matchTarget === '' ? [] : targetMatchers(matchTarget);
  const metric = params.get('metric');
  return all
    .filter((entry) => metric === '' || entry.metric === metric)
    .filter(({ target }) =>
      matchers.every(({ name, matches }) => matches(Object.hasOwn(target, name) ? target[name]! : '')),
    )
    .slice(0, limitOf(params, 'limit'))
    .map(({ target, type, help, unit, ...rest }) => ({
      target,
      ...(metric === '' ? { metric: rest.metric } : {}),
      ...{ type, help, unit },
    }));
}

function targetMatchers(text: string): Matcher[] {
  try {
    return parseSelector(text).map(createMatcher);
  } catch (error) {
    throw badParameter('match_target', errorMessage(error));
  }
}
