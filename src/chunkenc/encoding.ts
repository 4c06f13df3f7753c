/** The byte in front of a chunk that says how it is encoded, as Prometheus numbers them. */
export const ENCODING_XOR = 1;

/** A float chunk is never longer. */
export const MAX_CHUNK_BYTES = 1024;

/** The longest that one more sample can be in an XOR chunk. */
export const MAX_SAMPLE_BYTES = 19;
