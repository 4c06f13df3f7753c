import type { SampleColumns, TimeBounds } from './columns.ts';
import { ENCODING_FLOAT_HISTOGRAM_ST, ENCODING_HISTOGRAM, ENCODING_XOR, ENCODING_XOR2 } from './encoding.ts';
import { decodeHistograms, type EncodedChunk, type HistogramSink } from './histogram-decoder.ts';
import { malformedChunk } from './malformed.ts';
import { XorDecoder } from './xor-decoder.ts';
import { decodeXor2, type StartedSamples } from './xor2-decoder.ts';

/** Where samples of any kind go. */
export type ChunkSink = SampleColumns & StartedSamples & HistogramSink;

/** Chunks in one piece of memory. */
export interface EncodedChunks {
  encodingOf(i: number): number;
  /** Where the data lie in the heap of this thread's kernels; 0 = elsewhere. */
  addressOf(i: number): number;
  lengthOf(i: number): number;
  chunks(from: number, to: number): readonly EncodedChunk[];
}

/** Chunks `from` up to, not including, `to`, and the samples of them that are wanted. */
export interface SomeChunks extends TimeBounds {
  readonly from: number;
  readonly to: number;
}

/** Decodes whole chunks of all encodings. One decoder serves one thread. */
export class ChunkDecoder {
  private readonly xor = new XorDecoder();

  /** Appends the samples of some chunks of a batch, which follow each other. Throws as `decode` does. */
  decodeSome(batch: EncodedChunks, { from, to, start, end }: SomeChunks, out: ChunkSink): void {
    let i = from;
    while (i < to && batch.encodingOf(i) === ENCODING_XOR && this.decodesInPlace(batch, i, { start, end }, out)) i++;
    if (i < to) this.decodeAll(batch.chunks(i, to), { start, end }, out);
  }

  private decodesInPlace(batch: EncodedChunks, i: number, bounds: TimeBounds, out: ChunkSink): boolean {
    const address = batch.addressOf(i);
    return address !== 0 && this.xor.decodePlaced(address, batch.lengthOf(i), bounds, out);
  }

  /** Appends the samples of chunks that follow each other. Throws as `decode` does. */
  decodeAll(chunks: readonly EncodedChunk[], bounds: TimeBounds, out: ChunkSink): void {
    if (chunks.every(({ encoding }) => encoding === ENCODING_XOR)) this.xor.decodeChunks(chunks, bounds, out);
    else for (const chunk of chunks) this.decode(chunk, bounds, out);
  }

  /** Appends the samples with start <= t <= end. Throws `corrupt-data` when the chunk is damaged or of no known encoding. */
  decode(chunk: EncodedChunk, bounds: TimeBounds, out: ChunkSink): void {
    const { encoding, data } = chunk;
    if (encoding === ENCODING_XOR) this.xor.decode({ count: this.xor.load(data), ...bounds }, out);
    else if (encoding === ENCODING_XOR2) decodeXor2(data, bounds, out);
    else if (encoding >= ENCODING_HISTOGRAM && encoding <= ENCODING_FLOAT_HISTOGRAM_ST) {
      decodeHistograms(chunk, bounds, out);
    } else throw malformedChunk('chunk', `its encoding ${encoding} is not known`);
  }
}
