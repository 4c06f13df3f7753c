import type { Clock } from '#lib/clock';
import type { Configuration } from './configuration.ts';
import type { ServerOptions } from './options.ts';
import type { SelfMetrics } from './self-metrics.ts';
import { QueryPool } from './threads/query-pool.ts';
import type { ConfigurableQueryThread } from './threads/query-thread.ts';
import type { Threads } from './threads/threads.ts';

interface QueryThreadsParts {
  readonly options: Pick<ServerOptions, 'query' | 'log'>;
  readonly clock: Clock;
  readonly threads: Threads;
  readonly metrics: SelfMetrics;
  readonly configuration: Configuration;
}

/** The pool of query threads, with the settings that all of them get. The first one starts before there is data. */
export class QueryThreads {
  readonly pool: QueryPool<ConfigurableQueryThread>;
  private readonly parts: QueryThreadsParts;
  /** Of the newest data. */
  edition = 0;
  private configuration: Configuration;

  constructor(parts: QueryThreadsParts) {
    this.parts = parts;
    this.configuration = parts.configuration;
    const { options, clock, threads, metrics } = parts;
    const { query, log } = options;
    this.pool = new QueryPool({
      size: Math.min(Math.max(1, query.threads), query.maxConcurrency),
      maxWaiting: query.maxConcurrency * 50,
      threadForRules: query.threads > 0,
      ...{ timeout: query.timeout, clock, log },
      spawn: () => threads.query(this.settings()),
      observe: metrics.querySeconds,
    });
  }

  /** Nobody waits for a thread that is busy: it takes up the settings before the queries that it is asked next. */
  configure(configuration: Configuration): void {
    this.configuration = configuration;
    for (const thread of this.pool.all) {
      thread.configure(this.settings()).catch((error: unknown) => {
        this.parts.options.log.warn('A query thread did not take the new settings', { error });
      });
    }
  }

  private settings() {
    const { lookbackDelta, maxSamples, maxBytes } = this.parts.options.query;
    const { config } = this.configuration;
    return { lookbackDelta, maxSamples, maxBytes, defaultStep: config.global.evaluationInterval };
  }
}
