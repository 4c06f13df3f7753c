import { crc32c } from '#lib/crc32c';
import { BarographError } from '#lib/errors';
import { SnappyDecoder } from '#lib/snappy';
import { unpackZstd } from '#lib/zstd';

const PAGE_BYTES = 32 * 1024;
const HEADER_BYTES = 7;
const MOST_RECORD_BYTES = 2 ** 30;

/** Types of fragments: the rest of the page is empty, a whole record, the first, a middle, the last part of one. */
const EMPTY = 0;
const FULL = 1;
const FIRST = 2;
const LAST = 4;
const TYPE_MASK = 7;
const IS_SNAPPY = 8;
const IS_ZSTD = 16;

/**
 * Gives the records of a segment of Prometheus' write-ahead log (its pages and compression) to `handle` until the first
 * damage; a view is valid during the call only. Gives the offset at which it stopped: the length when all was well. What
 * `handle` throws of a record counts as damage too. Throws `unavailable` where the compression is not known here.
 */
export function readLogPages(bytes: Uint8Array, handle: (record: Uint8Array) => void): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let parts: Uint8Array[] = [];
  let recordStart = 0;
  let at = 0;
  while (at < bytes.length) {
    const pageEnd = Math.min(bytes.length, at - (at % PAGE_BYTES) + PAGE_BYTES);
    const flags = bytes[at]!;
    const type = flags & TYPE_MASK;
    if (type === EMPTY) {
      at = pageEnd;
      continue;
    }
    const from = at + HEADER_BYTES;
    if (from > pageEnd) return parts.length > 0 ? recordStart : at;
    const to = from + view.getUint16(at + 1);
    const isWhole = to <= pageEnd && crc32c(bytes, { from, to }) === view.getUint32(at + 3);
    const isNext = type === FULL || type === FIRST ? parts.length === 0 : parts.length > 0;
    if (!isWhole || !isNext) return parts.length > 0 ? recordStart : at;
    if (parts.length === 0) recordStart = at;
    parts.push(bytes.subarray(from, to));
    at = to;
    if (type !== FULL && type !== LAST) continue;
    try {
      handle(unpacked(parts, flags));
    } catch (error) {
      if (error instanceof BarographError && error.kind === 'unavailable') throw error;
      return recordStart;
    }
    parts = [];
  }
  return parts.length > 0 ? recordStart : at;
}

const snappy = new SnappyDecoder();

function unpacked(parts: readonly Uint8Array[], flags: number): Uint8Array {
  const record = parts.length === 1 ? parts[0]! : new Uint8Array(Buffer.concat(parts));
  if ((flags & IS_SNAPPY) !== 0) return snappy.decode(record, MOST_RECORD_BYTES);
  if ((flags & IS_ZSTD) !== 0) return unpackZstd(record);
  return record;
}
