import * as zlib from 'node:zlib';
import { BarographError } from './errors.ts';

/** In Node from 22.15 on. */
const { zstdDecompressSync } = zlib as { readonly zstdDecompressSync?: (bytes: Uint8Array) => Uint8Array };

/** Unpacks a Zstandard frame. Throws `unavailable` where Node cannot; otherwise as zlib does. */
export function unpackZstd(bytes: Uint8Array): Uint8Array {
  if (zstdDecompressSync) return zstdDecompressSync(bytes);
  throw new BarographError('this Node.js cannot unpack Zstandard', {
    kind: 'unavailable',
    code: 'no-zstd',
    hint: 'Use Node.js 22.15 or newer.',
  });
}
