const SLAB_BYTES = 1 << 18;

/**
 * Zeroed bytes for many short-lived copies, cut from large pieces of memory: each by itself would be one for the system to
 * find and to take back. A piece lives as long as anything that was cut from it.
 */
export class ByteSlabs {
  private slab = new Uint8Array(0);
  private used = 0;

  take(bytes: number): Uint8Array {
    if (this.used + bytes > this.slab.length) {
      this.slab = new Uint8Array(Math.max(bytes, SLAB_BYTES));
      this.used = 0;
    }
    const from = this.used;
    this.used += bytes;
    return this.slab.subarray(from, this.used);
  }
}
