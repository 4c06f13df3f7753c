import { xxhash64 } from '#lib/xxhash64';
import type { Labels } from '#model/labels';

/** Where a series stands in [0, 1): limit_ratio's choice. The same as in Prometheus, whose hash of labels this is. */
export function seriesOffset(labels: Labels): number {
  return Number(xxhash64(encodeLabels(labels))) / 2 ** 64;
}

/** Each string behind its length: one byte, or 255 and three bytes, little-endian. */
function encodeLabels({ pairs }: Labels): Uint8Array {
  const encoder = new TextEncoder();
  const bytes: number[] = [];
  for (const part of pairs) {
    const text = encoder.encode(part);
    const { length } = text;
    if (length < 255) bytes.push(length);
    else bytes.push(255, length & 0xff, (length >> 8) & 0xff, (length >> 16) & 0xff);
    for (const byte of text) bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}
