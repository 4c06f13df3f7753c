import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const PATTERN = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** A new ULID (github.com/ulid/spec): 26 letters that sort by `time` (Unix ms), then by chance. */
export function createUlid(time: number): string {
  return ulidOf(time, randomBytes(16));
}

/** The ULID of this time and these 16 bytes, of each of which five bits count: the same for the same. */
export function ulidOf(time: number, bytes: Uint8Array): string {
  let rest = time;
  let head = '';
  for (let i = 0; i < 10; i++) {
    head = ALPHABET[rest % 32]! + head;
    rest = Math.floor(rest / 32);
  }
  return head + Array.from(bytes.subarray(0, 16), (byte) => ALPHABET[byte % 32]).join('');
}

/** Whether a name is a ULID. */
export function isUlid(name: string): boolean {
  return PATTERN.test(name);
}
