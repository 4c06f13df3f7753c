import { kernelsWanted } from '#lib/wasm';
import type { DecodeOptions, ResumeOptions, SampleColumns, TimeBounds, XorChunk } from './columns.ts';
import { KernelXorDecoder } from './xor-kernel.ts';
import { PlainXorDecoder } from './xor-plain.ts';

/**
 * Decodes XOR chunks (Prometheus' encoding 1). One decoder serves one thread; it copies the chunk into memory of its
 * own, so that chunks in shared memory and in pieces can be read. Begin a chunk, add its pieces and decode it, once,
 * without using another decoder in between: all decoders of a thread share that memory.
 */
export interface XorDecoder {
  /** Begins a chunk: forgets the one before. */
  begin(): void;
  /** Adds the next piece of the chunk's data, the part behind the two bytes of the sample count. */
  add(bytes: Uint8Array): void;
  /** Adds words `from` up to `to` of a larger array, for chunks that lie in pieces. All pieces must be added this way. */
  addWords(words: Uint32Array, from: number, to: number): void;
  /** Begins a whole chunk as it is stored, sample count first, and gives that count. */
  load(chunk: Uint8Array): number;
  /** Appends samples of the chunk to `out`. Throws `corrupt-data` when the chunk ends before them. */
  decode(options: DecodeOptions, out: SampleColumns): void;
  /** Appends the samples with start <= t <= end of whole chunks, as they are stored, in their order. Fails as `decode` does. */
  decodeChunks(chunks: readonly XorChunk[], bounds: TimeBounds, out: SampleColumns): void;
  /**
   * `decodeChunks` for one chunk in the heap of this thread's kernels, as it is stored. False, and nothing done, when it has
   * to be decoded otherwise.
   */
  decodePlaced(address: number, bytes: number, bounds: TimeBounds, out: SampleColumns): boolean;
  /**
   * Decodes the samples of a chunk up to `end` from where `state` says, and leaves there the last one: see `XorStates`. The
   * pieces that were added are those from the state's piece on. False where there is no kernel. Fails as `decode` does.
   */
  resume(state: number, options: ResumeOptions): boolean;
  /** Appends the last one of those samples to `out`, if there is any. Fails as `decode` does. */
  decodeNewest(options: DecodeOptions, out: SampleColumns): void;
}

/** By the kernel, or in TypeScript where kernels are off: both give the same samples and the same errors. */
export const XorDecoder: new () => XorDecoder = kernelsWanted() ? KernelXorDecoder : PlainXorDecoder;
