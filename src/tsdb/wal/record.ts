import { crc32cOfMany } from '#lib/crc32c-kernel';
import { BarographError } from '#lib/errors';
import { ByteReader, type ByteWriter } from '#lib/varint';

/** First bytes of a segment and of a checkpoint. */
export const SEGMENT_MAGIC = 0xba206a01;
export const CHECKPOINT_MAGIC = 0xba206a02;
export const FILE_HEADER_BYTES = 8;
const FORMAT_VERSION = 1;

export const RECORD_SERIES = 1;
export const RECORD_SAMPLES = 2;
/** Only in checkpoints: chunks of series, and the last record, without which the checkpoint is not complete. */
export const RECORD_CHUNKS = 3;
export const RECORD_END = 4;
/** Samples of a commit that has histograms or start times. */
export const RECORD_ROWS = 5;
/** Samples that came out of order; as RECORD_ROWS. */
export const RECORD_LATE = 16;
/** What was deleted of the series of the head. */
export const RECORD_DELETIONS = 17;
export const RECORD_EXEMPLARS = 18;
/** Series have other ids from here on. */
export const RECORD_RENUMBERED = 19;

const FRAME_BYTES = 9;

/** Writes the header of a segment or checkpoint. */
export function writeFileHeader(out: ByteWriter, magic: number): void {
  out.u32(magic);
  out.u32(FORMAT_VERSION);
}

/** Writes one record: length and CRC-32C of what follows, type, what `payload` writes. */
export function writeRecord(out: ByteWriter, type: number, payload: (out: ByteWriter) => void): void {
  const start = out.length;
  out.u32(0);
  out.u32(0);
  out.u8(type);
  payload(out);
  const end = out.length;
  const { bytes } = out;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setUint32(start, end - start - FRAME_BYTES);
  view.setUint32(start + 4, crc32cOfMany(bytes, { from: start + 8, to: end }));
}

/** What was found in a file: how many whole records, and where the readable part ends. */
export interface ReadResult {
  readonly records: number;
  readonly endBytes: number;
  /** Bytes behind the end that are not records. */
  readonly cutBytes: number;
}

type HandleRecord = (type: number, payload: ByteReader) => void;

/**
 * Gives the records of a file, in portions, until the first one that is torn or damaged. A file without its header has no
 * records. `corrupt-data` that `handle` throws of a record with a good checksum counts as damage too.
 */
export class RecordFile {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private at: number;
  private records = 0;
  private isOver: boolean;

  constructor(bytes: Uint8Array, magic: number) {
    this.bytes = bytes;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const good =
      bytes.length >= FILE_HEADER_BYTES && view.getUint32(0) === magic && view.getUint32(4) === FORMAT_VERSION;
    this.view = view;
    this.at = good ? FILE_HEADER_BYTES : 0;
    this.isOver = !good;
  }

  /** Gives the records that begin in the next `most` bytes to `handle`. False: there are no more. */
  read(most: number, handle: HandleRecord): boolean {
    const { bytes, view } = this;
    for (const until = this.at + most; !this.isOver && this.at < until; ) {
      const from = this.at;
      const end = from + FRAME_BYTES <= bytes.length ? from + FRAME_BYTES + view.getUint32(from) : bytes.length + 1;
      this.isOver = end > bytes.length || crc32cOfMany(bytes, { from: from + 8, to: end }) !== view.getUint32(from + 4);
      if (this.isOver) break;
      this.give(from, end, handle);
    }
    return !this.isOver;
  }

  private give(from: number, end: number, handle: HandleRecord): void {
    try {
      handle(this.bytes[from + 8]!, new ByteReader(this.bytes, from + FRAME_BYTES, end));
      this.records++;
      this.at = end;
    } catch (error) {
      if (!(error instanceof BarographError) || error.kind !== 'corrupt-data') throw error;
      this.isOver = true;
    }
  }

  get result(): ReadResult {
    const { records, at, bytes } = this;
    return { records, endBytes: at, cutBytes: bytes.length - at };
  }
}
