import type { Log } from '#lib/log';
import type { TwinListener } from '#lib/metrics';

/** Logs a series that two sources have, each once: the rest of the page can still be read. */
export function logTwins(log: Log): TwinListener {
  const told = new Set<string>();
  return (series) => {
    if (told.has(series)) return;
    told.add(series);
    log.error('BUG: a metric of this server is there twice; the second one is left out', { series });
  };
}
