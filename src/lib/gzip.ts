import { Duplex } from 'node:stream';
import { promisify } from 'node:util';
import { constants, createGzip, deflate, gunzipSync, gzip, gunzip as inflate } from 'node:zlib';
import { BarographError } from './errors.ts';
import { inflateKernel } from './inflate-kernel.ts';

/** The code of the error for a text that is larger than the caller allows. */
export const GZIP_TOO_LARGE = 'gzip-too-large';

const REASONS: Readonly<Record<string, string>> = {
  Z_DATA_ERROR: 'gzip: invalid header',
  Z_BUF_ERROR: 'unexpected EOF in gzip data',
};

/** Up to this length, decompressing takes less than handing the work to another thread and back. */
const SMALL_BYTES = 1 << 20;
/** zlib's smallest piece of output is 64 bytes. */
const LEAST_PIECE = 64;

/**
 * Decompresses, on another thread where it is much. Rejects with code `gzip-too-large` as soon as the result is longer than `maxBytes`
 * (nothing more is decompressed then), and with code `bad-gzip` for what is not gzip or ends too early.
 */
export function gunzip(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const length = announcedLength(bytes);
  if (length <= SMALL_BYTES && bytes.length <= SMALL_BYTES) {
    const result = inflateSmall(bytes, Math.min(length, maxBytes));
    if (result !== null) return Promise.resolve(result);
  }
  return new Promise((resolve, reject) => {
    inflate(bytes, { maxOutputLength: maxBytes }, (error, result) => {
      if (error === null) resolve(result);
      else reject(gzipError(error, maxBytes));
    });
  });
}

/**
 * The same at once, for a text that is only needed until the next call; null when it is much, or anything is to be said of
 * it: `gunzip` does that. Takes no new memory where there are kernels.
 */
export function gunzipNow(bytes: Uint8Array, maxBytes: number): Uint8Array | null {
  const kernel = inflateKernel();
  if (kernel !== null) return kernel.gunzip(bytes, maxBytes);
  const length = announcedLength(bytes);
  return length <= SMALL_BYTES && bytes.length <= SMALL_BYTES ? inflateSmall(bytes, Math.min(length, maxBytes)) : null;
}

/** At once and in one piece, as it is all expected. Null when there is anything else to be said of it. */
function inflateSmall(bytes: Uint8Array, length: number): Uint8Array | null {
  try {
    return gunzipSync(bytes, { maxOutputLength: length, chunkSize: Math.max(LEAST_PIECE, length + 1) });
  } catch {
    return null;
  }
}

/** The length of the text, modulo 2³², as its last four bytes say (RFC 1952 §2.3.1). They may lie. */
function announcedLength(bytes: Uint8Array): number {
  if (bytes.length < 4) return 0;
  return new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4, 4).getUint32(0, true);
}

const PACKERS = { gzip: promisify(gzip), deflate: promisify(deflate) } as const;

/** A content coding that this program makes, by its name in HTTP. */
export type Coding = keyof typeof PACKERS;

/** Compresses on another thread, with little effort: zlib's default makes answers an eighth smaller at three times the cost. */
export function compress(bytes: Uint8Array, coding: Coding): Promise<Uint8Array> {
  return PACKERS[coding](bytes, { level: 1 });
}

interface BytesTransform {
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly writable: WritableStream<Uint8Array<ArrayBuffer>>;
}

/** Compresses a stream so that each piece can be read as soon as it has been written. */
export function flushingGzip(): BytesTransform {
  return Duplex.toWeb(createGzip({ level: 1, flush: constants.Z_SYNC_FLUSH })) as BytesTransform;
}

function gzipError(error: NodeJS.ErrnoException, maxBytes: number): BarographError {
  if (error.code === 'ERR_BUFFER_TOO_LARGE') {
    const message = `the decompressed text is longer than ${maxBytes} bytes`;
    return new BarographError(message, { kind: 'bad-request', code: GZIP_TOO_LARGE, cause: error });
  }
  const message = REASONS[error.code ?? ''] ?? `gzip: ${error.message}`;
  return new BarographError(message, { kind: 'bad-request', code: 'bad-gzip', cause: error });
}
