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
