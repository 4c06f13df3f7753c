import { crc32c } from '#lib/crc32c';
import { BarographError } from '#lib/errors';
import { ByteReader, ByteWriter } from '#lib/varint';
import type { TimeRange } from '#model/time';
import { forgetReset } from '#storage/merge';
import type { SampleBuffer } from '#storage/sample-buffer';
import { TOMBSTONES_MAGIC, TOMBSTONES_VERSION } from './format.ts';

/** Deleted time ranges by series number; both ends belong to them. */
export type Tombstones = ReadonlyMap<number, readonly TimeRange[]>;

const HEADER_BYTES = 5;

/** The file of a block of which nothing was deleted. */
export function emptyTombstones(): Uint8Array {
  return tombstonesFile(new Map());
}

/** The file `tombstones` as Prometheus has it: per range the series number, the first and the last time; a checksum. */
export function tombstonesFile(tombstones: Tombstones): Uint8Array {
  const out = new ByteWriter(64);
  out.u32(TOMBSTONES_MAGIC);
  out.u8(TOMBSTONES_VERSION);
  for (const series of [...tombstones.keys()].sort((a, b) => a - b)) {
    for (const { start, end } of tombstones.get(series)!) {
      out.uvarint(series);
      out.varint(start);
      out.varint(end);
    }
  }
  out.u32(crc32c(out.bytes, { from: HEADER_BYTES, to: out.length }));
  return out.bytes;
}

/** Ranges with one more: ascending, those that overlap or follow each other without a gap joined. */
export function withRange(ranges: readonly TimeRange[], added: TimeRange): TimeRange[] {
  const joined: TimeRange[] = [];
  for (const range of [...ranges, added].sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last && range.start <= last.end + 1) {
      joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    } else joined.push(range);
  }
  return joined;
}

/** Reads the file `tombstones` of Prometheus. Throws `corrupt-data` when it is damaged. */
export function readTombstones(bytes: Uint8Array, path: string): Tombstones {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length - 4;
  const good =
    end >= HEADER_BYTES &&
    view.getUint32(0) === TOMBSTONES_MAGIC &&
    bytes[4] === TOMBSTONES_VERSION &&
    crc32c(bytes, { from: HEADER_BYTES, to: end }) === view.getUint32(end);
  if (!good) {
    throw new BarographError(`${path}: it is not a tombstones file, or it is damaged`, {
      kind: 'corrupt-data',
      code: 'corrupt-tombstones',
      hint: 'Restore it from a copy. Without the file, what was deleted shows again.',
    });
  }
  const deleted = new Map<number, TimeRange[]>();
  const input = new ByteReader(bytes, HEADER_BYTES, end);
  while (!input.done) {
    const series = input.uvarint();
    const range = { start: input.varint(), end: input.varint() };
    const known = deleted.get(series);
    if (known) known.push(range);
    else deleted.set(series, [range]);
  }
  return deleted;
}

/**
 * Removes the deleted samples from `from` on. A histogram that follows a deleted one no longer knows whether there was a
 * counter reset before it.
 */
export function removeDeleted(out: SampleBuffer, from: number, deleted: readonly TimeRange[]): void {
  const isDeleted = (i: number) => deleted.some(({ start, end }) => start <= out.t[i]! && out.t[i]! <= end);
  for (let i = from + 1; i < out.length; i++) if (isDeleted(i - 1)) forgetReset(out, i);
  out.retain(from, (i) => !isDeleted(i));
}
