import type { QueryStatistics } from '../value.ts';

/** What several evaluations took together. */
export function totalStatistics(all: readonly QueryStatistics[]): QueryStatistics {
  const sum = (pick: (one: QueryStatistics) => number) => all.reduce((total, one) => total + pick(one), 0);
  return {
    totalQueryableSamples: sum((one) => one.totalQueryableSamples),
    peakSamples: all.reduce((peak, one) => Math.max(peak, one.peakSamples), 0),
    seriesRead: sum((one) => one.seriesRead),
    samplesRead: sum((one) => one.samplesRead),
    timingsMs: {
      parse: sum(({ timingsMs }) => timingsMs.parse),
      plan: sum(({ timingsMs }) => timingsMs.plan),
      run: sum(({ timingsMs }) => timingsMs.run),
    },
  };
}
