import type { SampleRecord } from '#chunkenc/sample-record';
import { makeWritableDir, moveDurably, pathIn, readBytes, remove, sizeBytes, truncateFile } from '#lib/fs';
import type { ByteReader } from '#lib/varint';
import type { ExemplarStore } from '../exemplars/exemplar-store.ts';
import { HeadReader } from '../head/head-reader.ts';
import type { HeadWriter } from '../head/head-writer.ts';
import { OUT_OF_ORDER } from '../head/series-writer.ts';
import { SeriesImport } from '../head/transfer.ts';
import { PendingRows } from '../write/pending-rows.ts';
import { decodeChunks } from './checkpoint.ts';
import { decodeDeletions } from './deletions.ts';
import { decodeExemplars } from './exemplars.ts';
import {
  CHECKPOINT_MAGIC,
  FILE_HEADER_BYTES,
  RECORD_CHUNKS,
  RECORD_DELETIONS,
  RECORD_END,
  RECORD_EXEMPLARS,
  RECORD_LATE,
  RECORD_RENUMBERED,
  RECORD_ROWS,
  RECORD_SAMPLES,
  RECORD_SERIES,
  type ReadResult,
  RecordFile,
  SEGMENT_MAGIC,
} from './record.ts';
import { decodeRenumbered } from './renumbered.ts';
import { decodeRows, decodeSamples, recordOf } from './samples.ts';
import { decodeSeries, SegmentSymbols, type SeriesDefinition } from './series.ts';
import { checkpointName, listWal, segmentName, type WalFiles } from './wal-files.ts';

/** Files that cannot be read go there. */
const QUARANTINE = 'quarantine';
/** About ten milliseconds of work. */
const PORTION_BYTES = 1 << 18;

/** Where a file stopped being readable. */
interface WalCut {
  readonly file: string;
  readonly offset: number;
  readonly bytes: number;
}

/** What opening the WAL found. */
export interface WalReport {
  readonly segments: number;
  readonly records: number;
  readonly samples: number;
  /** Bytes that were torn or damaged and are left out; the rest was kept. */
  readonly cutBytes: number;
  /** The places, in order. */
  readonly at: readonly WalCut[];
  /** Samples of series whose definition was among the damaged bytes. */
  readonly orphans: number;
  /** Files of Prometheus' own WAL that were found and not read. */
  readonly foreign: readonly string[];
  /** Series that the head knows under another id than the WAL: they have to be written again. */
  readonly renamed: readonly SeriesDefinition[];
}

/** What the report of a WAL says before anything of it was read. */
export const NOTHING_READ: WalReport = {
  ...{ segments: 0, records: 0, samples: 0, cutBytes: 0, orphans: 0 },
  ...{ at: [], foreign: [], renamed: [] },
};

/** How many files of a WAL are read, of how many; 0 of 0 before that is known. */
export interface ReplayProgress {
  readonly done: number;
  readonly total: number;
}

export interface ReplayOptions {
  readonly dir: string;
  /** Empty, unless `from` says what it holds. */
  readonly head: HeadWriter;
  /** Samples that were found out of order only when they were written are kept as late ones. */
  readonly keepsLate?: boolean;
  /** Nothing is cut off or removed. */
  readonly isReadOnly?: boolean;
  /** Gets the exemplars. */
  readonly exemplars?: ExemplarStore;
  /** The first segment that the head does not have; its ids are then the WAL's. */
  readonly from?: number;
  /** Told after each file: how many are done, of how many. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Awaited between portions, for others to get their turn; when it rejects, so does the reading. */
  readonly pause?: () => Promise<void>;
}

/**
 * Fills a head from the newest checkpoint and the segments behind it, or from where it stands, and publishes it. A torn end of the last
 * segment is cut off; damage inside an earlier one hides the rest of that segment only; a file that the disk does not give
 * is moved aside. All of it is in the report.
 */
export async function replayWal(options: ReplayOptions): Promise<WalReport> {
  const files = await listWal(options.dir);
  const checkpoint = files.checkpoints.at(-1) ?? -1;
  const { from } = options;
  const segments = files.segments.filter((number) => number >= (from ?? checkpoint));
  const replay = new Replay(options);
  const hasCheckpoint = checkpoint >= 0 && from === undefined;
  const total = segments.length + (hasCheckpoint ? 1 : 0);
  let done = 0;
  options.onProgress?.(done, total);
  if (hasCheckpoint) {
    await replay.file(checkpointName(checkpoint), CHECKPOINT_MAGIC);
    options.onProgress?.(++done, total);
  }
  for (const number of segments) {
    const isRenumbered = number === checkpoint;
    const result = await replay.file(segmentName(number), SEGMENT_MAGIC, isRenumbered);
    if (number === segments.at(-1) && !options.isReadOnly) await cutTail(options.dir, segmentName(number), result);
    options.onProgress?.(++done, total);
  }
  if (!options.isReadOnly) await removeBelow(options.dir, checkpoint, files);
  options.head.publish();
  return { ...replay.report(), segments: segments.length, foreign: files.foreign };
}

/** The number of a segment that follows all files there, and what a snapshot of segments below `from` says. */
export function nextSegment({ segments, checkpoints }: WalFiles, from = 0): number {
  return Math.max(from, checkpoints.at(-1) ?? 0, (segments.at(-1) ?? -1) + 1);
}

/** Removes what a checkpoint stands for. */
export async function removeBelow(dir: string, checkpoint: number, files: WalFiles): Promise<void> {
  for (const number of files.segments) if (number < checkpoint) await remove(pathIn(dir, segmentName(number)));
  for (const number of files.checkpoints) if (number < checkpoint) await remove(pathIn(dir, checkpointName(number)));
}

async function cutTail(dir: string, name: string, { endBytes, cutBytes }: ReadResult): Promise<void> {
  // A whole header of another format is left for the program that wrote it.
  if (endBytes === 0 && cutBytes < FILE_HEADER_BYTES) await remove(pathIn(dir, name));
  if (endBytes > 0 && cutBytes > 0) await truncateFile(pathIn(dir, name), endBytes);
}

/** Ids that stand for themselves. */
function idsOf(head: HeadWriter): Uint32Array<ArrayBuffer> {
  const ids = new Uint32Array(Math.max(1024, head.lastId + 1));
  for (let id = 1; id <= head.lastId; id++) if (head.has(id)) ids[id] = id;
  return ids;
}

/** All series of a head, as the WAL defines them. */
function definitionsOf(head: HeadWriter): SeriesDefinition[] {
  const reader = new HeadReader(head.handle);
  const all: SeriesDefinition[] = [];
  for (let id = 1; id <= head.lastId; id++) if (head.has(id)) all.push({ id, pairs: reader.labels.once(id).pairs });
  return all;
}

const always = () => true;

class Replay {
  private readonly options: ReplayOptions;
  private readonly import: SeriesImport;
  /** Head ids by WAL ids; 0 = not defined. */
  private ids = new Uint32Array(1024);
  private records = 0;
  private samples = 0;
  private orphans = 0;
  private readonly renamed: SeriesDefinition[] = [];
  /** What the ids of the head mean to the WAL is not said by `renamed`. */
  private isRenumbered = false;
  private readonly rows = new PendingRows();
  private readonly cuts: WalCut[] = [];

  constructor(options: ReplayOptions) {
    this.options = options;
    this.import = new SeriesImport(options.head);
    if (options.from !== undefined) this.ids = idsOf(options.head);
  }

  report() {
    const { records, samples, orphans, cuts } = this;
    const renamed = this.isRenumbered ? definitionsOf(this.options.head) : this.renamed;
    return { records, samples, orphans, renamed, cutBytes: cuts.reduce((sum, { bytes }) => sum + bytes, 0), at: cuts };
  }

  /** `isRenumbered`: that series have other ids from there on is known already. */
  async file(name: string, magic: number, isRenumbered = false): Promise<ReadResult> {
    const path = pathIn(this.options.dir, name);
    const bytes = await this.bytesOf(path, name);
    if (bytes === null) return { records: 0, endBytes: 0, cutBytes: 0 };
    const symbols = new SegmentSymbols();
    let ended = magic !== CHECKPOINT_MAGIC;
    const records = new RecordFile(bytes, magic);
    const handle = (type: number, payload: ByteReader) => {
      ended ||= type === RECORD_END;
      if (type !== RECORD_RENUMBERED) this.record(type, payload, symbols);
      else if (!isRenumbered) this.renumber(decodeRenumbered(payload));
    };
    for (let more = true; more; ) {
      more = records.read(PORTION_BYTES, handle);
      await this.options.pause?.();
    }
    const { result } = records;
    this.records += result.records;
    if (result.cutBytes > 0 || !ended) {
      this.cuts.push({ file: path, offset: result.endBytes, bytes: result.cutBytes });
    }
    return result;
  }

  /** Null: the disk does not give it. It is moved aside, where no checkpoint deletes it. */
  private async bytesOf(path: string, name: string): Promise<Uint8Array | null> {
    try {
      return (await readBytes(path)) ?? new Uint8Array();
    } catch {
      const folder = pathIn(this.options.dir, QUARANTINE);
      await makeWritableDir(folder);
      await moveDurably(path, pathIn(folder, name));
      this.cuts.push({ file: pathIn(folder, name), offset: 0, bytes: await sizeBytes(pathIn(folder, name)) });
      return null;
    }
  }

  private record(type: number, payload: ByteReader, symbols: SegmentSymbols): void {
    if (type === RECORD_SERIES) for (const { id, pairs } of decodeSeries(payload, symbols)) this.define(id, pairs);
    if (type === RECORD_SAMPLES) this.plain(payload);
    if (type === RECORD_ROWS) decodeRows(payload, (id, sample) => this.row(id, sample));
    if (type === RECORD_LATE) decodeRows(payload, (id, sample) => this.late(id, sample));
    if (type === RECORD_DELETIONS) this.deletions(decodeDeletions(payload));
    if (type === RECORD_EXEMPLARS) {
      for (const { series, exemplar } of decodeExemplars(payload, symbols)) {
        this.options.exemplars?.add(series, exemplar);
      }
    }
    if (type === RECORD_CHUNKS) {
      decodeChunks(payload, (id, chunk) => {
        const known = this.ids[id] ?? 0;
        if (known === 0) this.orphans += chunk.count;
        else this.import.chunk(known, chunk);
      });
    }
  }

  private define(id: number, pairs: readonly string[]): void {
    const { head } = this.options;
    while (id >= this.ids.length) {
      const larger = new Uint32Array(this.ids.length * 2);
      larger.set(this.ids);
      this.ids = larger;
    }
    const known = head.findOrAdd(pairs, always, Math.max(id, head.lastId + 1));
    this.ids[id] = known;
    if (known !== id) this.renamed.push({ id: known, pairs });
  }

  /** The head keeps its own ids. */
  private renumber(before: Uint32Array): void {
    this.ids = before.map((id) => this.ids[id] ?? 0);
    this.isRenumbered = true;
  }

  private plain(payload: ByteReader): void {
    const { rows, ids } = this;
    rows.clear();
    decodeSamples(payload, rows);
    const { id, length } = rows;
    // Out of bounds would be slow.
    for (let i = 0; i < length; i++) id[i] = id[i]! < ids.length ? ids[id[i]!]! : 0;
    const { head } = this.options;
    head.reserve(rows.length);
    const { samples } = head.appendRows(rows, Number.NEGATIVE_INFINITY, (i) => this.sample(i));
    this.samples += samples;
  }

  private sample(i: number): void {
    const { id, t, high, low } = this.rows;
    if (id[i] === 0) {
      this.orphans++;
      return;
    }
    const outcome = this.options.head.append(id[i]!, t[i]!, high[i]!, low[i]!);
    if (outcome === OUT_OF_ORDER) this.outOfOrder(id[i]!, recordOf(this.rows, i));
    this.samples++;
  }

  private row(id: number, sample: SampleRecord): void {
    const known = this.ids[id] ?? 0;
    if (known === 0) this.orphans++;
    else {
      const outcome = this.options.head.appendRecord(known, sample);
      if (outcome === OUT_OF_ORDER) this.outOfOrder(known, sample);
      this.samples++;
    }
  }

  private deletions(deleted: ReturnType<typeof decodeDeletions>): void {
    const { head } = this.options;
    // What follows is of later commits: it was not meant.
    head.publish();
    const known = deleted.map((one) => ({ ...one, id: this.ids[one.id] ?? 0, seq: head.commit }));
    head.delete(known.filter(({ id }) => id !== 0));
  }

  private outOfOrder(known: number, sample: SampleRecord): void {
    if (this.options.keepsLate) this.options.head.appendLate(known, sample);
  }

  private late(id: number, sample: SampleRecord): void {
    const known = this.ids[id] ?? 0;
    if (known === 0) this.orphans++;
    else {
      this.options.head.appendLate(known, sample);
      this.samples++;
    }
  }
}
