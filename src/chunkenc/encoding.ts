/** The byte in front of a chunk that says how it is encoded, as Prometheus numbers them. */
export const ENCODING_XOR = 1;
/** Native histograms of integers, and of floats. */
export const ENCODING_HISTOGRAM = 2;
export const ENCODING_FLOAT_HISTOGRAM = 3;
/** Floats, with start times. */
export const ENCODING_XOR2 = 4;
/** Native histograms with start times. */
export const ENCODING_HISTOGRAM_ST = 5;
export const ENCODING_FLOAT_HISTOGRAM_ST = 6;

/** The number of samples of a chunk of any encoding. */
export function sampleCount(encoding: number, data: Uint8Array): number {
  const count = (data[0]! << 8) | data[1]!;
  // Two bits of these say what is known of a counter reset.
  const isShared = encoding === ENCODING_HISTOGRAM_ST || encoding === ENCODING_FLOAT_HISTOGRAM_ST;
  return isShared ? count & 0x3fff : count;
}

/** Whether a chunk holds floats, not histograms. */
export function isFloatEncoding(encoding: number): boolean {
  return encoding === ENCODING_XOR || encoding === ENCODING_XOR2;
}

/** A float chunk is never longer. */
export const MAX_CHUNK_BYTES = 1024;

/** The longest that one more sample can be in an XOR chunk. */
export const MAX_SAMPLE_BYTES = 19;
