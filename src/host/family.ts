import type { MetricFamily, MetricKind, MetricSample } from '#lib/metrics';

/** One value with its labels as name, value, … pairs. */
export type Row = readonly [labels: readonly string[], value: number];

/** A family from rows; values that are not numbers are left out. */
export function family(name: string, type: MetricKind, help: string, rows: readonly Row[]): MetricFamily {
  const samples = rows
    .filter(([, value]) => !Number.isNaN(value))
    .map(([labels, value]): MetricSample => ({ suffix: '', labels, value }));
  return { name, type, help, samples };
}

export function gauge(name: string, help: string, value: number): MetricFamily {
  return family(name, 'gauge', help, [[[], value]]);
}

export function counter(name: string, help: string, value: number): MetricFamily {
  return family(name, 'counter', help, [[[], value]]);
}

/** Several families over the same things (devices, CPUs): one column each. */
export function columns<T>(
  things: readonly T[],
  labels: (thing: T) => readonly string[],
  table: readonly (readonly [name: string, type: MetricKind, help: string, value: (thing: T) => number])[],
): MetricFamily[] {
  return table.map(([name, type, help, value]) =>
    family(
      name,
      type,
      help,
      things.map((thing) => [labels(thing), value(thing)]),
    ),
  );
}

/** The lines of a file without the empty ones. */
export function lines(text: string | null): string[] {
  return (text ?? '').split('\n').filter((line) => line.trim() !== '');
}

export function words(line: string): string[] {
  return line.trim().split(/\s+/);
}
