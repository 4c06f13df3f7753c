import type { Clock } from '#lib/clock';
import type { Log } from '#lib/log';
import type { MetricRegistry } from '#lib/metrics';
import { SnappyDecoder } from '#lib/snappy';
import { TextTable } from '#lib/text-table';
import type { MetricMetadata } from '#model/metadata';
import type { Appendable, Appender } from '#storage/appender';
import { LabelTable } from '#wire/label-table';
import { decodeWriteRequest, labelsOfFields } from '#wire/remote-write';
import { decodeWriteRequestV2, labelsOfSymbols } from '#wire/remote-write-v2';
import { PlainByteNumbers } from './receive/byte-numbers.ts';
import { KnownLabels } from './receive/known-labels.ts';
import { SeriesCache } from './receive/series-cache.ts';
import { Symbols } from './receive/symbols.ts';
import { WriteKernel } from './receive/write-kernel.ts';
import { WriteTransaction } from './receive/write-transaction.ts';
import { RefusalReport } from './refusal-report.ts';
import type { WriteMessage } from './write-message.ts';

/** Prometheus takes no more than this, unpacked. */
export const MAX_UNPACKED_BYTES = 32 * 1024 * 1024;
const MAX_TEXT_BYTES = 32 * 1024 * 1024;
const MAX_LABEL_BYTES = 32 * 1024 * 1024;
/** Some million series. */
const MAX_CACHE_BYTES = 1024 * 1024 * 1024;
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
  private readonly byFields: SeriesCache;
  private readonly bySymbols = new SeriesCache(new PlainByteNumbers());
  private readonly symbols = new Symbols(new PlainByteNumbers());
  private readonly texts = new TextTable(MAX_TEXT_BYTES);
  private readonly labels = new LabelTable(this.texts, MAX_LABEL_BYTES);
  private readonly known: KnownLabels | null;
  private readonly snappy: SnappyDecoder;
  private readonly said = new Map<string, MetricMetadata>();

  constructor({ appendable, clock, log, registry }: WriteReceiverParts) {
    this.appendable = appendable;
    this.clock = clock;
    this.report = new RefusalReport({ clock, log, registry });
    const kernel = WriteKernel.start();
    this.byFields = new SeriesCache(kernel ?? new PlainByteNumbers(), kernel);
    this.known = kernel && new KnownLabels(kernel, this.texts);
    this.snappy = kernel?.snappy ?? new SnappyDecoder();
  }

  /**
   * Throws `bad-request` when the body cannot be read or is too large, and `unavailable` when the storage cannot write:
   * then nothing of the request is stored.
   */
  async write({ message, body }: WriteRequest): Promise<WriteOutcome> {
    const { transaction, appender } = this.decode(message, body);
    const outcome = await finished(transaction, appender);
    const { problem } = outcome;
    if (problem !== null) this.report.tell({ problem, refusals: transaction.refusals });
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
        ? (bytes) => this.known?.pairs(bytes) ?? labelsOfFields(bytes, this.labels)
        : (bytes) => labelsOfSymbols(bytes, this.symbols),
      strict: !isFirst,
      onMetadata: (metric, metadata) => this.remember(metric, metadata),
    });
    this.prepare(cache, appender);
    try {
      const unpacked = this.snappy.decode(body, MAX_UNPACKED_BYTES);
      if (isFirst) decodeWriteRequest(unpacked, transaction, this.texts);
      else decodeWriteRequestV2(unpacked, transaction);
    } catch (error) {
      appender.rollback();
      throw error;
    }
    return { transaction, appender };
  }

  /** Before the message is unpacked: what is forgotten makes room for it. */
  private prepare(cache: SeriesCache, appender: Appender): void {
    if (this.symbols.tooMany) {
      this.symbols.clear();
      this.bySymbols.clear();
    }
    if (cache.usedBytes > MAX_CACHE_BYTES) cache.clear();
    cache.renew(appender);
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
