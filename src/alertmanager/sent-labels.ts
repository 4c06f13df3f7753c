import type { LabelRecord } from './view.ts';

/** More than anybody holds alerts; what is beyond is looked up as if it had never been sent. */
const MOST = 250_000;

/**
 * Under which fingerprint labels are known that a sender wrote in this order. Found by a hash of the values: other labels
 * may have it too, so whoever finds a fingerprint compares what it stands for.
 */
export class SentLabels {
  private readonly byHash = new Map<number, string>();

  find(labels: LabelRecord): string | undefined {
    return this.byHash.get(hashOf(labels));
  }

  note(labels: LabelRecord, fingerprint: string): void {
    if (this.byHash.size >= MOST) this.byHash.clear();
    this.byHash.set(hashOf(labels), fingerprint);
  }

  /** Forgets the fingerprints for which the test does not hold. */
  keepOnly(test: (fingerprint: string) => boolean): void {
    for (const [hash, fingerprint] of this.byHash) if (!test(fingerprint)) this.byHash.delete(hash);
  }
}

/** FNV-1a, 32 bit, over the UTF-16 units of the values: as cheap as a hash can be here, where nothing depends on it. */
function hashOf(labels: LabelRecord): number {
  let hash = 0x811c9dc5 | 0;
  for (const name in labels) {
    const value = labels[name]!;
    for (let i = 0; i < value.length; i++) hash = Math.imul(hash ^ value.charCodeAt(i), 0x01000193);
    // Between two values.
    hash = Math.imul(hash ^ 0x10000, 0x01000193);
  }
  return hash;
}
