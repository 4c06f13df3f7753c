import { BarographError } from '#lib/errors';
import { createLog } from '#lib/log';
import { MetricRegistry } from '#lib/metrics';
import { Labels } from '#model/labels';
import { createMatcher } from '#model/matcher';
import { MAX_TIME, MIN_TIME } from '#model/time';
import type { FetchedPage } from '#scrape/fetch-target';
import { ScrapeManager, type ScrapeManagerOptions } from '#scrape/manager';
import { MemoryStorage } from '#storage/memory';
import { KIND_STALE, SampleBuffer } from '#storage/sample-buffer';
import { FakeClock } from './clock.ts';
import { scrapeConfig } from './scrape-config.ts';

/** What a target says: a page in the text format, a whole answer, or an error that is thrown. */
export type Said = string | FetchedPage | Error;

/** Gives the page as a fetcher may at worst: in a Buffer whose place has something else afterwards. */
function readOnce<T>(page: FetchedPage, read: (page: FetchedPage) => T): T {
  const body = Buffer.from(page.body);
  try {
    return read({ ...page, body });
  } finally {
    body.fill('#');
  }
}

/** A sample as a test writes it: seconds since the world began to scrape, and the value or 'stale'. */
export type Seen = readonly [seconds: number, value: number | 'stale'];

/** A scrape manager over memory storage, with targets that say what the test wants and a clock that the test moves. */
export class ScrapeWorld {
  readonly clock = new FakeClock();
  readonly storage: MemoryStorage;
  readonly registry = new MetricRegistry();
  readonly logged: string[] = [];
  readonly manager: ScrapeManager;
  /** By address. A target that is not here refuses the connection. */
  readonly says = new Map<string, Said>();
  /** How often each address was asked. */
  readonly asked = new Map<string, number>();
  /** How many fetchers were made: a new one means new connections. */
  fetchers = 0;
  private began: number | null = null;

  /** `storage` is where samples are looked up; they are written there too, unless `appendable` says otherwise. */
  constructor({
    storage = new MemoryStorage(),
    ...options
  }: Partial<ScrapeManagerOptions> & { storage?: MemoryStorage } = {}) {
    this.storage = storage;
    this.manager = new ScrapeManager({
      appendable: storage,
      clock: this.clock,
      log: createLog({ level: 'debug', sink: (line) => this.logged.push(line), now: () => this.clock.now() }),
      registry: this.registry,
      userAgent: 'test',
      seed: 'test',
      ownAddress: 'monitor.example:9090',
      createFetcher: () => {
        this.fetchers++;
        return {
          fetch: async ({ url }, read) => readOnce(this.answer(new URL(url).host), read),
          close: async () => {},
        };
      },
      ...options,
    });
  }

  /** Configures the one job `test` and gives it these addresses. */
  scrape(yaml: string, ...addresses: readonly string[]): void {
    this.manager.applyConfig([scrapeConfig(yaml)]);
    this.targets(...addresses);
  }

  /** Changes the addresses of the job. */
  targets(...addresses: readonly string[]): void {
    const targets = addresses.map((address) => Labels.from({ __address__: address }));
    this.manager.applyGroups('test', [{ source: 'static/0:0', targets, labels: Labels.EMPTY }]);
  }

  /** Lets seconds pass. */
  async pass(seconds: number): Promise<void> {
    await this.clock.advance(seconds * 1000);
  }

  /** The samples of the series with exactly these labels beside job and instance; of one target unless said otherwise. */
  async samples(name: string, labels: Readonly<Record<string, string>> = {}): Promise<Seen[]> {
    this.began ??= await this.firstScrape();
    const wanted = Labels.from({ __name__: name, job: 'test', instance: 'a:1', ...labels });
    const all = await this.all(name);
    const buffer = all.find((series) => series.labels.equals(wanted))?.samples;
    if (buffer === undefined) return [];
    return Array.from({ length: buffer.length }, (_, i) => [
      (buffer.t[i]! - this.began!) / 1000,
      buffer.kind[i] === KIND_STALE ? 'stale' : buffer.v[i]!,
    ]);
  }

  /** The newest value of a series, or 'stale', or undefined. */
  async last(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number | 'stale' | undefined> {
    return (await this.samples(name, labels)).at(-1)?.[1];
  }

  /** The value of one of the manager's own metrics. */
  metric(name: string): number | undefined {
    return this.registry.collect().find((family) => family.name === name)?.samples[0]?.value;
  }

  /** All series of a metric. */
  async all(name: string): Promise<{ labels: Labels; samples: SampleBuffer }[]> {
    const querier = this.storage.querier({ start: MIN_TIME, end: MAX_TIME });
    const set = querier.select([createMatcher({ name: '__name__', operator: '=', value: name })], {
      start: MIN_TIME,
      end: MAX_TIME,
    });
    const found: { labels: Labels; samples: SampleBuffer }[] = [];
    for (let batch = await set.next(); batch; batch = await set.next()) {
      for (const series of batch) {
        const samples = new SampleBuffer();
        series.read(samples);
        found.push({ labels: series.labels, samples });
      }
    }
    return found;
  }

  private async firstScrape(): Promise<number> {
    const [up] = await this.all('up');
    return up?.samples.t[0] ?? 0;
  }

  private answer(address: string): FetchedPage {
    this.asked.set(address, (this.asked.get(address) ?? 0) + 1);
    const said = this.says.get(address);
    if (said === undefined) {
      throw new BarographError(`connection refused by ${address}`, { kind: 'unavailable', code: 'connection' });
    }
    if (said instanceof Error) throw said;
    if (typeof said !== 'string') return said;
    return { contentType: 'text/plain; version=0.0.4', body: new TextEncoder().encode(said) };
  }
}
