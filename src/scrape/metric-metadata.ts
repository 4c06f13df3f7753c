import type { MetricMetadata } from '#model/metadata';

/** What is said of each metric, whoever says it: one entry, or several where they disagree. Plain data: crosses threads. */
export type MetricMetadataMap = ReadonlyMap<string, readonly MetricMetadata[]>;

/** Joins what many say: thousands of targets say the same of the same metrics. Only of `metric`, unless that is ''. */
export function joinMetadata(
  sayings: Iterable<ReadonlyMap<string, MetricMetadata>>,
  metric: string,
): MetricMetadataMap {
  const all = new Map<string, MetricMetadata[]>();
  for (const said of sayings) {
    if (metric === '') for (const [name, metadata] of said) add(all, name, metadata);
    else if (said.has(metric)) add(all, metric, said.get(metric)!);
  }
  return all;
}

function add(all: Map<string, MetricMetadata[]>, metric: string, metadata: MetricMetadata): void {
  const known = all.get(metric);
  if (known === undefined) all.set(metric, [metadata]);
  else if (!known.some((other) => isSame(other, metadata))) known.push(metadata);
}

function isSame(a: MetricMetadata, b: MetricMetadata): boolean {
  return a === b || (a.type === b.type && a.help === b.help && a.unit === b.unit);
}

/** Many targets share what they say, and it is asked for at each look at the metrics. */
const lengths = new WeakMap<ReadonlyMap<string, MetricMetadata>, number>();

/** Bytes of the texts that a target said of its metrics. */
export function metadataLength(said: ReadonlyMap<string, MetricMetadata>): number {
  const known = lengths.get(said);
  if (known !== undefined) return known;
  let length = 0;
  for (const [name, { type, help, unit }] of said) length += Buffer.byteLength(name + type + help + unit);
  lengths.set(said, length);
  return length;
}
