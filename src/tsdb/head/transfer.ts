import { HISTOGRAM_HIGH, HISTOGRAM_LOW, readRecords, type SampleRecord } from '#chunkenc/sample-record';
import { highBits, lowBits, STALE_HIGH, STALE_LOW } from '#chunkenc/value-bits';
import { XorDecoder } from '#chunkenc/xor-decoder';
import { ByteReader } from '#lib/varint';
import type { Millis } from '#model/time';
import { KIND_HISTOGRAM, KIND_STALE, NO_START, SampleBuffer } from '#storage/sample-buffer';
import type { SealedChunk } from './chunk-chains.ts';
import type { HeadReader, Version } from './head-reader.ts';
import type { HeadWriter, SeriesId } from './head-writer.ts';
import { CHUNK_OF_RECORDS } from './layout.ts';

/** A chunk on its way from one head to the next, over memory or a checkpoint. */
export interface ExportedChunk extends SealedChunk {
  /** The newest chunk of its series goes on in the next head as if nothing had happened. */
  readonly open: boolean;
}

/** Everything that one head has of a series. */
export interface ExportedSeries {
  readonly id: SeriesId;
  readonly pairs: readonly string[];
  readonly chunks: readonly ExportedChunk[];
}

/** Takes series out of a head whose writer stands still. */
export class SeriesExport {
  private readonly reader: HeadReader;
  private readonly from: Millis;

  /** Only chunks that end at `from` or later are taken. */
  constructor(reader: HeadReader, from: Millis) {
    this.reader = reader;
    this.from = from;
  }

  /** The series, or null when it has no such chunks. */
  series(id: SeriesId): ExportedSeries | null {
    const { reader, from } = this;
    const version: Version = { chunk: 0, count: 0 };
    if (!reader.versionAt(id, reader.seq, version) || version.count === 0) return null;
    const range = { start: from, end: Number.POSITIVE_INFINITY };
    const chunks = reader
      .chunks(version, range)
      .map((ref) => this.chunk(id, ref))
      .filter((chunk) => chunk.maxTime >= from);
    return chunks.length === 0 ? null : { id, pairs: reader.labels.once(id).pairs, chunks };
  }

  private chunk(id: SeriesId, ref: Version): ExportedChunk {
    const { reader } = this;
    const { high, low } = reader.lastBits(id);
    const kind = reader.kindOf(ref.chunk);
    const open = !reader.isWhole(ref);
    return {
      kind,
      open,
      count: ref.count,
      minTime: reader.minTimeOf(ref.chunk),
      // The writer stands still: the last sample is that of the open chunk.
      maxTime: open ? reader.lastTime(id) : reader.maxTimeOf(ref.chunk),
      data: reader.data(ref),
      lastHigh: high,
      lastLow: low,
    };
  }
}

/** Puts exported series into a head, as part of the commit that is being made there. */
export class SeriesImport {
  private readonly head: HeadWriter;
  private readonly decoder = new XorDecoder();
  private readonly samples = new SampleBuffer(256);

  constructor(head: HeadWriter) {
    this.head = head;
  }

  chunk(id: SeriesId, chunk: ExportedChunk): void {
    if (!chunk.open) {
      this.head.adopt(id, chunk);
      return;
    }
    const { samples } = this;
    samples.clear();
    const all = { count: chunk.count, start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };
    if (chunk.kind === CHUNK_OF_RECORDS) {
      readRecords(new ByteReader(chunk.data), all, samples);
      for (let i = 0; i < samples.length; i++) this.head.appendRecord(id, recordIn(samples, i));
      return;
    }
    this.decoder.begin();
    this.decoder.add(chunk.data);
    this.decoder.decode(all, samples);
    this.appendFloats(id);
  }

  private appendFloats(id: SeriesId): void {
    const { t, v, kind, length } = this.samples;
    for (let i = 0; i < length; i++) {
      if (kind[i] === KIND_STALE) this.head.append(id, t[i]!, STALE_HIGH, STALE_LOW);
      else this.head.append(id, t[i]!, highBits(v[i]!), lowBits(v[i]!));
    }
  }
}

function recordIn({ t, v, kind, histograms, starts }: SampleBuffer, i: number): SampleRecord {
  const times = { t: t[i]!, start: starts?.[i] ?? NO_START };
  const histogram = histograms[i];
  if (kind[i] === KIND_HISTOGRAM && histogram) {
    return { ...times, high: HISTOGRAM_HIGH, low: HISTOGRAM_LOW, histogram };
  }
  if (kind[i] === KIND_STALE) return { ...times, high: STALE_HIGH, low: STALE_LOW, histogram: null };
  return { ...times, high: highBits(v[i]!), low: lowBits(v[i]!), histogram: null };
}
