import { silentLog } from '#lib/log';
import type { QueryJob } from '#promql/job';
import type { Queryable } from '#storage/queryable';
import { DbReader } from '#tsdb/db-reader';
import { type MemorySeries, memoryState } from '#tsdb/memory-state';

/** Scrapes of the made-up data, and the time between them. */
const SCRAPES = 400;
const INTERVAL = 15_000;
const PODS = 24;
const ROUTES = ['/', '/orders', '/users', '/cart'];
const CODES = ['200', '404', '500'];
const BOUNDS = ['0.1', '0.5', '2.5', '+Inf'];

/** What dashboards and people ask: each at a moment, and over a range. */
const MOMENTS = [
  'requests_total{code="500"}',
  'sum by (route) (rate(requests_total[5m]))',
  'topk(3, sum by (pod, code) (rate(requests_total[5m])))',
  'latency_bucket{le="0.5",pod=~"pod-(1|2).*"}',
  'absent(nothing{job="rehearsal"})',
  'label_replace(sum by (pod) (memory_bytes), "short", "$1", "pod", "pod-(.*)")',
  'count by (__name__) ({job="rehearsal"})',
  'histogram_quantile(0.9, sum by (le) (rate(latency_bucket[5m])))',
  'memory_bytes > 10 and on (pod) requests_total{route="/"}',
];
const RANGES = [
  'sum by (route) (rate(requests_total[5m]))',
  'sum by (code) (rate(requests_total{code=~"5.."}[5m])) / on () group_left sum(rate(requests_total[5m]))',
  'histogram_quantile(0.9, sum by (le, job) (rate(latency_bucket[5m])))',
  'topk(5, sum by (route) (rate(requests_total[5m])))',
  'sum by (pod) (memory_bytes) * on (pod) group_left (code) max by (pod, code) (requests_total{code="200"})',
  'memory_bytes',
  'avg_over_time(memory_bytes[10m])',
  'quantile_over_time(0.9, memory_bytes[10m])',
  'max_over_time(sum(rate(requests_total[5m]))[10m:1m])',
  'count(count by (route) (requests_total))',
];
const STEPS = 200;
/** As often as V8 wants to see code before it optimizes it. */
const ROUNDS = 6;

/** The queries of a rehearsal, in their order. */
export function* rehearsalJobs(): Generator<QueryJob> {
  const common = { lookbackDelta: null, stats: false, limit: 0, form: 'json' } as const;
  for (let round = 0; round < ROUNDS; round++) {
    const end = (SCRAPES - ROUNDS + round) * INTERVAL;
    const range = { start: end - STEPS * INTERVAL, end, step: INTERVAL };
    for (const expr of MOMENTS) yield { kind: 'instant', expr, at: end, rehearsal: 'goes-on', ...common };
    for (const expr of RANGES) yield { kind: 'range', expr, ...range, rehearsal: 'goes-on', ...common };
  }
  yield { kind: 'instant', expr: '1', at: 0, rehearsal: 'ends', ...common };
}

type RehearsalJob = Extract<QueryJob, { kind: 'instant' | 'range' }> & { readonly rehearsal: 'goes-on' | 'ends' };

/** Whether a job is asked of the made-up data. */
export function isRehearsal(job: QueryJob): job is RehearsalJob {
  return (job.kind === 'instant' || job.kind === 'range') && job.rehearsal !== undefined;
}

/** The made-up data that they are asked of, made when the first one comes. */
export class Rehearsal {
  private storage: Promise<Queryable> | null = null;

  /** Forgotten here with the last job. */
  dataFor({ rehearsal }: RehearsalJob): Promise<Queryable> {
    const storage = this.storage ?? DbReader.open(madeUp(), { log: silentLog });
    this.storage = rehearsal === 'ends' ? null : storage;
    return storage;
  }
}

function madeUp() {
  const times = Array.from({ length: SCRAPES }, (_, i) => (i + 1) * INTERVAL);
  return memoryState(Array.from({ length: PODS }, (_, i) => seriesOf(`pod-${i}`, i + 1)).flat(), times);
}

function seriesOf(pod: string, n: number): MemorySeries[] {
  const series = (name: string, labels: readonly string[], valueAt: (i: number) => number): MemorySeries => ({
    pairs: ['__name__', name, ...labels],
    valueAt,
  });
  const own = ['job', 'rehearsal'];
  return [
    ...ROUTES.flatMap((route, r) =>
      CODES.map((code, c) =>
        series('requests_total', ['code', code, ...own, 'pod', pod, 'route', route], (i) => i * (n + r) * (3 - c)),
      ),
    ),
    ...BOUNDS.map((le, b) => series('latency_bucket', [...own, 'le', le, 'pod', pod], (i) => i * (n + b))),
    series('memory_bytes', [...own, 'pod', pod], (i) => 1e6 + n * 1000 * Math.sin(i / 9)),
  ];
}
