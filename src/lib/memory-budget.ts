/** Somebody who remembers what he can find again. */
export interface Rememberer {
  /** Gives up all that he remembers. */
  forget(): void;
}

/**
 * How much several may remember together. When it is too much, those who have remembered nothing new for the longest time
 * forget everything: what is in use comes back at once.
 */
export class MemoryBudget {
  private readonly most: number;
  /** In the order in which they remembered something last. */
  private readonly held = new Map<Rememberer, number>();
  private total = 0;

  /** In bytes, as those who remember count them. */
  constructor(most: number) {
    this.most = most;
  }

  get usedBytes(): number {
    return this.total;
  }

  /** To be called before `who` remembers so many bytes more: he may have to forget the others. */
  take(who: Rememberer, bytes: number): void {
    const before = this.held.get(who) ?? 0;
    this.held.delete(who);
    this.held.set(who, before + bytes);
    this.total += bytes;
    for (const [oldest, theirs] of this.held) {
      if (this.total <= this.most) return;
      oldest.forget();
      const left = oldest === who ? bytes : 0;
      this.total -= theirs - left;
      if (left > 0) this.held.set(who, left);
      else this.held.delete(oldest);
    }
  }

  /** `who` is gone, with all that he remembers. */
  leave(who: Rememberer): void {
    this.total -= this.held.get(who) ?? 0;
    this.held.delete(who);
  }
}
