import { bench, describe } from 'vitest';
import { KernelSnappyDecoder, PlainSnappyDecoder } from '#lib/snappy';

/** What senders make of a request: a few new bytes, then a copy of the labels of the series before. */
function block(series: number): Uint8Array {
  const bytes: number[] = [];
  let length = 200;
  bytes.push(60 << 2, 199, ...Array.from({ length: 200 }, (_, i) => (i * 7) & 255));
  for (let i = 0; i < series; i++) {
    bytes.push((9 - 1) << 2, ...[1, 2, 3, 4, 5, 6, 7, 8, i & 255]);
    for (let copies = 0; copies < 4; copies++) bytes.push(((50 - 1) << 2) | 2, 200, 0);
    length += 9 + 4 * 50;
  }
  const header = [(length & 127) | 128, ((length >> 7) & 127) | 128, length >> 14];
  return Uint8Array.from([...header, ...bytes]);
}

describe('unpacking a request of 2,000 series', () => {
  const request = block(2000);
  const decoders = { 'in TypeScript': new PlainSnappyDecoder(), 'by the kernel': new KernelSnappyDecoder() };
  for (const [name, decoder] of Object.entries(decoders)) {
    bench(name, () => {
      decoder.decode(request, 1 << 25);
    });
  }
});
