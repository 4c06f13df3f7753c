import { crc32c } from '#lib/crc32c';
import { BarographError } from '#lib/errors';
import { listDir, openRangeReader, pathIn, type RangeReader } from '#lib/fs';
import { ByteReader } from '#lib/varint';
import { CHUNKS_DIR, type ChunkAddress, offsetOf, segmentOf } from './format.ts';

/** Read at least this much behind the beginning of the last chunk of a range: most chunks then are whole. */
const GUESS_BYTES = 1100;
const MOST_GAP_BYTES = 64 * 1024;
const MOST_RANGE_BYTES = 4 * 1024 * 1024;
const MOST_HEADER_BYTES = 11;

/** A chunk as it is stored: its encoding and its bytes (with the sample count in front). */
export interface StoredChunk {
  readonly encoding: number;
  readonly data: Uint8Array;
}

/** Addresses that are read together. */
interface Run {
  readonly segment: number;
  readonly start: number;
  end: number;
  readonly indexes: number[];
}

/** Reads chunks of a block by their addresses, neighbours together. */
export class ChunkReader {
  private readonly segments: readonly RangeReader[];
  private readonly dir: string;

  private constructor(dir: string, segments: readonly RangeReader[]) {
    this.dir = dir;
    this.segments = segments;
  }

  /** Opens the chunk files of a block. */
  static async open(blockDir: string): Promise<ChunkReader> {
    const dir = pathIn(blockDir, CHUNKS_DIR);
    const names = (await listDir(dir)).filter((name) => /^\d{6}$/.test(name));
    const segments = await Promise.all(names.map((name) => openRangeReader(pathIn(dir, name))));
    return new ChunkReader(dir, segments);
  }

  /** The chunks at these addresses, in the same order. Rejects with `corrupt-data` when a checksum is wrong. */
  async read(addresses: readonly ChunkAddress[]): Promise<StoredChunk[]> {
    const chunks = new Array<StoredChunk>(addresses.length);
    for (const run of runsOf(addresses)) {
      const file = this.segments[run.segment];
      if (!file) throw this.corrupt(`segment ${run.segment + 1} does not exist`);
      const bytes = await file.read(run.start, Math.min(run.end, file.sizeBytes) - run.start);
      const input = new ByteReader(bytes);
      for (const i of run.indexes) {
        input.at = offsetOf(addresses[i]!) - run.start;
        chunks[i] = this.nextChunk(input, bytes) ?? (await this.readLong(file, addresses[i]!));
      }
    }
    return chunks;
  }

  async close(): Promise<void> {
    await Promise.all(this.segments.map((segment) => segment.close()));
  }

  /** The chunk at the reader's place, or null when it does not end within the bytes. */
  private nextChunk(input: ByteReader, bytes: Uint8Array): StoredChunk | null {
    const length = input.uvarint();
    const from = input.at;
    const to = from + 1 + length;
    if (to + 4 > bytes.length) return null;
    input.at = to;
    if (crc32c(bytes, { from, to }) !== input.u32()) throw this.corrupt('the checksum of a chunk is wrong');
    return { encoding: bytes[from]!, data: bytes.subarray(from + 1, to) };
  }

  private async readLong(file: RangeReader, address: ChunkAddress): Promise<StoredChunk> {
    const offset = offsetOf(address);
    const head = await file.read(offset, Math.min(MOST_HEADER_BYTES, file.sizeBytes - offset));
    const input = new ByteReader(head);
    const length = input.uvarint();
    const bytes = await file.read(offset, input.at + 1 + length + 4);
    const chunk = this.nextChunk(new ByteReader(bytes), bytes);
    if (!chunk) throw this.corrupt('a chunk is not whole');
    return chunk;
  }

  private corrupt(reason: string): BarographError {
    return new BarographError(`${this.dir}: ${reason}`, {
      kind: 'corrupt-data',
      code: 'corrupt-chunk',
      hint: 'Restore the block from a copy, or move its directory away.',
    });
  }
}

function runsOf(addresses: readonly ChunkAddress[]): Run[] {
  const order = Array.from(addresses.keys()).sort((a, b) => addresses[a]! - addresses[b]!);
  const runs: Run[] = [];
  for (const i of order) {
    const segment = segmentOf(addresses[i]!);
    const offset = offsetOf(addresses[i]!);
    const run = runs.at(-1);
    const near = run?.segment === segment && offset - run.end < MOST_GAP_BYTES && offset - run.start < MOST_RANGE_BYTES;
    if (run && near) {
      run.end = offset + GUESS_BYTES;
      run.indexes.push(i);
    } else {
      runs.push({ segment, start: offset, end: offset + GUESS_BYTES, indexes: [i] });
    }
  }
  return runs;
}
