import { crc32c } from '#lib/crc32c';
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
  view.setUint32(start + 4, crc32c(bytes, { from: start + 8, to: end }));
}

/** What was found in a file: how many whole records, and where the readable part ends. */
export interface ReadResult {
  readonly records: number;
  readonly endBytes: number;
  /** Bytes behind the end that are not records. */
  readonly cutBytes: number;
}

/**
 * Gives the records of a file to `handle` until the first one that is torn or damaged. A file without its header has no
 * records. What `handle` throws of a record with a good checksum counts as damage too.
 */
export function readRecords(
  bytes: Uint8Array,
  magic: number,
  handle: (type: number, payload: ByteReader) => void,
): ReadResult {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const good = bytes.length >= FILE_HEADER_BYTES && view.getUint32(0) === magic && view.getUint32(4) === FORMAT_VERSION;
  let at = good ? FILE_HEADER_BYTES : 0;
  let records = 0;
  while (good && at + FRAME_BYTES <= bytes.length) {
    const end = at + FRAME_BYTES + view.getUint32(at);
    if (end > bytes.length || crc32c(bytes, { from: at + 8, to: end }) !== view.getUint32(at + 4)) break;
    handle(bytes[at + 8]!, new ByteReader(bytes, at + FRAME_BYTES, end));
    records++;
    at = end;
  }
  return { records, endBytes: at, cutBytes: bytes.length - at };
}
