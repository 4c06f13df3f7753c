import { BarographError } from '#lib/errors';
import { listDir, openHoldingReader, pathIn, type RangeReader } from '#lib/fs';
import { ByteReader } from '#lib/varint';
import { ChunkBatch, type StoredChunk } from './chunk-batch.ts';
import { CHUNKS_DIR, type ChunkAddress, offsetOf, segmentOf } from './format.ts';

/** Read at least this much behind the beginning of the last chunk of a range: most chunks then are whole. */
const GUESS_BYTES = 1100;
const MOST_GAP_BYTES = 64 * 1024;
const MOST_RANGE_BYTES = 4 * 1024 * 1024;
const MOST_HEADER_BYTES = 11;

/** Addresses that are read together: those of `order` from `first` up to, not including, `last`. */
interface Run {
  readonly segment: number;
  readonly start: number;
  end: number;
  readonly first: number;
  last: number;
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
    const segments = await Promise.all(names.map((name) => openHoldingReader(pathIn(dir, name))));
    return new ChunkReader(dir, segments);
  }

  /** The chunks at these addresses, in the same order. Rejects with `corrupt-data` when a checksum is wrong. */
  async read(addresses: readonly ChunkAddress[]): Promise<StoredChunk[]> {
    const batch = new ChunkBatch(true);
    await this.readInto(batch, addresses);
    return batch.chunks();
  }

  /** The same into a batch, whose chunks they become. */
  async readInto(batch: ChunkBatch, addresses: readonly ChunkAddress[]): Promise<void> {
    batch.begin(addresses.length);
    const order = ascending(addresses);
    for (const run of runsOf(addresses, order)) {
      const file = this.segments[run.segment];
      if (!file) throw this.corrupt(`segment ${run.segment + 1} does not exist`);
      const base = batch.filled;
      await readBehind(batch, file, run.start, Math.min(run.end, file.sizeBytes) - run.start);
      const end = batch.filled;
      for (let k = run.first; k < run.last; k++) {
        const i = order === null ? k : order[k]!;
        const offset = offsetOf(addresses[i]!);
        if (!this.place(batch, i, base + offset - run.start, end)) await this.readLong({ batch, i, file, offset });
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.segments.map((segment) => segment.close()));
  }

  /** Finds chunk `i` at a place among the bytes; false when it does not end before `end`. */
  private place(batch: ChunkBatch, i: number, at: number, end: number): boolean {
    const { bytes } = batch;
    let length = bytes[at]!;
    let from = at + 1;
    if (length >= 0x80) {
      const input = new ByteReader(bytes, at, end);
      length = input.uvarint();
      from = input.at;
    }
    const to = from + 1 + length;
    if (to + 4 > end) return false;
    const stored = ((bytes[to]! << 24) | (bytes[to + 1]! << 16) | (bytes[to + 2]! << 8) | bytes[to + 3]!) >>> 0;
    if (batch.checksum(from, to) !== stored) throw this.corrupt('the checksum of a chunk is wrong');
    batch.set(i, bytes[from]!, from + 1, to);
    return true;
  }

  private async readLong({ batch, i, file, offset }: LongChunk): Promise<void> {
    const head = await file.read(offset, Math.min(MOST_HEADER_BYTES, file.sizeBytes - offset));
    const input = new ByteReader(head);
    const length = input.uvarint();
    const at = batch.filled;
    await readBehind(batch, file, offset, input.at + 1 + length + 4);
    if (!this.place(batch, i, at, batch.filled)) throw this.corrupt('a chunk is not whole');
  }

  private corrupt(reason: string): BarographError {
    return new BarographError(`${this.dir}: ${reason}`, {
      kind: 'corrupt-data',
      code: 'corrupt-chunk',
      hint: 'Restore the block from a copy, or move its directory away.',
    });
  }
}

/** A chunk that is longer than was guessed. */
interface LongChunk {
  readonly batch: ChunkBatch;
  readonly i: number;
  readonly file: RangeReader;
  readonly offset: number;
}

/** Reads bytes of a file behind those that the batch has. */
async function readBehind(batch: ChunkBatch, file: RangeReader, offset: number, length: number): Promise<void> {
  batch.reserve(length);
  const { bytes, filled } = batch;
  await file.readInto(bytes.subarray(filled, filled + length), offset, length);
  batch.filled = filled + length;
}

/** The order in which the addresses ascend; null: the one they have. */
function ascending(addresses: readonly ChunkAddress[]): readonly number[] | null {
  for (let i = 1; i < addresses.length; i++) {
    if (addresses[i]! < addresses[i - 1]!) {
      return Array.from(addresses.keys()).sort((a, b) => addresses[a]! - addresses[b]!);
    }
  }
  return null;
}

function runsOf(addresses: readonly ChunkAddress[], order: readonly number[] | null): Run[] {
  const runs: Run[] = [];
  for (let k = 0; k < addresses.length; k++) {
    const address = addresses[order === null ? k : order[k]!]!;
    const segment = segmentOf(address);
    const offset = offsetOf(address);
    const run = runs.at(-1);
    const near = run?.segment === segment && offset - run.end < MOST_GAP_BYTES && offset - run.start < MOST_RANGE_BYTES;
    if (run && near) {
      run.end = offset + GUESS_BYTES;
      run.last = k + 1;
    } else {
      runs.push({ segment, start: offset, end: offset + GUESS_BYTES, first: k, last: k + 1 });
    }
  }
  return runs;
}
