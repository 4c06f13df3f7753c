import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What this thread's heap holds, garbage included. About 2 µs. */
export function usedHeapBytes(): number {
  return getHeapStatistics().used_heap_size;
}

/** What it holds without garbage: collects all of it first, which takes long on a big heap. */
export function liveHeapBytes(): number {
  collectGarbage();
  return usedHeapBytes();
}

let collect: (() => void) | null = null;

function collectGarbage(): void {
  if (!collect) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
}

const SOON = 1_000;
let isDue = false;

/**
 * Collects within a second. Memory that threads share is given back when the last of them has collected what refers to it:
 * a few bytes, for which an idle thread would not collect for hours.
 */
export function collectSoon(): void {
  if (isDue) return;
  isDue = true;
  setTimeout(() => {
    isDue = false;
    collectGarbage();
  }, SOON).unref();
}

/** So much garbage is nothing to be concerned about. */
const ALLOWANCE = 24 << 20;

/**
 * Keeps a heap small that hardly grows: V8 collects by growth, so what lies there after a rush of work may lie for hours.
 * `look` is to be called every few seconds; it collects when more than half of the heap, and more than 24 MiB, must be
 * garbage. Takes as long as marking what is live.
 */
export class HeapKeeper {
  private live = 0;

  /** Whether it collected. `used` is what the heap holds, garbage included. */
  look(used: number = usedHeapBytes(), collectAll: () => number = liveHeapBytes): boolean {
    if (used <= 2 * this.live + ALLOWANCE) return false;
    this.live = collectAll();
    return true;
  }
}
