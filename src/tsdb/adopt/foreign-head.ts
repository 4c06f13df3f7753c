import { ChunkDecoder } from '#chunkenc/chunk-decoder';
import { ENCODING_XOR } from '#chunkenc/encoding';
import { HISTOGRAM_HIGH, HISTOGRAM_LOW, type SampleRecord } from '#chunkenc/sample-record';
import { NO_START } from '#chunkenc/start-times';
import { highBits, lowBits, STALE_HIGH, STALE_LOW } from '#chunkenc/value-bits';
import { compareUtf8 } from '#lib/utf8';
import { histogramProblem } from '#model/histogram-validation';
import { Labels } from '#model/labels';
import type { Millis, TimeRange } from '#model/time';
import { KIND_STALE, SampleBuffer } from '#storage/sample-buffer';
import type { ExemplarStore, StoredExemplar } from '../exemplars/exemplar-store.ts';
import type { HeadWriter, SeriesId } from '../head/head-writer.ts';
import { CHUNK_OF_XOR } from '../head/layout.ts';
import { TAKEN } from '../head/series-writer.ts';
import type { HeadFileChunk } from './head-chunk-files.ts';
import type { LogHandler } from './log-records.ts';

const ALWAYS = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };

/** What was taken over from the head of another program, and what was not. */
export interface AdoptionTotals {
  series: number;
  samples: number;
  /** Of these, the ones that came out of order. */
  late: number;
  exemplars: number;
  /** Samples of series that nothing defines. */
  orphans: number;
  /** Histograms that are not valid, or of a schema that is not known. */
  invalid: number;
  /** Records of metadata, which is not stored. */
  metadata: number;
}

interface ForeignHeadParts {
  readonly head: HeadWriter;
  readonly exemplars: ExemplarStore;
  /** Chunks by the references of their series, in order of time. */
  readonly chunks: ReadonlyMap<number, readonly HeadFileChunk[]>;
  readonly deleted: ReadonlyMap<number, readonly TimeRange[]>;
  /** Samples before are in blocks. */
  readonly from: Millis;
}

/**
 * Puts what a log of Prometheus tells into a head, as part of the commit that is being made there: a series with its chunks
 * where the log defines it, then the samples behind them. What the head has already is passed over.
 */
export class ForeignHead implements LogHandler {
  readonly totals: AdoptionTotals = {
    ...{ series: 0, samples: 0, late: 0, exemplars: 0 },
    ...{ orphans: 0, invalid: 0, metadata: 0 },
  };
  /** Whether the log that is read has samples out of order only. */
  isLate = false;
  private readonly parts: ForeignHeadParts;
  private readonly ids = new Map<number, SeriesId>();
  private readonly labels = new Map<number, Labels>();
  private readonly decoder = new ChunkDecoder();
  private readonly buffer = new SampleBuffer();

  constructor(parts: ForeignHeadParts) {
    this.parts = parts;
  }

  series(ref: number, written: readonly string[]): void {
    if (this.ids.has(ref)) return;
    const { head, chunks } = this.parts;
    const labels = labelsOf(written);
    const id = head.find(labels.pairs) || head.add(labels.pairs);
    this.ids.set(ref, id);
    this.labels.set(ref, labels);
    this.totals.series++;
    for (const chunk of chunks.get(ref) ?? []) this.chunk(id, chunk);
  }

  sample(ref: number, sample: SampleRecord): void {
    const id = this.ids.get(ref);
    if (id === undefined) this.totals.orphans++;
    else this.append(id, ref, sample);
  }

  // Deletions are known before anything is read: they hold for chunks too.
  tombstone(): void {}

  exemplar(ref: number, exemplar: StoredExemplar): void {
    const series = this.labels.get(ref);
    if (series && this.parts.exemplars.add(series, exemplar) === 'taken') this.totals.exemplars++;
  }

  metadata(): void {
    this.totals.metadata++;
  }

  private chunk(id: SeriesId, chunk: HeadFileChunk): void {
    const { from, deleted, head } = this.parts;
    if (chunk.maxTime < from && !chunk.isOutOfOrder) return;
    const { buffer } = this;
    buffer.clear();
    this.decoder.decode(chunk, ALWAYS, buffer);
    if (chunk.isOutOfOrder) {
      for (let i = 0; i < buffer.length; i++) this.appendLate(id, chunk.ref, recordIn(buffer, i));
      return;
    }
    const isWhole = chunk.minTime >= from && !deleted.has(chunk.ref);
    const isNew = head.check(id, chunk.minTime, 0, 0) === TAKEN;
    if (chunk.encoding === ENCODING_XOR && isWhole && isNew && buffer.length > 0) this.adopt(id, chunk);
    else for (let i = 0; i < buffer.length; i++) this.append(id, chunk.ref, recordIn(buffer, i));
  }

  private adopt(id: SeriesId, { minTime, maxTime, data }: HeadFileChunk): void {
    const { buffer, parts } = this;
    const last = recordIn(buffer, buffer.length - 1);
    const ends = { minTime, maxTime, lastHigh: last.high, lastLow: last.low };
    parts.head.adopt(id, { kind: CHUNK_OF_XOR, count: buffer.length, data: data.subarray(2), ...ends });
    this.totals.samples += buffer.length;
  }

  private append(id: SeriesId, ref: number, sample: SampleRecord): void {
    if (this.isLate) this.appendLate(id, ref, sample);
    else if (sample.t >= this.parts.from && this.isWanted(ref, sample)) {
      if (this.parts.head.appendRecord(id, sample) === TAKEN) this.totals.samples++;
    }
  }

  private appendLate(id: SeriesId, ref: number, sample: SampleRecord): void {
    if (!this.isWanted(ref, sample) || !this.parts.head.appendLate(id, sample)) return;
    this.totals.samples++;
    this.totals.late++;
  }

  private isWanted(ref: number, { t, histogram }: SampleRecord): boolean {
    if (isDeleted(this.parts.deleted.get(ref), t)) return false;
    if (histogram === null || histogramProblem(histogram) === null) return true;
    this.totals.invalid++;
    return false;
  }
}

/** Prometheus sorts them as we do; who has written its log by other means may not. */
function labelsOf(pairs: readonly string[]): Labels {
  for (let i = 2; i < pairs.length; i += 2) {
    if (compareUtf8(pairs[i - 2]!, pairs[i]!) < 0) continue;
    return Labels.fromEntries(Array.from({ length: pairs.length / 2 }, (_, n) => [pairs[2 * n]!, pairs[2 * n + 1]!]));
  }
  return Labels.fromSorted(pairs);
}

function isDeleted(ranges: readonly TimeRange[] | undefined, t: Millis): boolean {
  return ranges?.some(({ start, end }) => t >= start && t <= end) ?? false;
}

function recordIn({ t, v, kind, histograms, starts }: SampleBuffer, i: number): SampleRecord {
  const times = { t: t[i]!, start: starts?.[i] ?? NO_START };
  const histogram = histograms[i];
  if (histogram) return { ...times, high: HISTOGRAM_HIGH, low: HISTOGRAM_LOW, histogram };
  if (kind[i] === KIND_STALE) return { ...times, high: STALE_HIGH, low: STALE_LOW, histogram: null };
  return { ...times, high: highBits(v[i]!), low: lowBits(v[i]!), histogram: null };
}
