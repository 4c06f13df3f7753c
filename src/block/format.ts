/** First bytes of the files of a block, and their versions (docs/formats/block.md). */
export const INDEX_MAGIC = 0xbaaad700;
/** As it is written; version 1 has offsets in place of numbers, version 3 leaves out what nobody reads. */
export const INDEX_VERSION = 2;
export const INDEX_HEADER_BYTES = 5;
export const CHUNKS_MAGIC = 0x85bd40dd;
export const CHUNKS_VERSION = 1;
export const CHUNKS_HEADER_BYTES = 8;
export const TOMBSTONES_MAGIC = 0x0130ba30;
export const TOMBSTONES_VERSION = 1;

/** Names inside a block's directory. */
export const INDEX_FILE = 'index';
export const CHUNKS_DIR = 'chunks';
export const TOMBSTONES_FILE = 'tombstones';

/** A series' number in the index is its offset divided by this. */
export const SERIES_ALIGN = 16;

/** Offsets of six sections and a checksum. */
export const TOC_BYTES = 6 * 8 + 4;

/** A chunk file is not made longer. */
export const SEGMENT_MAX_BYTES = 512 * 1024 * 1024;

/** The file name of chunk segment `index`, counted from 0. */
export function segmentFile(index: number): string {
  return String(index + 1).padStart(6, '0');
}

/** Where a chunk stands: segment * 2^32 + offset. Exact for up to 2^21 segments. */
export type ChunkAddress = number;

const TWO_32 = 2 ** 32;

export function chunkAddress(segment: number, offset: number): ChunkAddress {
  return segment * TWO_32 + offset;
}

export function segmentOf(address: ChunkAddress): number {
  return Math.floor(address / TWO_32);
}

export function offsetOf(address: ChunkAddress): number {
  return address % TWO_32;
}

/** A chunk as the index describes it. Both times are of samples in it. */
export interface ChunkMeta {
  readonly minTime: number;
  readonly maxTime: number;
  readonly address: ChunkAddress;
}
