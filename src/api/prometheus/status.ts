import { Hono } from 'hono';
import type { DiscoveryStatus } from '#discovery/discoverer';
import { badRequest } from '../errors.ts';
import { readParams, success } from '../reply.ts';

/** What /status/* tells. Functions are asked at each request. */
export interface StatusSources {
  readonly flags: () => Readonly<Record<string, string>>;
  /** The configuration in force as YAML, secrets masked. */
  readonly configYaml: () => string;
  readonly build: BuildInfo;
  readonly runtime: () => Promise<RuntimeInfo>;
  readonly tsdb: (limit: number) => Promise<TsdbStatus>;
  readonly blocks: () => Promise<readonly object[]>;
  readonly walReplay: () => Promise<WalReplay>;
  /** How each discovery of each job fares. */
  readonly discovery: () => readonly DiscoveryStatus[];
  /** Names of features by category. */
  readonly features: () => Readonly<Record<string, Readonly<Record<string, boolean>>>>;
}

export interface BuildInfo {
  readonly version: string;
  readonly revision: string;
  readonly branch: string;
  readonly buildUser: string;
  readonly buildDate: string;
  readonly goVersion: string;
}

/** Under the names of Prometheus' answer; what only Go has is left at its neutral value. */
export interface RuntimeInfo {
  readonly startTime: string;
  readonly CWD: string;
  readonly hostname: string;
  readonly serverTime: string;
  readonly reloadConfigSuccess: boolean;
  /** Beside what Prometheus says: why the last reload was refused, with places in the files; '' when it was not. */
  readonly reloadConfigError: string;
  readonly lastConfigTime: string;
  readonly corruptionCount: number;
  readonly goroutineCount: number;
  readonly GOMAXPROCS: number;
  readonly GOMEMLIMIT: number;
  readonly GOGC: string;
  readonly GODEBUG: string;
  readonly storageRetention: string;
}

interface NamedCount {
  readonly name: string;
  readonly value: number;
}

export interface TsdbStatus {
  readonly headStats: {
    readonly numSeries: number;
    readonly numLabelPairs: number;
    readonly chunkCount: number;
    readonly minTime: number;
    readonly maxTime: number;
  };
  readonly seriesCountByMetricName: readonly NamedCount[];
  readonly labelValueCountByLabelName: readonly NamedCount[];
  readonly memoryInBytesByLabelName: readonly NamedCount[];
  readonly seriesCountByLabelValuePair: readonly NamedCount[];
}

export interface WalReplay {
  readonly min: number;
  readonly max: number;
  readonly current: number;
  readonly state: 'waiting' | 'in progress' | 'done';
}

const ROWS = 10;
const MOST_ROWS = 10_000;

/** /status/* and /features of Prometheus' API. Mounted at /api/v1. */
export function statusApi(sources: StatusSources): Hono {
  const app = new Hono();
  app.get('/status/config', () => success({ yaml: sources.configYaml() }));
  app.get('/status/flags', () => success(sources.flags()));
  app.get('/status/buildinfo', () => success(sources.build));
  app.get('/status/runtimeinfo', async () => success(await sources.runtime()));
  app.get('/status/walreplay', async () => success(await sources.walReplay()));
  app.get('/status/discovery', () => success({ discovery: sources.discovery().map(discoveryJson) }));
  app.get('/status/tsdb', async (c) => {
    return success(await sources.tsdb(rows((await readParams(c)).get('limit'))));
  });
  app.get('/status/tsdb/blocks', async () => success({ blocks: await sources.blocks() }));
  app.get('/features', () => success(sources.features()));
  return app;
}

/** Prometheus has none of it: times as elsewhere in these answers, null where there is none yet. */
function discoveryJson({ errorSince, lastUpdate, ...rest }: DiscoveryStatus): object {
  return { ...rest, errorSince: timeText(errorSince), lastUpdate: timeText(lastUpdate) };
}

function timeText(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}

/** The `limit` parameter: how many entries each list has at most. */
export function rows(limit: string): number {
  if (limit === '') return ROWS;
  if (!/^\+?\d+$/.test(limit) || Number(limit) < 1) throw badRequest('limit must be a positive number');
  if (Number(limit) > MOST_ROWS) throw badRequest(`limit must not exceed ${MOST_ROWS}`);
  return Number(limit);
}
