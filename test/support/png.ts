import { crc32, deflateSync, inflateSync } from 'node:zlib';

/** A picture as rows of red, green, blue and opacity, a byte each. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const RGB = 2;
const RGBA = 6;

/** Reads a PNG of eight bits per channel without interlacing, with or without opacity. */
export function readPng(bytes: Uint8Array): Pixels {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: Buffer[] = [];
  let [width, height, channels] = [0, 0, 0];
  for (let at = SIGNATURE.length; at < file.length; at += 12 + file.readUInt32BE(at)) {
    const type = file.toString('latin1', at + 4, at + 8);
    const body = file.subarray(at + 8, at + 8 + file.readUInt32BE(at));
    if (type === 'IDAT') parts.push(body);
    if (type !== 'IHDR') continue;
    [width, height] = [body.readUInt32BE(0), body.readUInt32BE(4)];
    const [depth, color, , , interlaced] = body.subarray(8);
    if (depth !== 8 || (color !== RGB && color !== RGBA) || interlaced !== 0) throw new Error('not a plain PNG');
    channels = color === RGB ? 3 : 4;
  }
  const lines = unfiltered(inflateSync(Buffer.concat(parts)), { width, height, channels });
  if (channels === 4) return { width, height, data: lines };
  const data = new Uint8Array(width * height * 4).fill(255);
  for (let i = 0; i < width * height; i++) data.set(lines.subarray(i * 3, i * 3 + 3), i * 4);
  return { width, height, data };
}

interface Shape {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** Each line begins with the filter that its bytes went through: none, left, up, average, Paeth. */
function unfiltered(raw: Buffer, { width, height, channels }: Shape): Uint8Array {
  const stride = width * channels;
  const out = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)]!;
    for (let x = 0; x < stride; x++) {
      const left = x < channels ? 0 : out[y * stride + x - channels]!;
      const up = y === 0 ? 0 : out[(y - 1) * stride + x]!;
      const corner = x < channels || y === 0 ? 0 : out[(y - 1) * stride + x - channels]!;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter]!;
      out[y * stride + x] = raw[y * (stride + 1) + 1 + x]! + guess;
    }
  }
  return out;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** A PNG with opacity. */
export function writePng({ width, height, data }: Pixels): Uint8Array {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, RGBA, 0, 0, 0], 8);
  const raw = Buffer.alloc((width * 4 + 1) * height);
  for (let y = 0; y < height; y++) raw.set(data.subarray(y * width * 4, (y + 1) * width * 4), y * (width * 4 + 1) + 1);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(raw, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const around = Buffer.alloc(8);
  around.writeUInt32BE(body.length, 0);
  around.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([around.subarray(0, 4), named, around.subarray(4)]);
}

export interface Tolerance {
  /** How far a channel may be off, of 255. */
  readonly channel: number;
  /** How many pixels away its like may be. */
  readonly reach: number;
}

/** Which pixels differ: those without their like in the other picture, looked for in both directions. */
export interface Difference {
  readonly pixels: number;
  /** The first picture, faded, with what differs in red. */
  readonly picture: Pixels;
}

/** Compares two pictures of one size. */
export function difference(a: Pixels, b: Pixels, tolerance: Tolerance): Difference {
  if (a.width !== b.width || a.height !== b.height) {
    throw new Error(`a picture of ${a.width} × ${a.height} is compared with one of ${b.width} × ${b.height}`);
  }
  const data = new Uint8Array(a.data.length);
  let pixels = 0;
  for (let y = 0; y < a.height; y++) {
    for (let x = 0; x < a.width; x++) {
      const at = (y * a.width + x) * 4;
      const same = hasLike(a, b, { x, y, ...tolerance }) && hasLike(b, a, { x, y, ...tolerance });
      if (!same) pixels++;
      data.set(same ? a.data.subarray(at, at + 3).map((value) => 128 + (value >> 1)) : [255, 0, 0], at);
      data[at + 3] = 255;
    }
  }
  return { pixels, picture: { width: a.width, height: a.height, data } };
}

function hasLike(
  a: Pixels,
  b: Pixels,
  { x, y, channel, reach }: Tolerance & { readonly x: number; readonly y: number },
): boolean {
  const at = (y * a.width + x) * 4;
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      if (x + dx < 0 || x + dx >= b.width || y + dy < 0 || y + dy >= b.height) continue;
      const there = ((y + dy) * b.width + x + dx) * 4;
      if ([0, 1, 2].every((i) => Math.abs(a.data[at + i]! - b.data[there + i]!) <= channel)) return true;
    }
  }
  return false;
}
