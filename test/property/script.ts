import type { Hist, StoredSeries, Value } from '#test/naive-promql/value';
import { isHist } from '#test/naive-promql/value';
import type { Question } from './query.ts';
import { TICK } from './world.ts';

/** The series and the query in the language of Prometheus' test scripts. */
export function scriptOf(
  world: readonly StoredSeries[],
  { expr, start, step, count, lookback, defaultStep }: Question,
): string {
  const end = start + (count - 1) * step;
  const when = count === 1 ? `instant at ${start}ms` : `range from ${start}ms to ${end}ms step ${step}ms`;
  return [
    `# lookback ${lookback}ms, evaluation interval ${defaultStep}ms`,
    `load ${TICK}ms`,
    ...world.map((series) => `\t${series.labels} ${valuesOf(series)}`),
    `eval ${when} ${expr}`,
  ].join('\n');
}

function valuesOf({ points }: StoredSeries): string {
  let next = 0;
  return points
    .map(({ t, value }) => {
      const gap = t / TICK - next;
      next = t / TICK + 1;
      return `${gap > 1 ? `_x${gap} ` : gap === 1 ? '_ ' : ''}${textOf(value)}`;
    })
    .join(' ');
}

function textOf(value: Value | 'stale'): string {
  if (value === 'stale') return value;
  if (isHist(value)) return `{{${histText(value)}}}`;
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Inf' : '-Inf';
  return Object.is(value, -0) ? '-0' : String(value);
}

function histText({ schema, zeroThreshold, zeroCount, count, sum, positive, negative, bounds, hint }: Hist): string {
  return [
    `schema:${schema} count:${count} sum:${sum}`,
    ...(bounds ? [`custom_values:[${bounds.join(' ')}]`] : [`z_bucket:${zeroCount} z_bucket_w:${zeroThreshold}`]),
    ...side('', positive),
    ...side('n_', negative),
    ...(hint === 'gauge' ? ['counter_reset_hint:gauge'] : []),
  ].join(' ');
}

function side(prefix: string, counts: ReadonlyMap<number, number>): string[] {
  if (counts.size === 0) return [];
  const first = Math.min(...counts.keys());
  const all = Array.from({ length: Math.max(...counts.keys()) - first + 1 }, (_, i) => counts.get(first + i) ?? 0);
  return [`${prefix}offset:${first} ${prefix}buckets:[${all.join(' ')}]`];
}
