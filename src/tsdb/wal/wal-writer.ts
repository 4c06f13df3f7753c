import { type AppendFile, createAppendFile } from '#lib/append-file';
import { BarographError, errorMessage } from '#lib/errors';
import { pathIn, remove, syncDir } from '#lib/fs';
import { ByteWriter } from '#lib/varint';
import type { HeadDeletion } from '../deletions/head-deletions.ts';
import type { SeriesExemplar } from '../exemplars/pending-exemplars.ts';
import { PendingRows } from '../write/pending-rows.ts';
import { encodeDeletions } from './deletions.ts';
import { encodeExemplars } from './exemplars.ts';
import {
  FILE_HEADER_BYTES,
  RECORD_DELETIONS,
  RECORD_EXEMPLARS,
  RECORD_LATE,
  RECORD_RENUMBERED,
  RECORD_ROWS,
  RECORD_SAMPLES,
  RECORD_SERIES,
  SEGMENT_MAGIC,
  writeFileHeader,
  writeRecord,
} from './record.ts';
import { encodeRenumbered } from './renumbered.ts';
import type { SampleRows } from './sample-rows.ts';
import { encodeRows, encodeSamples } from './samples.ts';
import { encodeSeries, SegmentSymbols, type SeriesDefinition } from './series.ts';
import { segmentName } from './wal-files.ts';

const SEGMENT_BYTES = 128 * 1024 * 1024;

/** One commit as the WAL takes it. */
export interface WalCommit {
  readonly series: readonly SeriesDefinition[];
  readonly samples: SampleRows;
  readonly late: SampleRows | null;
  readonly deletions?: readonly HeadDeletion[];
  readonly exemplars?: readonly SeriesExemplar[];
}

const NO_SAMPLES = new PendingRows();

/**
 * When the WAL is brought onto the disk, and what a power failure may cost: `commit` before a commit is answered, nothing;
 * `second` every second, what was committed in it; `system` when the system does so (Linux: within half a minute).
 */
export type WalSync = 'commit' | 'second' | 'system';

/** Writes the segments of the WAL, one after the other. Calls must not overlap, except that `sync` may come at any time. */
export class WalWriter {
  /** Bytes written since the start. */
  writtenBytes = 0;
  /** Number of the segment that is being written, or that will be next. */
  segment: number;
  private readonly dir: string;
  private readonly out = new ByteWriter(1 << 16);
  private file: AppendFile | null = null;
  private symbols = new SegmentSymbols();
  private dirty = false;
  private readonly syncs: WalSync;

  /** Nothing is created before the first write. Segment `first` must not exist. */
  constructor(dir: string, first: number, syncs: WalSync = 'second') {
    this.dir = dir;
    this.segment = first;
    this.syncs = syncs;
  }

  /**
   * Writes commits, each as one record behind a record of its new series. Resolves when the system has all of them, or,
   * with `commit`, the disk; when it rejects (`unavailable`), none of them counts, and the next write begins a new segment.
   */
  async write(commits: readonly WalCommit[]): Promise<void> {
    await this.append(() => {
      for (const { series, samples, late, deletions, exemplars } of commits) {
        if (series.length > 0) {
          writeRecord(this.out, RECORD_SERIES, (out) => encodeSeries(out, series, this.symbols));
        }
        if (exemplars && exemplars.length > 0) {
          writeRecord(this.out, RECORD_EXEMPLARS, (out) => encodeExemplars(out, exemplars, this.symbols));
        }
        if (deletions) writeRecord(this.out, RECORD_DELETIONS, (out) => encodeDeletions(out, deletions));
        if (late) writeRecord(this.out, RECORD_LATE, (out) => encodeRows(out, late));
        if (samples.length === 0) continue;
        if (samples.extras) writeRecord(this.out, RECORD_ROWS, (out) => encodeRows(out, samples));
        else writeRecord(this.out, RECORD_SAMPLES, (out) => encodeSamples(out, samples));
      }
    });
  }

  /**
   * Defines series that the WAL does not know, then begins a segment from which on series have other ids, by those that they
   * had. Fails as `write`: then series keep their ids, and nothing that says otherwise is left.
   */
  async renumber(unlogged: readonly SeriesDefinition[], ids: Uint32Array): Promise<void> {
    if (unlogged.length > 0) await this.write([{ series: unlogged, samples: NO_SAMPLES, late: null }]);
    // A checkpoint may have the number of a segment that is not there yet.
    if (this.file) await this.cut();
    else this.segment++;
    const segment = pathIn(this.dir, segmentName(this.segment));
    try {
      await this.append(() => writeRecord(this.out, RECORD_RENUMBERED, (out) => encodeRenumbered(out, ids)));
    } catch (error) {
      // What was written may be whole although the disk has refused to keep it.
      await remove(segment);
      throw error;
    }
  }

  private async append(encode: () => void): Promise<void> {
    try {
      const file = await this.openSegment();
      this.out.clear();
      encode();
      await file.write(this.out.bytes);
      this.writtenBytes += this.out.length;
      this.dirty = true;
      if (this.syncs === 'commit') await this.sync();
    } catch (error) {
      await this.abandon().catch(errorMessage);
      throw new BarographError(`cannot write to the WAL in ${this.dir}: ${errorMessage(error)}`, {
        kind: 'unavailable',
        code: 'wal-write-failed',
        hint: 'The samples of this moment are lost; make room on the disk or repair it. Queries go on.',
        cause: error,
      });
    }
  }

  /** Brings what was written onto the disk. When it rejects, what was written since the last time may not be there. */
  async sync(): Promise<void> {
    if (!this.dirty || !this.file) return;
    this.dirty = false;
    await this.file.sync();
  }

  /** To be called every second: syncs where that is how it is to be done. */
  async tick(): Promise<void> {
    if (this.syncs === 'second') await this.sync();
  }

  /** Ends the segment: the next write begins another. */
  async cut(): Promise<void> {
    const { file } = this;
    if (!file) return;
    this.file = null;
    this.segment++;
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** Ends the segment after a failure. One without records goes: a full disk would else collect thousands of them. */
  private async abandon(): Promise<void> {
    const { file } = this;
    if (!file || file.sizeBytes > FILE_HEADER_BYTES) return this.cut();
    this.file = null;
    await file.close();
    await remove(pathIn(this.dir, segmentName(this.segment)));
  }

  private async openSegment(): Promise<AppendFile> {
    if (this.file && this.file.sizeBytes >= SEGMENT_BYTES) await this.cut();
    if (this.file) return this.file;
    const file = await createAppendFile(pathIn(this.dir, segmentName(this.segment)));
    this.file = file;
    this.symbols = new SegmentSymbols();
    const header = new ByteWriter(8);
    writeFileHeader(header, SEGMENT_MAGIC);
    await file.write(header.bytes);
    await syncDir(this.dir);
    return file;
  }
}
