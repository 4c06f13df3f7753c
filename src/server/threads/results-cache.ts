import type { MetricFamily } from '#lib/metrics';
import type { CachedRange, CacheOutcome, QueryAnswer, QueryJob, RangeJob, RunOptions } from '#promql/job';

export interface ResultsCacheOptions {
  /** Bytes that the kept results may take; 0: nothing is kept. */
  readonly maxBytes: number;
  /** As in the newest state of the data: what was made from another edition is not kept. */
  readonly edition: () => number;
}

/** What runs jobs, with options of its own. */
export interface JobRunner<O> {
  run(job: QueryJob, options: O): Promise<QueryAnswer>;
}

/** An entry may take at most this part of the cache. */
const LARGEST_PART = 1 / 4;

/**
 * The texts of range queries' results, in memory that all query threads share; those not used for the longest time go
 * first. Only the index is here: query threads find out what of an entry is still right, and make the new one.
 */
export class ResultsCache {
  private readonly options: ResultsCacheOptions;
  /** In the order of their last use. */
  private readonly entries = new Map<string, CachedRange>();
  private readonly outcomes: Record<CacheOutcome, number> = { hit: 0, partial: 0, miss: 0, uncacheable: 0 };
  private bytes = 0;
  private evictions = 0;

  constructor(options: ResultsCacheOptions) {
    this.options = options;
  }

  /** A runner that answers from the cache where a caller allows it; everything else goes to `runner` as it is. */
  over<O extends RunOptions | undefined>(runner: JobRunner<O>): JobRunner<O> {
    if (this.options.maxBytes === 0) return runner;
    return {
      run: (job, options) =>
        job.kind === 'range' && options?.cache === true ? this.run(runner, job, options) : runner.run(job, options),
    };
  }

  metrics(): MetricFamily[] {
    const { bytes, evictions, entries } = this;
    const outcomes = Object.entries(this.outcomes);
    return [
      {
        name: 'barograph_query_cache_requests_total',
        help: 'Range queries that could use the results cache, by what it knew of them.',
        type: 'counter',
        samples: outcomes.map(([outcome, value]) => ({ suffix: '', labels: ['outcome', outcome], value })),
      },
      family('bytes', 'gauge', 'Memory of the results that are kept.', bytes),
      family('entries', 'gauge', 'Results that are kept.', entries.size),
      family('evictions_total', 'counter', 'Results that had to go for others.', evictions),
    ];
  }

  private async run<O>(runner: JobRunner<O>, job: RangeJob, options: O): Promise<QueryAnswer> {
    const key = keyOf(job);
    const answer = await runner.run({ ...job, cache: { known: this.find(key) } }, options);
    if ((answer.kind !== 'json' && answer.kind !== 'points') || answer.cache === undefined) return answer;
    const { outcome, entry } = answer.cache;
    this.outcomes[outcome]++;
    if (entry !== null) this.keep(key, entry);
    return answer;
  }

  private find(key: string): CachedRange | null {
    const entry = this.entries.get(key);
    if (!entry) return null;
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry;
  }

  private keep(key: string, entry: CachedRange): void {
    const { maxBytes, edition } = this.options;
    const bytes = bytesOf(key, entry);
    if (entry.edition !== edition() || bytes > maxBytes * LARGEST_PART) return;
    this.drop(key);
    this.entries.set(key, entry);
    this.bytes += bytes;
    for (const oldest of this.entries.keys()) {
      if (this.bytes <= maxBytes) break;
      this.drop(oldest);
      this.evictions++;
    }
  }

  private drop(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    this.entries.delete(key);
    this.bytes -= bytesOf(key, entry);
  }
}

/** Objects and map of one entry, roughly. */
const ENTRY_BYTES = 1024;

function bytesOf(key: string, { table, text }: CachedRange): number {
  return ENTRY_BYTES + 2 * key.length + table.byteLength + text.byteLength;
}

/** The text as written: annotations point into it. */
function keyOf({ expr, start, step, lookbackDelta }: RangeJob): string {
  const phase = ((start % step) + step) % step;
  return `${step} ${phase} ${lookbackDelta} ${expr}`;
}

function family(name: string, type: 'gauge' | 'counter', help: string, value: number): MetricFamily {
  return { name: `barograph_query_cache_${name}`, type, help, samples: [{ suffix: '', labels: [], value }] };
}
