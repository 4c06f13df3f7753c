import type { Clock } from '#lib/clock';
import type { Log } from '#lib/log';
import type { MetricRegistry } from '#lib/metrics';
import { SnappyDecoder } from '#lib/snappy';
import { TextTable } from '#lib/text-table';
import type { MetricMetadata } from '#model/metadata';
import type { Appendable, Appender } from '#storage/appender';
import { decodeWriteRequest, labelsOfFields } from '#wire/remote-write';
import { decodeWriteRequestV2, labelsOfSymbols } from '#wire/remote-write-v2';
import { SeriesCache } from './receive/series-cache.ts';
import { Symbols } from './receive/symbols.ts';
import { WriteTransaction } from './receive/write-transaction.ts';
import { RefusalReport } from './refusal-report.ts';
import type { WriteMessage } from './write-message.ts';

/** Prometheus takes no more than this, unpacked. */
export const MAX_UNPACKED_BYTES = 32 * 1024 * 1024;
const MAX_TEXT_BYTES = 32 * 1024 * 1024;
/** Metrics of which metadata is kept. */
const MAX_METADATA = 20_000;

/** One request. Plain data: crosses threads. */
export interface WriteRequest {
  readonly message: WriteMessage;
  /** As it was sent, a snappy block. */
  readonly body: Uint8Array;
}

/** What was stored of a request, and what of it was not. Plain data. */
export interface WriteOutcome {
  readonly samples: number;
  readonly histograms: number;
  /** Handed to the storage with a sample. */
  readonly exemplars: number;
  /** Why something was refused, in one line; null = nothing was. */
  readonly problem: string | null;
}

interface WriteReceiverParts {
  readonly appendable: Appendable;
  readonly clock: Clock;
  readonly log: Log;
  /** Gets counters of what is refused. */
  readonly registry: MetricRegistry;
}

/**
 * Stores what remote write senders send, each request as one transaction. Single samples or series that are refused do not
 * keep the rest from being stored. Belongs to the thread that writes samples.
 */
export class WriteReceiver {
  private readonly appendable: Appendable;
  private readonly clock: Clock;
  private readonly report: RefusalReport;
  private readonly byFields = new SeriesCache();
  private readonly bySymbols = new SeriesCache();
  private readonly symbols = new Symbols();
  private readonly texts = new TextTable(MAX_TEXT_BYTES);
  private readonly snappy = new SnappyDecoder();
  private readonly said = new Map<string, MetricMetadata>();

  constructor({ appendable, clock, log, registry }: WriteReceiverParts) {
    this.appendable = appendable;
    this.clock = clock;
    this.report = new RefusalReport({ clock, log, registry });
  }

  /**
   * Throws `bad-request` when the body cannot be read or is too large, and `unavailable` when the storage cannot write:
   * then nothing of the request is stored.
   */
  async write({ message, body }: WriteRequest): Promise<WriteOutcome> {
    const unpacked = this.snappy.decode(body, MAX_UNPACKED_BYTES);
    const { transaction, appender } = this.decode(message, unpacked);
    const outcome = await finished(transaction, appender);
    const { problem } = outcome;
    if (problem !== null) this.report.tell({ problem, byKind: transaction.refusals.byKind });
    return outcome;
  }

  /** What senders said of metrics, by name. */
  metadata(): ReadonlyMap<string, MetricMetadata> {
    return this.said;
  }

  private decode(message: WriteMessage, body: Uint8Array): OpenTransaction {
    const appender = this.appendable.appender();
    const isFirst = message === 'prometheus.WriteRequest';
    const cache = isFirst ? this.byFields : this.bySymbols;
    const transaction = new WriteTransaction({
      ...{ appender, cache, symbols: this.symbols, now: this.clock.now() },
      labelsOf: isFirst
        ? (bytes) => labelsOfFields(bytes, this.texts)
        : (bytes) => labelsOfSymbols(bytes, this.symbols),
      strict: !isFirst,
      onMetadata: (metric, metadata) => this.remember(metric, metadata),
    });
    this.prepare(cache, appender);
    try {
      if (isFirst) decodeWriteRequest(body, transaction, this.texts);
      else decodeWriteRequestV2(body, transaction);
    } catch (error) {
      appender.rollback();
      throw error;
    }
    return { transaction, appender };
  }

  private prepare(cache: SeriesCache, appender: Appender): void {
    if (this.symbols.tooMany) {
      this.symbols.clear();
      this.bySymbols.clear();
    }
    // The storage names all series anew now and then: what is not written any more must not stay here forever.
    if (cache.size > 0 && !appender.knows(cache.ref(1))) cache.clear();
    cache.begin();
    this.symbols.begin();
  }

  private remember(metric: string, metadata: MetricMetadata): void {
    if (this.said.size < MAX_METADATA || this.said.has(metric)) this.said.set(metric, metadata);
  }
}

interface OpenTransaction {
  readonly transaction: WriteTransaction;
  readonly appender: Appender;
}

async function finished(transaction: WriteTransaction, appender: Appender): Promise<WriteOutcome> {
  const { refusals, histograms, total } = transaction;
  const { rejected, exemplarsOutOfOrder } = await appender.commit();
  transaction.lateExemplars(exemplarsOutOfOrder);
  const samples = transaction.samples - refusals.committed(rejected);
  const exemplars = transaction.exemplars - exemplarsOutOfOrder;
  return { samples: Math.max(0, samples), histograms, exemplars, problem: refusals.text(total) };
}
