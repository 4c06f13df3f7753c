import type { Entry } from './entries.ts';

/** More waits for nobody: a peer that is so far behind is given everything at the next exchange of the whole state. */
const MOST_WAITING = 10_000;

/** What has been made here and not yet reached each peer, by the peer's instance; of each entry the newest version. */
export class Outbox {
  private readonly waiting = new Map<string, Map<string, Entry>>();

  get size(): number {
    let size = 0;
    for (const entries of this.waiting.values()) size += entries.size;
    return size;
  }

  /** False: too much waited, and nothing waits any more; the peer needs the whole state. */
  add(instance: string, entries: readonly Entry[]): boolean {
    const known = this.waiting.get(instance) ?? new Map<string, Entry>();
    for (const entry of entries) known.set(entry.key, entry);
    const fits = known.size <= MOST_WAITING;
    if (!fits) known.clear();
    this.waiting.set(instance, known);
    return fits;
  }

  of(instance: string): readonly Entry[] {
    return [...(this.waiting.get(instance)?.values() ?? [])];
  }

  /** These have arrived; what has changed meanwhile still waits. */
  arrived(instance: string, entries: readonly Entry[]): void {
    const known = this.waiting.get(instance);
    for (const entry of entries) if (known?.get(entry.key) === entry) known.delete(entry.key);
  }

  /** The peer is gone: when it comes back it gets the whole state. */
  forget(instance: string): void {
    this.waiting.delete(instance);
  }
}
