import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How long callbacks of this thread waited for their turn. */
export interface EventLoopDelay {
  /** Seconds, over the time since the last call; the measurement then starts anew. */
  read(): { readonly mean: number; readonly p99: number; readonly max: number };
}

const NANOS = 1e9;

/** Starts measuring this thread's event loop. */
export function watchEventLoop(): EventLoopDelay {
  const histogram = monitorEventLoopDelay({ resolution: 10 });
  histogram.enable();
  return {
    read: () => {
      const { mean, max } = histogram;
      const seconds = { mean: (mean || 0) / NANOS, p99: histogram.percentile(99) / NANOS, max: max / NANOS };
      histogram.reset();
      return seconds;
    },
  };
}
