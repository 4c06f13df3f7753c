import { createHash } from 'node:crypto';

/** SHA-256 of bytes that come one after the other. */
export interface Sha256 {
  update(bytes: Uint8Array): void;
  /** 32 bytes. Nothing may follow. */
  digest(): Uint8Array;
}

export function createSha256(): Sha256 {
  const hash = createHash('sha256');
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
}
