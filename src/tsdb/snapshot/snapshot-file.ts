import { createAppendFile } from '#lib/append-file';
import { Arena, PAGE_BYTES, pagesOf } from '#lib/arena';
import type { ArenaCopy } from '#lib/arena-copy';
import { crc32 } from '#lib/crc32';
import { BarographError, errorMessage } from '#lib/errors';
import { type BulkReader, openBulkReader, remove, renameDurably } from '#lib/fs';
import { ByteReader, ByteWriter } from '#lib/varint';
import type { Millis } from '#model/time';
import type { SeriesExemplar } from '../exemplars/pending-exemplars.ts';
import type { HeadImage, HeadWriterState } from '../head/head-writer.ts';
import { decodeExemplars, encodeExemplars } from '../wal/exemplars.ts';
import { SegmentSymbols, type SeriesDefinition } from '../wal/series.ts';

const MAGIC = 0xba206a03;
/** To be raised with every change of the head's layout, or of its writer's state. */
const VERSION = 2;
const FOOTER_BYTES = 16;
const PART_BYTES = 64 * PAGE_BYTES;
const EXEMPLARS_PER_TURN = 2000;
const IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What a snapshot says of itself. */
export interface SnapshotContents {
  readonly state: HeadWriterState;
  /** Range of the head's chunks. */
  readonly chunkRange: Millis;
  /** The checkpoint that the WAL began with, -1 = none. With another one, the snapshot is of another time. */
  readonly checkpoint: number;
  /** The first segment that is not in the head. */
  readonly segment: number;
  /** Series that the WAL does not know yet. */
  readonly unlogged: readonly SeriesDefinition[];
}

/** Contents as they are written: with what is needed to find them. */
interface StoredContents extends SnapshotContents {
  readonly littleEndian: boolean;
  readonly usedBytes: number;
  readonly lookupLength: number;
  readonly exemplarBytes: number;
}

/** A head that was read back. */
export interface Snapshot extends SnapshotContents {
  readonly image: HeadImage;
  /** In the order of their arrival. */
  readonly exemplars: readonly SeriesExemplar[];
}

/** What is to be written. */
export interface SnapshotSource {
  readonly copy: ArenaCopy;
  readonly lookup: Uint32Array<ArrayBuffer>;
  /** In the order of their arrival; a list that does not change. */
  readonly exemplars: readonly SeriesExemplar[];
  readonly contents: SnapshotContents;
}

/**
 * Writes a snapshot under its name when it is complete and on the disk; one that stood there is replaced. Other work of the
 * thread gets its turn between the parts.
 */
export async function writeSnapshot(
  path: string,
  { copy, lookup, exemplars, contents }: SnapshotSource,
): Promise<void> {
  const temporary = temporaryName(path);
  await remove(temporary);
  const file = await createAppendFile(temporary);
  try {
    const sums: number[] = [];
    const part = new Uint8Array(PART_BYTES);
    for (let length = copy.take(part); length > 0; length = copy.take(part)) {
      addSums(part.subarray(0, length), sums);
      await file.write(part.subarray(0, length));
    }
    const table = new Uint8Array(lookup.buffer);
    addSums(table, sums);
    await file.write(table);
    const kept = await encodedExemplars(exemplars);
    addSums(kept, sums);
    await file.write(kept);
    const lengths = { usedBytes: copy.usedBytes, lookupLength: lookup.length, exemplarBytes: kept.length };
    const stored = { ...contents, littleEndian: IS_LITTLE_ENDIAN, ...lengths };
    await file.write(ending(sums, stored));
    await file.sync();
  } catch (error) {
    await file.close();
    await remove(temporary);
    throw error;
  }
  await file.close();
  await renameDurably(temporary, path);
}

/** Where a snapshot is written before it has its name. */
export function temporaryName(path: string): string {
  return `${path}.tmp`;
}

/** As the WAL has them, in batches. */
async function encodedExemplars(all: readonly SeriesExemplar[]): Promise<Uint8Array> {
  const out = new ByteWriter();
  const symbols = new SegmentSymbols();
  for (let i = 0; i < all.length; i += EXEMPLARS_PER_TURN) {
    encodeExemplars(out, all.slice(i, i + EXEMPLARS_PER_TURN), symbols);
    await nextTurn();
  }
  return out.bytes;
}

function decodedExemplars(bytes: Uint8Array): SeriesExemplar[] {
  const input = new ByteReader(bytes);
  const symbols = new SegmentSymbols();
  const all: SeriesExemplar[] = [];
  while (!input.done) all.push(...decodeExemplars(input, symbols));
  return all;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function addSums(bytes: Uint8Array, sums: number[]): void {
  for (let at = 0; at < bytes.length; at += PAGE_BYTES) sums.push(crc32(bytes.subarray(at, at + PAGE_BYTES)));
}

/** What stands behind the pages: their checksums, the contents, the footer. */
function ending(sums: readonly number[], contents: StoredContents): Uint8Array {
  const text = encoder.encode(JSON.stringify(contents));
  const bytes = new Uint8Array(sums.length * 4 + text.length + FOOTER_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [i, sum] of sums.entries()) view.setUint32(4 * i, sum);
  bytes.set(text, sums.length * 4);
  const footer = bytes.length - FOOTER_BYTES;
  view.setUint32(footer, text.length);
  view.setUint32(footer + 4, crc32(bytes.subarray(0, footer)));
  view.setUint32(footer + 8, VERSION);
  view.setUint32(footer + 12, MAGIC);
  return bytes;
}

/**
 * Reads a snapshot that `fits`; null when there is none or it does not. Rejects with `corrupt-data` when it is damaged: the
 * WAL has all of it too.
 */
export async function readSnapshot(
  path: string,
  fits: (contents: SnapshotContents) => boolean,
): Promise<Snapshot | null> {
  const reader = await openBulkReader(path);
  if (!reader) return null;
  try {
    return await readFrom(reader, fits);
  } catch (error) {
    throw damaged(path, errorMessage(error));
  } finally {
    await reader.close();
  }
}

async function readFrom(reader: BulkReader, fits: (contents: SnapshotContents) => boolean): Promise<Snapshot | null> {
  const found = await readEnding(reader);
  if (!found || found.contents.littleEndian !== IS_LITTLE_ENDIAN || !fits(found.contents)) return null;
  const { contents, sums } = found;
  const pages = pagesOf(contents.usedBytes);
  const arena = await Arena.restore(contents.usedBytes, (into) => fillChecked(reader, into, 0, sums));
  const lookup = new Uint32Array(contents.lookupLength);
  await fillChecked(reader, new Uint8Array(lookup.buffer), pages * PAGE_BYTES, sums.subarray(pages));
  const kept = new Uint8Array(contents.exemplarBytes);
  const place = { offset: pages * PAGE_BYTES + lookup.byteLength, page: pages + pagesOf(lookup.byteLength) };
  await fillChecked(reader, kept, place.offset, sums.subarray(place.page));
  return { ...contents, image: { arena, state: contents.state, lookup }, exemplars: decodedExemplars(kept) };
}

interface Ending {
  readonly contents: StoredContents;
  readonly sums: Uint32Array;
}

/** Null: of another version of the program. */
async function readEnding(reader: BulkReader): Promise<Ending | null> {
  if (reader.sizeBytes < FOOTER_BYTES) throw new Error('it has no end');
  const footer = new Uint8Array(FOOTER_BYTES);
  const end = reader.sizeBytes - FOOTER_BYTES;
  await reader.fill(footer, end);
  const view = new DataView(footer.buffer);
  if (view.getUint32(12) !== MAGIC) throw new Error('it does not end as a snapshot');
  if (view.getUint32(8) !== VERSION) return null;
  return readContents(reader, { end, textLength: view.getUint32(0), sum: view.getUint32(4) });
}

interface EndingPlace {
  readonly end: number;
  readonly textLength: number;
  readonly sum: number;
}

async function readContents(reader: BulkReader, { end, textLength, sum }: EndingPlace): Promise<Ending> {
  if (textLength > end) throw new Error('its end is damaged');
  const text = new Uint8Array(textLength);
  await reader.fill(text, end - textLength);
  const contents = JSON.parse(decoder.decode(text)) as StoredContents;
  const tableBytes = contents.lookupLength * 4;
  const pages = pagesOf(contents.usedBytes);
  const count = pages + pagesOf(tableBytes) + pagesOf(contents.exemplarBytes);
  const start = pages * PAGE_BYTES + tableBytes + contents.exemplarBytes;
  if (start + count * 4 + textLength !== end) throw new Error('its length is not what it says');
  const bytes = new Uint8Array(end - start);
  await reader.fill(bytes, start);
  if (crc32(bytes) !== sum) throw new Error('the checksum of its end is wrong');
  const view = new DataView(bytes.buffer);
  return { contents, sums: Uint32Array.from({ length: count }, (_, i) => view.getUint32(4 * i)) };
}

async function fillChecked(reader: BulkReader, into: Uint8Array, offset: number, sums: Uint32Array): Promise<void> {
  for (let at = 0; at < into.length; at += PART_BYTES) {
    const part = into.subarray(at, at + PART_BYTES);
    await reader.fill(part, offset + at);
    for (let done = 0; done < part.length; done += PAGE_BYTES) {
      const sum = crc32(part.subarray(done, done + PAGE_BYTES));
      if (sum !== sums[(at + done) / PAGE_BYTES])
        throw new Error(`the checksum at byte ${offset + at + done} is wrong`);
    }
  }
}

function damaged(path: string, reason: string): BarographError {
  return new BarographError(`the snapshot of the head ${path} is damaged: ${reason}`, {
    kind: 'corrupt-data',
    code: 'snapshot-damaged',
    hint: 'Nothing is lost: the write-ahead log has all of it, reading that takes longer.',
  });
}
