import { type Api, type ApiSources, createApi } from '#api/app';
import { DataSources } from '#dashboards/data-sources';
import { DashboardLibrary } from '#dashboards/library';
import { SourceClients } from '#dashboards/source-client';
import { type DashboardFolder, DashboardStore } from '#dashboards/store';
import { noLocalServices } from '#lib/address-policy';
import type { Asset } from '#lib/assets';
import { silentLog } from '#lib/log';
import { MetricRegistry } from '#lib/metrics';
import { SecretBox } from '#lib/secret-box';
import { Labels } from '#model/labels';
import type { QueryAnswer, QueryJob, QueryRunner, RunOptions } from '#promql/job';
import { runJob } from '#promql/run-job';
import { WriteReceiver } from '#remote/write-receiver';
import { UNKNOWN_REF } from '#storage/appender';
import { MemoryStorage } from '#storage/memory';
import { AlertmanagerTimeline } from '#test/alertmanager';
import { playedBothWays } from '#test/both-ways';

/** The whole HTTP API in process, on data in memory and a clock that stands still. */
/** Encrypts with a key that is always the same. */
const TEST_BOX = new SecretBox({ known: ['a key that is there for tests alone'], make: () => '' });

export class ApiWorld implements QueryRunner {
  readonly line = new AlertmanagerTimeline();
  readonly storage = new MemoryStorage();
  /** Jobs that reached the queries, with their options. */
  readonly jobs: { readonly job: QueryJob; readonly options: RunOptions }[] = [];
  /** Answers instead of the storage. */
  answers: ((job: QueryJob) => Promise<QueryAnswer>) | null = null;
  readonly observed: string[] = [];
  private readonly receiver = new WriteReceiver({
    ...{ appendable: this.storage, clock: this.line.clock, log: silentLog, registry: new MetricRegistry() },
  });
  /** What was opened. */
  api: Api = { fetch: () => new Response(null), short: () => null };

  /** Opens the API; `changes` replace parts of what it asks. */
  async open(changes: Partial<ApiSources> | (() => Partial<ApiSources>) = {}): Promise<void> {
    await this.line.open('route: {receiver: team}\nreceivers: [{name: team}]');
    this.api = createApi({ ...this.sources(), ...(typeof changes === 'function' ? changes() : changes) });
  }

  /** Answers like the server would, both ways where there are two. The path is absolute; `init` is that of fetch. */
  async request(path: string, init: RequestInit = {}): Promise<Response> {
    const before = [this.jobs.length, this.observed.length] as const;
    const undo = () => {
      this.jobs.length = before[0];
      this.observed.length = before[1];
    };
    const peer = { address: '10.0.0.7' };
    return playedBothWays(this.api, new Request(`http://barograph.test${path}`, init), { peer, undo });
  }

  /** Status and JSON of an answer. */
  async json(path: string, init: RequestInit = {}): Promise<{ readonly status: number; readonly body: unknown }> {
    const response = await this.request(path, init);
    return { status: response.status, body: await response.json() };
  }

  async store(labels: Record<string, string>, t: number, v: number): Promise<void> {
    const appender = this.storage.appender();
    appender.float(UNKNOWN_REF, Labels.from(labels), t, v);
    await appender.commit();
  }

  run(job: QueryJob, options: RunOptions = {}): Promise<QueryAnswer> {
    this.jobs.push({ job, options });
    if (this.answers) return this.answers(job);
    return runJob(this.storage, job, { lookbackDelta: 300_000, defaultStep: 60_000, maxSamples: 1_000_000 });
  }

  async dispose(): Promise<void> {
    await this.line.dispose();
  }

  /** The dashboards of these folders, and those that are saved. */
  private library(...folders: readonly DashboardFolder[]): DashboardLibrary {
    const { meta, clock } = this.line;
    return new DashboardLibrary({ files: new DashboardStore(folders), meta, clock });
  }

  /** Dashboards and data sources; the dashboards are those of these folders and those that are saved. */
  grafana(...folders: readonly DashboardFolder[]): ApiSources['grafana'] {
    const { meta, clock } = this.line;
    const sourceClients = new SourceClients({ clock, allowed: noLocalServices, userAgent: 'test' });
    const dataSources = new DataSources({ meta, box: TEST_BOX, log: silentLog });
    return { library: this.library(...folders), meta, dataSources, sourceClients, reload: () => Promise.resolve() };
  }

  private sources(): ApiSources {
    const { clock } = this.line;
    return {
      version: '1.2.3',
      alertmanagerVersion: '0.28.0',
      corsOrigin: '.*',
      clock,
      queries: this,
      activity: { running: () => [], slow: () => [], kill: () => false },
      rules: { groups: () => [], alerts: () => [] },
      advice: () => Promise.resolve(new Map()),
      alertmanagers: () => null,
      alertmanager: this.line.alertmanager,
      grafana: this.grafana(),
      pictures: { draw: () => Promise.resolve(new Uint8Array()) },
      targets: {
        targets: () => Promise.resolve({ active: [], dropped: [], rejected: [], droppedCounts: {} }),
        metadata: () => Promise.resolve(new Map()),
        targetMetadata: () => Promise.resolve([]),
        pools: () => [],
        poolConfig: () => null,
        relabeling: () => null,
      },
      status: statusSources(),
      write: {
        enabled: true,
        log: silentLog,
        receive: (request) => this.receiver.write(request),
      },
      exemplars: () => Promise.resolve([]),
      cardinality: (limit) => Promise.resolve({ limit }),
      admin: {
        enabled: false,
        ...{ deleteSeries: () => Promise.resolve(), cleanTombstones: () => Promise.resolve() },
        snapshot: () => Promise.resolve('20231114T221320Z-0123456789abcdef'),
      },
      metrics: {
        own: () => Promise.resolve([{ name: 'own', help: '', type: 'gauge', samples: [sampleOf(1)] }]),
        host: () => Promise.resolve([{ name: 'host', help: '', type: 'gauge', samples: [sampleOf(2)] }]),
        externalLabels: () => Labels.from({ region: 'eu' }),
        queries: this,
        clock,
      },
      lifecycle: lifecycle(),
      pages: { assets: assets(), prefix: '' },
      log: silentLog,
      observe: ({ handler, status }) => this.observed.push(`${handler} ${status}`),
    };
  }
}

function sampleOf(value: number) {
  return { suffix: '', labels: [], value };
}

/** Lifecycle endpoints that are off, of a server that is ready. */
export function lifecycle(): ApiSources['lifecycle'] {
  return {
    enabled: false,
    isAlertmanager: false,
    ready: () => true,
    stopping: () => false,
    reload: () => Promise.resolve(),
    quit: () => {},
  };
}

const PAGE =
  '<html><head><base href="/"><meta name="barograph-prefix" content=""><meta name="barograph-role" content="all"></head><body></body></html>';

/** A page and one file of it. */
export function assets(): ReadonlyMap<string, Asset> {
  const encoder = new TextEncoder();
  const html = { type: 'text/html', etag: '"page"', body: encoder.encode(PAGE), gzip: null, immutable: false };
  const script = {
    ...{ type: 'text/javascript', etag: '"script"', body: encoder.encode('run()') },
    ...{ gzip: encoder.encode('zipped'), immutable: true },
  };
  return new Map<string, Asset>([
    ['index.html', html],
    ['assets/index-12345678.js', script],
    ['favicon.svg', { ...html, type: 'image/svg+xml', etag: '"icon"' }],
  ]);
}

/** A discovery that answers and one that never did. */
const DISCOVERY = [
  { job: 'node', mechanism: 'static', error: null, errorSince: null, targets: 2, lastUpdate: 1_700_000_000_000 },
  { job: 'pods', mechanism: 'kubernetes', error: 'no', errorSince: 1_700_000_001_000, targets: 0, lastUpdate: null },
];

function statusSources(): ApiSources['status'] {
  return {
    flags: () => ({ 'query.timeout': '2m' }),
    configYaml: () => 'global: {}\n',
    build: { version: '1.2.3', revision: '', branch: '', buildUser: '', buildDate: '', goVersion: 'v20' },
    runtime: () =>
      Promise.resolve({
        ...{ startTime: '2023-11-14T22:13:20.000Z', CWD: '/', hostname: 'h', serverTime: '2023-11-14T22:13:20.000Z' },
        ...{
          reloadConfigSuccess: true,
          reloadConfigError: '',
          lastConfigTime: '2023-11-14T22:13:20.000Z',
          corruptionCount: 0,
        },
        ...{ goroutineCount: 0, GOMAXPROCS: 2, GOMEMLIMIT: 0, GOGC: '', GODEBUG: '', storageRetention: '15d' },
      }),
    tsdb: (limit) =>
      Promise.resolve({
        headStats: { numSeries: limit, numLabelPairs: 0, chunkCount: 0, minTime: 0, maxTime: 0 },
        ...{ seriesCountByMetricName: [], labelValueCountByLabelName: [] },
        ...{ memoryInBytesByLabelName: [], seriesCountByLabelValuePair: [] },
      }),
    blocks: () => Promise.resolve([]),
    discovery: () => DISCOVERY,
    walReplay: () => Promise.resolve({ min: 0, max: 0, current: 0, state: 'done' }),
    features: () => ({ api: { lifecycle: false } }),
  };
}
