import { Alertmanager } from '#alertmanager/alertmanager';
import type { AlertmanagerOptions } from '#alertmanager/options';
import type { Api } from '#api/app';
import { createAwsIdentities } from '#discovery/aws-identity';
import { DiscoveryManager } from '#discovery/manager';
import { createDiscoveryMetrics, type DiscoveryMetrics } from '#discovery/metrics';
import { systemClock } from '#lib/clock';
import { createDnsResolver } from '#lib/dns';
import { BarographError } from '#lib/errors';
import { watchDirectory } from '#lib/file-watch';
import { pathIn } from '#lib/fs';
import { machineFacts } from '#lib/machine';
import { compileRegex } from '#lib/regex';
import { diskTextFiles } from '#lib/text-files';
import { MetaDatabase } from '#meta/meta-database';
import { externalUrl, isOwnAlertsUrl, ownAddress } from './addresses.ts';
import { startAlertSending } from './alert-sending.ts';
import type { OwnAccess } from './built-in.ts';
import { openCluster } from './cluster/open.ts';
import { watchConfiguration } from './config-watch.ts';
import {
  alertmanagerYaml,
  type Configuration,
  readConfiguration,
  sameAlertmanager,
  sameFiles,
} from './configuration.ts';
import { openDashboards } from './dashboards.ts';
import type { HeadStart } from './head-start.ts';
import type { ServerOptions, ServerRole } from './options.ts';
import { openPorts, type Ports } from './ports.ts';
import { ActiveQueries } from './queries/active-queries.ts';
import { openQueryLog, QueryLog } from './queries/query-log.ts';
import { QueryWatch } from './queries/query-watch.ts';
import { QueryThreads } from './query-threads.ts';
import { reloadFailed, reloadSucceeded } from './reload-outcome.ts';
import { effectiveRetention, longestBlock } from './retention.ts';
import type { Running } from './running.ts';
import { createSelfMetrics, queryMetrics, type SelfMetrics } from './self-metrics.ts';
import { beatForRules } from './start-heartbeat.ts';
import { ruleSettings, startRules } from './start-rules.ts';
import { storageSettings } from './storage-settings.ts';
import { Teardown } from './teardown.ts';
import { plainGroup } from './threads/ingest-service.ts';
import { PicturePool } from './threads/picture-pool.ts';
import { spawnPictureThread } from './threads/picture-thread.ts';
import { ResultsCache } from './threads/results-cache.ts';
import { startThreads, type Threads } from './threads/threads.ts';
import { openWeb, runningApi, startingApi, type Web, type WebParts } from './web.ts';

const clock = systemClock;
/** A picture is about one thread's work for a tenth of a second, and what it asks is answered by the query threads. */
const PICTURES = { size: 2, maxWaiting: 20 };
/** Writing everything as blocks at the end may take its time. */
const LONGEST_WRITING = 300_000;

/**
 * The server: `start` opens everything in order, `reload` takes a new configuration as a whole or not at all, `stop`
 * closes in reverse. One per process.
 */
export class App {
  private readonly options: ServerOptions;
  private readonly teardown: Teardown;
  private readonly metrics: SelfMetrics;
  private running: Running | null = null;
  private configuration: Configuration | null = null;
  private reloaded = reloadSucceeded(0);
  private reloading: Promise<void> = Promise.resolve();
  private stopping: Promise<boolean> | null = null;
  private queryThreads: QueryThreads | null = null;
  private readonly queryLog = new QueryLog();
  /** Where it really listens, also when port 0 was asked for. */
  private port = 0;
  /** How it gets in itself. */
  private access: OwnAccess | null = null;
  private web: Web | null = null;
  private api: Api | null = null;
  private repairs: number | null = null;
  private readonly onEnd: (code: number) => void;
  private readonly begun: HeadStart;

  /**
   * `onEnd` is called with the exit code when the server should end: 0 when a client asked for it, 1 when a thread died.
   * `begun` belongs to the server then.
   */
  constructor(options: ServerOptions, onEnd: (code: number) => void, begun: HeadStart = null) {
    this.options = options;
    this.onEnd = onEnd;
    this.begun = begun;
    this.teardown = new Teardown(clock, options.log);
    this.metrics = createSelfMetrics(options.version, clock, options.log);
  }

  /** Rejects when the server cannot run; what was opened until then is closed again. Gives the URL for a browser. */
  async start(): Promise<string> {
    const opening = this.open();
    // Who asks for a reload in the meantime gets it when there is something to reload.
    this.reloading = opening.then(
      () => {},
      () => {},
    );
    try {
      return await opening;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Rejects with every problem of the new configuration; the old one then stays. Reloads run one after the other. */
  reload(): Promise<void> {
    const next = this.reloading.then(() => this.reloadNow());
    this.reloading = next.catch(() => {});
    return next;
  }

  /** False: something that was told to end still runs. */
  stop(): Promise<boolean> {
    this.stopping ??= this.teardown.run();
    return this.stopping;
  }

  private async open(): Promise<string> {
    const { options, teardown, metrics } = this;
    const startedAt = clock.now();
    // They take their time to start: the rest need not wait.
    const threads = this.startThreads();
    const { ports, access } = await this.listen();
    this.port = ports[0]!;
    this.access = access;
    const configuration = await this.read();
    const queryThreads = new QueryThreads({ options, clock, threads, metrics, configuration });
    teardown.add('the query threads', () => queryThreads.pool.close());
    this.queryThreads = queryThreads;
    await this.openData(threads, configuration);
    const meta = await MetaDatabase.open({ path: pathIn(options.dataDir, 'barograph.db'), log: options.log });
    teardown.add('the metadata database', () => meta.close());

    const queries = this.startQueries(queryThreads);
    const url = externalUrl(options, this.port, access ?? {});
    const { log, env } = options;
    const aws = createAwsIdentities({ clock, env, files: diskTextFiles, userAgent: this.userAgent });
    teardown.add('the connections to AWS', () => aws.close());
    const cluster = options.cluster && (await openCluster(options.cluster, log));
    if (cluster) teardown.add('the link of the cluster', () => cluster.close());
    const alertmanager = await Alertmanager.open({
      ...{ config: configuration.alertmanager, ...options.alertmanager },
      cluster: cluster?.membership ?? null,
      ...{ meta, clock, externalUrl: url, log, metrics: metrics.registry, env, findAwsIdentity: aws.find },
      ...mutedResolves(options.resolveWhenMuted),
    });
    teardown.add('the Alertmanager', () => alertmanager.stop());
    const { registry } = metrics;
    const discoveryMetrics = createDiscoveryMetrics(registry, clock);
    const alertSending = startAlertSending({
      ...{ options, registry, discoveryMetrics, userAgent: this.userAgent, findAwsIdentity: aws.find },
      isInside: (url) => isOwnAlertsUrl(options, ports, url),
    });
    teardown.add('sending alerts', () => alertSending.stop());
    const sinks = [alertmanager, alertSending];
    const rules = startRules({ options, metrics, teardown, threads, queries, sinks, configuration, externalUrl: url });
    const discovery = this.startDiscovery(threads, discoveryMetrics);
    this.configuration = configuration;
    this.running = {
      ...{ options, threads, queries, rules, alertSending, alertmanager, discovery, metrics, startedAt },
      grafana: await this.openDashboards(meta),
      pictures: this.openPictures(),
      configuration: () => this.configuration!,
      lastReload: () => this.reloaded,
      repairs: () => this.repairs,
    };
    await this.apply(configuration);
    this.noteReload();
    this.api = runningApi(this.web!, this.running);
    // A series that is not read yet would fire or resolve alerts.
    this.repairs = await threads.ingest.whole(null);
    threads.startBackground();
    // They would have held up the reading.
    queryThreads.pool.fill();
    rules.start();
    metrics.ready.set(1);
    beatForRules({ options, metrics, teardown, rules });
    this.watchFiles();
    return url;
  }

  /** The port is taken before the data: a second server on the same port must not touch anything. */
  private listen(): Promise<Ports> {
    const { options, teardown, metrics } = this;
    this.web = openWeb(this.webParts());
    this.api = startingApi(this.web);
    return openPorts({ options, teardown, clock, registry: metrics.registry, api: () => this.api! });
  }

  private webParts(): WebParts {
    return {
      ...{ options: this.options, metrics: this.metrics },
      quit: () => {
        this.options.log.info('Stopping (a client asked for it)');
        this.onEnd(0);
      },
      stopping: () => this.stopping !== null,
      ready: () => this.repairs !== null && this.stopping === null,
      reload: () => this.reload(),
    };
  }

  private read(): Promise<Configuration> {
    const { configFile: file, alertmanagerFile, extraScrapeMetrics, env, prefix } = this.options;
    const { matcherMode } = this.options.alertmanager;
    const address = ownAddress(this.options, this.port);
    const own = { address, prefix, access: this.access };
    return readConfiguration({ file, alertmanagerFile, matcherMode, extraScrapeMetrics, env, own });
  }

  private get userAgent(): string {
    return `Barograph/${this.options.version}`;
  }

  private startThreads(): Threads {
    const { options, teardown } = this;
    const threads = startThreads({
      ...{ inline: options.query.threads === 0, ingest: this.begun },
      ...{ log: options.log, logOptions: options.logOptions },
      onEdition: (edition) => {
        if (this.queryThreads) this.queryThreads.edition = edition;
      },
      onFed: (groups) => this.running?.rules.fed(groups),
      onDeath: (role, error) => {
        options.log.error(`The ${role} thread ended; stopping`, { error });
        this.onEnd(1);
      },
    });
    teardown.add('the threads', () => threads.stop());
    return threads;
  }

  private async openData(threads: Threads, { config }: Configuration) {
    const { options, teardown } = this;
    const { min, max } = options.blockDuration;
    const longest = max ?? longestBlock(effectiveRetention(options.retention, config));
    const { hostname } = machineFacts();
    const opening = threads.ingest.open({
      db: {
        ...{ dir: options.dataDir, walSync: options.walSync, blocksAtEnd: options.blocksAtEnd },
        ...storageSettings(config),
        ...{ minBlockDuration: min, maxBlockDuration: Math.max(min, longest) },
      },
      retention: options.retention,
      userAgent: this.userAgent,
      hostname,
      ownAddress: `${hostname}:${this.port}`,
      timestampTolerance: options.timestampTolerance,
    });
    await opening.catch((error: unknown) => {
      throw unwritable(error, options.role) ?? error;
    });
    const close = () => {
      threads.startBackground();
      return threads.ingest.close(null);
    };
    teardown.add('the data', close, options.blocksAtEnd ? LONGEST_WRITING : undefined);
  }

  private startQueries({ pool }: QueryThreads): QueryWatch {
    const { query, log, dataDir } = this.options;
    const active = ActiveQueries.open(dataDir, log);
    this.teardown.add('the query log', () => this.queryLog.use(null));
    this.teardown.add('the list of active queries', () => active.close());
    // Before the data that they read.
    this.teardown.add('queries', () => pool.close());
    const cache = new ResultsCache({ maxBytes: query.cacheBytes, edition: () => this.queryThreads!.edition });
    this.metrics.registry.collector(() => cache.metrics());
    const watch = new QueryWatch({ pool: cache.over(pool), active, log: this.queryLog, clock });
    queryMetrics(this.metrics.registry, { watch, log: this.queryLog, maxConcurrency: query.maxConcurrency });
    return watch;
  }

  private async openDashboards(meta: MetaDatabase): Promise<Running['grafana']> {
    const { options, teardown } = this;
    const opened = await openDashboards({ options, meta, clock });
    teardown.add('the data sources', () => opened.close());
    return opened.sources;
  }

  private openPictures(): PicturePool {
    const { pictures } = this.options;
    const pool = new PicturePool({ ...PICTURES, clock, spawn: () => spawnPictureThread(pictures) });
    this.teardown.add('the picture threads', () => pool.close());
    return pool;
  }

  private startDiscovery(threads: Threads, metrics: DiscoveryMetrics): DiscoveryManager {
    const { log } = this.options;
    const manager = new DiscoveryManager({
      ...{ clock, log, files: diskTextFiles, watch: watchDirectory, createResolver: createDnsResolver },
      ...{ metrics, env: this.options.env, userAgent: this.userAgent },
      onGroups: (job, groups) => {
        threads.ingest.groups({ job, groups: groups.map(plainGroup) }).catch((error: unknown) => {
          log.error('The targets of a job could not be handed over', { job, error });
        });
      },
    });
    this.teardown.add('the discovery', () => manager.stop());
    return manager;
  }

  private async reloadNow(): Promise<void> {
    const { log } = this.options;
    try {
      const next = await this.read();
      await this.apply(next, this.configuration);
      this.configuration = next;
      this.noteReload();
      log.info('The configuration was loaded again');
    } catch (error) {
      this.noteRefusal(error);
      log.error('The new configuration is not used; the old one stays', { error });
      throw error;
    }
  }

  /**
   * What can fail comes first: opening the query log, then the Alertmanager, which checks templates. When one refuses,
   * nothing has changed yet. When nothing is new for the Alertmanager, its groups and their timers are left alone.
   */
  private async apply(next: Configuration, before: Configuration | null = null): Promise<void> {
    const { threads, rules, alertmanager, alertSending, discovery } = this.running!;
    const queryLog = await openQueryLog(next.config.global.queryLogFile);
    try {
      if (before && !sameAlertmanager(before, next)) await alertmanager.reload(next.alertmanager);
    } catch (error) {
      await queryLog?.close();
      throw error;
    }
    await this.queryLog.use(queryLog);
    await threads.ingest.configure({ ...next.source, env: this.options.env });
    discovery.applyConfig(
      next.config.scrapeConfigs.map(({ jobName, discovery: found }) => ({ name: jobName, discovery: found })),
    );
    alertSending.configure(next);
    await rules.update(next.ruleGroups, ruleSettings(next));
    this.queryThreads!.configure(next);
    this.reportOddities(next);
  }

  private reportOddities({ unsupported, warnings }: Configuration): void {
    const { log } = this.options;
    for (const warning of warnings) log.warn(warning);
    for (const { feature, path, at, job } of unsupported) {
      const place = `${at.file ?? ''}:${at.line}:${at.column}`;
      log.warn(`${feature} is not supported yet and does nothing`, { at: place, path, job });
    }
  }

  /** With --config.auto-reload: takes over files that changed. */
  private watchFiles(): void {
    const { autoReloadInterval, log } = this.options;
    if (autoReloadInterval === null) return;
    const end = watchConfiguration({
      clock,
      interval: autoReloadInterval,
      look: async () => {
        if (!sameFiles(await this.read(), this.configuration!)) await this.reload();
      },
      refused: (error) => {
        this.noteRefusal(error);
        log.error('The changed configuration is not used; the old one stays', { error });
      },
    });
    this.teardown.add('watching the configuration', end);
  }

  private noteReload(): void {
    this.metrics.loaded(alertmanagerYaml(this.configuration!), clock.now());
    this.reloaded = reloadSucceeded(clock.now());
  }

  private noteRefusal(error: unknown): void {
    this.metrics.refused();
    this.reloaded = reloadFailed(this.reloaded, error);
  }
}

/** Storage does not know the flag that chose its folder. */
function unwritable(error: unknown, role: ServerRole): BarographError | null {
  if (!(error instanceof BarographError) || error.code !== 'directory-not-writable') return null;
  const flag = role === 'alertmanager' ? '--storage.path' : '--storage.tsdb.path';
  const hint = `Choose a folder that this user may write to with ${flag}.`;
  return new BarographError(error.message, { kind: error.kind, code: error.code, hint, cause: error });
}

function mutedResolves(pattern: string): Pick<AlertmanagerOptions, 'resolveWhenMuted'> {
  if (pattern === '') return {};
  const receivers = compileRegex(pattern);
  return { resolveWhenMuted: (receiver) => receivers.test(receiver) };
}
