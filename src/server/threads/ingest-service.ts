import type { MessagePort } from 'node:worker_threads';
import type { BlockMeta } from '#block/meta';
import { loadConfig } from '#config/load';
import { type Clock, systemClock } from '#lib/clock';
import type { Log } from '#lib/log';
import { type MetricFamily, MetricRegistry } from '#lib/metrics';
import { Labels } from '#model/labels';
import type { MetricMetadata } from '#model/metadata';
import type { TargetGroup } from '#model/target';
import type { Millis } from '#model/time';
import { type WriteOutcome, WriteReceiver, type WriteRequest } from '#remote/write-receiver';
import type { ScrapeWatcher } from '#scrape/feeds';
import { ScrapeManager } from '#scrape/manager';
import { joinMetadata, type MetricMetadataMap } from '#scrape/metric-metadata';
import type { TargetMetadata, TargetsSnapshot } from '#scrape/status';
import type { AppendReport } from '#storage/appender';
import type { WriteBatch } from '#storage/write-batch';
import { type SeriesDeletion, snapshotName } from '#tsdb/admin';
import type { Cardinality } from '#tsdb/cardinality';
import type { BlockWriterPort } from '#tsdb/compaction';
import { Db, type DbOptions, type HeadStats, type ReplayProgress, type Retention } from '#tsdb/db';
import { type ReadAhead, readAhead } from '#tsdb/read-ahead';
import type { DbState } from '#tsdb/state';
import { sourceFiles } from '../configuration.ts';
import { logTwins } from '../metric-twins.ts';
import { effectiveRetention } from '../retention.ts';
import { storageSettings } from '../storage-settings.ts';
import { dbMetrics } from './db-metrics.ts';
import { type PlainExemplars, plainExemplars } from './exemplars.ts';
import { openFailureLog } from './failure-log.ts';
import { StateFeed } from './state-feed.ts';

/** The texts of the configuration files as the main thread read them. */
export interface ConfigSource {
  readonly file: string;
  readonly texts: Readonly<Record<string, string>>;
  readonly extraScrapeMetrics: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Target groups as plain data: labels are name, value, … pairs. */
export interface PlainTargetGroup {
  readonly source: string;
  readonly targets: readonly (readonly string[])[];
  readonly labels: readonly string[];
}

export interface IngestSettings {
  readonly db: Pick<
    DbOptions,
    | 'dir'
    | 'minBlockDuration'
    | 'maxBlockDuration'
    | 'seriesLimits'
    | 'outOfOrderWindow'
    | 'maxExemplars'
    | 'walSync'
    | 'blocksAtEnd'
  >;
  /** Of the flags; the configuration file's own has precedence. */
  readonly retention: Retention;
  readonly userAgent: string;
  /** This machine's name: scrapes of two servers start at different offsets. */
  readonly hostname: string;
  /** host:port by which others reach this server. */
  readonly ownAddress: string;
  /** Of the timestamps of scrapes. */
  readonly timestampTolerance: Millis;
}

/** The ingest thread's side of the channel: scraping, and the only writer of samples. */
export interface IngestService {
  /** Begins to read the data before `open` is called, in a directory that may belong to others still. */
  readAhead(place: Pick<IngestSettings['db'], 'dir'> & { readonly minBlockDuration: Millis }): void;
  /** Opens the data as far as it is at hand: the write-ahead log is read meanwhile, see `whole`. */
  open(settings: IngestSettings): Promise<void>;
  /** Every state of the data, once it is open, goes to this port, which is to be transferred. */
  feed(port: MessagePort): void;
  /** Answers when the write-ahead log is read: how many damaged places were found. Rejects when it cannot be. */
  whole(argument: null): Promise<number>;
  /** How far the reading of the write-ahead log is. */
  replay(argument: null): ReplayProgress;
  configure(source: ConfigSource): Promise<void>;
  groups(update: { readonly job: string; readonly groups: readonly PlainTargetGroup[] }): void;
  /** Whom `onFed` tells of scrapes. Call it after `configure`. */
  watch(watchers: readonly ScrapeWatcher[]): void;
  write(batch: WriteBatch): Promise<AppendReport>;
  receive(request: WriteRequest): Promise<WriteOutcome>;
  targets(argument: null): TargetsSnapshot;
  /** What targets and senders say of each metric, or of one alone when its name is given. */
  metadata(metric: string): MetricMetadataMap;
  targetMetadata(argument: null): readonly TargetMetadata[];
  headStats(limit: number): HeadStats;
  cardinality(limit: number): Cardinality;
  blocks(argument: null): readonly BlockMeta[];
  exemplars(query: SeriesDeletion): readonly PlainExemplars[];
  deleteSeries(deletion: SeriesDeletion): Promise<void>;
  cleanTombstones(argument: null): Promise<void>;
  /** Gives the name under `snapshots`. */
  snapshot(settings: { readonly skipHead: boolean }): Promise<string>;
  metrics(argument: null): MetricFamily[];
  close(argument: null): Promise<void>;
}

export interface IngestParts {
  readonly log: Log;
  readonly clock?: Clock;
  readonly blockWriter: BlockWriterPort;
  /** Hears of every new state of the data. */
  readonly onState: (state: DbState) => void;
  /** Hears the ids of the watchers that a scrape feeds, when its samples can be read. */
  readonly onFed: (ids: readonly string[]) => void;
}

/** How often the database looks for work: blocks to write, to merge, to delete. */
const MAINTENANCE_INTERVAL = 60_000;

export function createIngestService(parts: IngestParts): IngestService {
  const { log, clock = systemClock, blockWriter, onState, onFed } = parts;
  const registry = new MetricRegistry(logTwins(log));
  const feed = new StateFeed();
  let db: Db | null = null;
  let scraping: ScrapeManager | null = null;
  let receiver: WriteReceiver | null = null;
  let settings: IngestSettings | null = null;
  let ahead: ReadAhead | null = null;
  let cancelMaintenance = () => {};

  const opened = (): Db => {
    if (!db) throw new Error('BUG: the ingest thread is not open');
    return db;
  };
  const maintainLater = () => {
    cancelMaintenance = clock.after(MAINTENANCE_INTERVAL, () => {
      opened()
        .maintain(clock.now())
        .catch((error: unknown) =>
          log.error('Writing or merging blocks failed; it is tried again in a minute', { error }),
        )
        .finally(maintainLater);
    });
  };

  return {
    readAhead: ({ dir, minBlockDuration }) => {
      ahead = readAhead(dir, minBlockDuration);
    },
    open: async (next) => {
      settings = next;
      // Nothing is deleted before the configuration file has had its say.
      const unlimited = { time: 0, sizeBytes: 0 };
      const how = { clock, log, blockWriter, snapshots: true, opensEarly: true };
      const data = await Db.open({ ...next.db, retention: unlimited, ...how, readAhead: ahead });
      ahead = null;
      db = data;
      receiver = new WriteReceiver({ appendable: data, clock, log, registry });
      data.onState((state) => {
        feed.tell(state);
        onState(state);
      });
      registry.collector(() => dbMetrics(data));
      maintainLater();
      feed.tell(data.state());
    },
    feed: (port) => feed.add(port),
    whole: async () => {
      await opened().whole;
      return damagedPlaces(opened());
    },
    replay: () => opened().progress,
    configure: async ({ file, texts, extraScrapeMetrics, env }) => {
      const { config } = await loadConfig(file, { files: sourceFiles(texts), extraScrapeMetrics, env });
      const { userAgent, hostname, ownAddress, timestampTolerance } = settings!;
      scraping ??= new ScrapeManager({
        appendable: opened().early,
        ...{ clock, log, registry, userAgent, ownAddress, timestampTolerance, env, onFed },
        seed: `${hostname}${config.global.externalLabels.key}`,
        openFailureLog: (path) => openFailureLog(path, log),
      });
      scraping.applyConfig(config.scrapeConfigs);
      opened().configure({
        retention: effectiveRetention(settings!.retention, config),
        ...storageSettings(config),
      });
    },
    groups: ({ job, groups }) => scraping?.applyGroups(job, groups.map(revived)),
    watch: (watchers) => scraping?.watch(watchers),
    write: (batch) => opened().write(batch),
    receive: (request) => {
      if (!receiver) throw new Error('BUG: the ingest thread is not open');
      return receiver.write(request);
    },
    targets: () => scraping?.targets() ?? { active: [], dropped: [], rejected: [], droppedCounts: {} },
    metadata: (metric) => joinMetadata([...(scraping?.sayings() ?? []), receiver?.metadata() ?? NO_METADATA], metric),
    targetMetadata: () => [...(scraping?.metadata() ?? []), ...writtenMetadata(receiver)],
    headStats: (limit) => opened().headStats(limit),
    cardinality: (limit) => opened().cardinality(limit),
    blocks: () => opened().blockList(),
    exemplars: ({ selectors, range }) => opened().exemplars(selectors, range).map(plainExemplars),
    deleteSeries: (deletion) => opened().admin.deleteSeries(deletion),
    cleanTombstones: () => opened().admin.cleanTombstones(clock.now()),
    snapshot: async ({ skipHead }) => {
      const name = snapshotName(clock.now());
      await opened().admin.snapshot({ name, skipHead, now: clock.now() });
      return name;
    },
    metrics: () => registry.collect(),
    close: async () => {
      cancelMaintenance();
      await scraping?.stop();
      await db?.close();
    },
  };
}

/** Damage that was found at the start: in the WAL, in the files of a Prometheus, in blocks. */
function damagedPlaces(db: Db): number {
  return db.report.at.length + (db.adopted?.at.length ?? 0) + db.totals().damagedBlocks;
}

const NO_METADATA: ReadonlyMap<string, MetricMetadata> = new Map();

/** What remote write senders said of metrics belongs to no target. */
function writtenMetadata(receiver: WriteReceiver | null): TargetMetadata[] {
  return [...(receiver?.metadata() ?? [])].map(([metric, metadata]) => ({ metric, ...metadata, target: {} }));
}

/** A group as it crosses to the ingest thread. */
export function plainGroup({ source, targets, labels }: TargetGroup): PlainTargetGroup {
  return { source, targets: targets.map(({ pairs }) => pairs), labels: labels.pairs };
}

function revived({ source, targets, labels }: PlainTargetGroup): TargetGroup {
  return { source, targets: targets.map((pairs) => Labels.fromSorted(pairs)), labels: Labels.fromSorted(labels) };
}
