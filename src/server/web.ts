import { type Api, type ApiSources, createApi, createStartingApi, type StartingSources } from '#api/app';
import { requestLimiter } from '#api/request-limits';
import { printScrapeConfig } from '#config/config';
import { collectHost } from '#host/collect';
import { remoteMountPoints } from '#host/disk';
import { loadAssets, readAsset } from '#lib/assets';
import { systemClock } from '#lib/clock';
import { hostFiles, nodeHost } from '#lib/host-files';
import { machineFacts } from '#lib/machine';
import { joinFamilies, type MetricFamily } from '#lib/metrics';
import { RemoteFilesystems } from '#lib/remote-filesystems';
import { FUNCTIONS } from '#promql/functions';
import type { ReplayProgress } from '#tsdb/db';
import { ALERTMANAGER_VERSION } from './alertmanager-version.ts';
import { cardinalityReport, type UseSources } from './cardinality.ts';
import { logTwins } from './metric-twins.ts';
import type { ServerOptions } from './options.ts';
import { requestMetrics } from './request-metrics.ts';
import { effectiveRetention, retentionText } from './retention.ts';
import { ruleAdvice } from './rule-advice.ts';
import type { Running } from './running.ts';
import type { SelfMetrics } from './self-metrics.ts';

const clock = systemClock;

export interface WebParts {
  readonly options: ServerOptions;
  readonly metrics: SelfMetrics;
  readonly stopping: () => boolean;
  readonly ready: () => boolean;
  readonly reload: () => Promise<void>;
  readonly quit: () => void;
}

/** The web interface, with its files in memory. */
export interface Web {
  readonly parts: WebParts;
  readonly sources: StartingSources;
  /** Limits what is answered, before and after there is data alike. */
  readonly limited: (api: Api) => Api;
}

/** Reads the files of the web interface; once. */
export function openWeb(parts: WebParts): Web {
  const { requestLimits: limits } = parts.options;
  const limited = limits && requestLimiter({ limits, clock, registry: parts.metrics.registry });
  return { parts, sources: startingSources(parts), limited: limited ?? ((api) => api) };
}

/** What the web interface answers while the server starts. */
export function startingApi({ sources, limited }: Web): Api {
  return limited(createStartingApi(sources));
}

/** What it answers from then on. */
export function runningApi({ parts, sources, limited }: Web, running: Running): Api {
  return limited(createApi({ ...sources, ...apiSources(parts, running) }));
}

function startingSources({ options, metrics, stopping, ready, reload, quit }: WebParts): StartingSources {
  return {
    lifecycle: {
      ...{ enabled: options.lifecycle, isAlertmanager: options.role === 'alertmanager' },
      ...{ ready, stopping, reload, quit },
    },
    pages: pagesOptions(options),
    log: options.log,
    observe: requestMetrics(metrics.registry, options),
  };
}

function pagesOptions({ assets, prefix, role, pageTitle, userAssets }: ServerOptions): StartingSources['pages'] {
  return {
    ...{ assets: loadAssets(assets), prefix, role, title: pageTitle },
    ...(userAssets === null ? {} : { userAsset: (path) => readAsset(userAssets, path) }),
  };
}

function apiSources({ options, metrics }: WebParts, running: Running): Omit<ApiSources, keyof StartingSources> {
  const { threads, queries, configuration } = running;
  const remoteFilesystems = new RemoteFilesystems(clock);
  const onTwin = logTwins(options.log);
  const { ingest } = threads;
  return {
    version: options.version,
    alertmanagerVersion: ALERTMANAGER_VERSION,
    clock,
    corsOrigin: options.corsOrigin,
    ...{
      queries,
      activity: queries,
      rules: running.rules,
      advice: ruleAdvice({
        ...{ configuration, queries, clock },
        metadata: () => ingest.metadata(''),
        startedAt: running.startedAt,
      }),
      alertmanagers: running.alertSending.alertmanagers,
      alertmanager: running.alertmanager,
      grafana: running.grafana,
      pictures: running.pictures,
    },
    targets: {
      targets: () => ingest.targets(null),
      metadata: (metric) => ingest.metadata(metric),
      targetMetadata: () => ingest.targetMetadata(null),
      pools: () =>
        configuration()
          .config.scrapeConfigs.map(({ jobName }) => jobName)
          .sort(),
      poolConfig: (job) => printScrapeConfig(configuration().config, job),
      relabeling: (job) => configuration().config.scrapeConfigs.find(({ jobName }) => jobName === job) ?? null,
    },
    status: statusSources(options, running),
    write: {
      enabled: options.remoteWriteReceiver,
      receive: (request) => ingest.receive(request, [request.body.buffer as ArrayBuffer]),
      log: options.log,
    },
    exemplars: (query) => ingest.exemplars(query),
    cardinality: async (limit) => cardinalityReport(await ingest.cardinality(limit), useSources(running), limit),
    admin: {
      enabled: options.adminApi,
      deleteSeries: (deletion) => ingest.deleteSeries(deletion),
      cleanTombstones: () => ingest.cleanTombstones(null),
      snapshot: (settings) => ingest.snapshot(settings),
    },
    metrics: {
      own: async () => joinFamilies([...metrics.registry.collect(), ...(await ingest.metrics(null))], onTwin),
      host: () => hostFamilies(remoteFilesystems),
      externalLabels: () => configuration().config.global.externalLabels,
      ...{ queries, clock },
    },
  };
}

function statusSources(options: ServerOptions, running: Running): ApiSources['status'] {
  const { ingest } = running.threads;
  return {
    flags: () => options.flags,
    configYaml: () => running.configuration().yaml,
    build: {
      ...{ version: options.version, revision: '', branch: '', buildUser: '', buildDate: '' },
      goVersion: machineFacts().nodeVersion,
    },
    runtime: () => Promise.resolve(runtimeInfo(options, running)),
    tsdb: async (limit) => {
      const { numSeries, numLabelPairs, chunkCount, minTime, maxTime, ...lists } = await ingest.headStats(limit);
      const times = { minTime: finite(minTime), maxTime: finite(maxTime) };
      return { headStats: { numSeries, numLabelPairs, chunkCount, ...times }, ...lists };
    },
    blocks: () => ingest.blocks(null),
    discovery: () => running.discovery.status(),
    walReplay: async () => walReplay(await ingest.replay(null), running.repairs() !== null),
    features: () => ({
      api: {
        admin: options.adminApi,
        ...{ remote_write_receiver: options.remoteWriteReceiver, lifecycle: options.lifecycle },
      },
      promql_functions: Object.fromEntries(Object.keys(FUNCTIONS).map((name) => [name, true])),
    }),
  };
}

/** What says which metrics are used. */
function useSources({ grafana: { library }, configuration, queries, startedAt }: Running): UseSources {
  return {
    dashboards: () => library.all().map((dashboard) => library.text(dashboard)),
    rules: () => configuration().ruleGroups,
    ...{ queries: queries.uses, since: startedAt },
  };
}

/** The machine's metrics. Nothing that hangs holds up this thread. */
async function hostFamilies(remote: RemoteFilesystems): Promise<MetricFamily[]> {
  const points = new Set(remoteMountPoints(hostFiles));
  await remote.ask([...points]);
  const filesystem = (point: string) => (points.has(point) ? remote.sizes(point) : hostFiles.filesystem(point));
  const files = { ...hostFiles, filesystem };
  return collectHost({ files, host: nodeHost(), now: clock.now(), monotonic: clock.monotonic });
}

/** JSON has no infinity: an empty head is said to be at 0. */
function finite(time: number): number {
  return Number.isFinite(time) ? time : 0;
}

/** In files, the checkpoint being one. */
function walReplay(
  { done, total }: ReplayProgress,
  isDone: boolean,
): Awaited<ReturnType<ApiSources['status']['walReplay']>> {
  const reading = total === 0 ? 'waiting' : 'in progress';
  return { min: 0, max: total, current: done, state: isDone ? 'done' : reading };
}

function runtimeInfo(options: ServerOptions, { startedAt, lastReload, repairs, configuration }: Running) {
  const { hostname, cores, workingDirectory } = machineFacts();
  return {
    startTime: new Date(startedAt).toISOString(),
    CWD: workingDirectory,
    hostname,
    serverTime: new Date(clock.now()).toISOString(),
    reloadConfigSuccess: lastReload().ok,
    reloadConfigError: lastReload().error,
    lastConfigTime: new Date(lastReload().at).toISOString(),
    corruptionCount: repairs() ?? 0,
    goroutineCount: 0,
    GOMAXPROCS: cores,
    GOMEMLIMIT: 0,
    GOGC: '',
    GODEBUG: '',
    storageRetention: retentionText(effectiveRetention(options.retention, configuration().config)),
  };
}
