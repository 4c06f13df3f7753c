import type { JobMetric } from '#dashboards/job-dashboard';
import type { MetricMetadata, MetricType } from '#model/metadata';
import { type LabelSet, prometheus } from '../api/prometheus.ts';
import { quotedText } from '../format/label-text.ts';

/** Series whose labels are looked at: enough to see every label, few enough to be quick. */
const MOST_SERIES = 20_000;

/** The metric families of a job from its series and their metadata. Throws RequestError. */
export async function jobMetrics(job: string, signal: AbortSignal): Promise<JobMetric[]> {
  const [series, metadata] = await Promise.all([
    prometheus<readonly LabelSet[]>('series', {
      params: {
        'match[]': [`{job=${quotedText(job)}}`],
        start: Math.floor(Date.now() / 1000) - 600,
        limit: MOST_SERIES,
      },
      signal,
    }),
    prometheus<Readonly<Record<string, readonly MetricMetadata[]>>>('metadata', { signal }),
  ]);
  return familiesOf(series.data, metadata.data);
}

const PARTS = /_(bucket|sum|count|created|total)$/;
/** What a target adds to every series says nothing about one metric. */
const OF_TARGET = ['__name__', 'le', 'quantile'];

/** Series names put together to families; what has no metadata is judged by its name. */
export function familiesOf(
  series: readonly LabelSet[],
  metadata: Readonly<Record<string, readonly MetricMetadata[]>>,
): JobMetric[] {
  const families = new Map<string, { labels: Set<string>; names: Set<string> }>();
  for (const labels of series) {
    const written = labels['__name__'] ?? '';
    const name = familyOf(written, labels, metadata);
    const family = families.get(name) ?? { labels: new Set(), names: new Set() };
    for (const label of Object.keys(labels)) if (!OF_TARGET.includes(label)) family.labels.add(label);
    family.names.add(written);
    families.set(name, family);
  }
  return [...families].map(([name, { labels, names }]) => {
    const known = metadata[name]?.[0] ?? metadata[name.replace(/_total$/, '')]?.[0];
    return {
      name,
      type: typeOf(name, names, known?.type),
      help: known?.help ?? '',
      labels: [...labels].sort(),
      quantiles: names.has(name),
    };
  });
}

function familyOf(name: string, labels: LabelSet, metadata: Readonly<Record<string, unknown>>): string {
  if (metadata[name] !== undefined) return name;
  const base = name.replace(PARTS, '');
  if (base === name || name.endsWith('_total')) return name;
  return metadata[base] !== undefined || labels['le'] !== undefined ? base : name;
}

function typeOf(name: string, names: ReadonlySet<string>, known: MetricType | undefined): MetricType {
  if (known !== undefined && known !== 'unknown') return known;
  if (names.has(`${name}_bucket`)) return 'histogram';
  if (name.endsWith('_info')) return 'info';
  return /_(total|count|sum)$/.test(name) ? 'counter' : 'gauge';
}
