import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Resolves when everything else that waits for this thread has had its turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** How long callbacks of this thread waited for their turn. */
export interface EventLoopDelay {
  /** Seconds, over the time since the last call; the measurement then starts anew. */
  read(): { readonly mean: number; readonly p99: number; readonly max: number };
}

const NANOS = 1e9;
/** How often it is looked, in ms. Each look wakes the thread, also when there is nothing else to do. */
const RESOLUTION = 100;

/** Starts measuring this thread's event loop. */
export function watchEventLoop(): EventLoopDelay {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION });
  histogram.enable();
  return {
    read: () => {
      const { mean, max } = histogram;
      const seconds = { mean: delay(mean), p99: delay(histogram.percentile(99)), max: delay(max) };
      histogram.reset();
      return seconds;
    },
  };
}

/** What is measured is the time from one look to the next. Not a number: there was none. */
function delay(nanos: number): number {
  return Math.max(0, (nanos || 0) / NANOS - RESOLUTION / 1000);
}
