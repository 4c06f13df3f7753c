import type { SeriesExemplars } from '#tsdb/exemplars';

/** The exemplars of a series as they cross threads: labels are name, value, … pairs. */
export interface PlainExemplars {
  readonly series: readonly string[];
  readonly exemplars: readonly PlainExemplar[];
}

interface PlainExemplar {
  readonly labels: readonly string[];
  readonly value: number;
  readonly t: number;
}

export function plainExemplars({ series, exemplars }: SeriesExemplars): PlainExemplars {
  return {
    series: series.pairs,
    exemplars: exemplars.map(({ labels, value, t }) => ({ labels: labels.pairs, value, t })),
  };
}
