import { createHash } from 'node:crypto';

/** The MD5 digest of a text's UTF-8 bytes, 16 bytes. For sharding and file names; never for security. */
export function md5(text: string): Uint8Array {
  return createHash('md5').update(text, 'utf8').digest();
}
