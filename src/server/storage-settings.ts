import type { Config } from '#config/config';

const DEFAULT_MAX_EXEMPLARS = 100_000;

/** What the configuration file says of the database beside retention. */
export function storageSettings({ storage }: Pick<Config, 'storage'>) {
  return {
    outOfOrderWindow: storage.tsdb.outOfOrderTimeWindow,
    seriesLimits: storage.tsdb.seriesLimits ?? { total: 0, perJob: 0, jobs: {} },
    // Prometheus keeps none without its flag; here they are always kept.
    maxExemplars: storage.exemplars?.maxExemplars ?? DEFAULT_MAX_EXEMPLARS,
  };
}
