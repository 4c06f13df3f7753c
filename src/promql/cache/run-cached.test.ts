import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Labels } from '#model/labels';
import { UNKNOWN_REF } from '#storage/appender';
import { MemoryStorage } from '#storage/memory';
import type { CachedRange, QueryAnswer, RangeJob } from '../job.ts';
import { type DataHistory, runJob } from '../run-job.ts';

const SECOND = 1000;
const MARGIN = 60 * SECOND;
const BEGIN = 1_700_000_000_000;
const SETTINGS = { lookbackDelta: 300_000, defaultStep: 60_000, maxSamples: 1_000_000 };

type JsonAnswer = Extract<QueryAnswer, { kind: 'json' }>;

/** Data that grow with time, a cache as the server keeps it, and the same questions with and without it. */
class World {
  now = BEGIN;
  readonly storage = new MemoryStorage();
  edition = 0;
  private readonly late: number[] = [];
  private readonly kept = new Map<string, CachedRange>();
  private scrapes = 0;

  /** Scrapes `count` times, 15 seconds apart, until now. */
  async scrape(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      this.now += 15 * SECOND;
      await this.scrapeOnce(this.now, ++this.scrapes);
    }
  }

  /** Stores a sample of a series of its own in the past. */
  async writeLate(age: number): Promise<void> {
    const t = this.now - age;
    await this.store([['requests_total', { pod: `late-${this.late.length}`, service: 'a' }, this.late.length]], t);
    if (t <= this.now - MARGIN) this.late.push(t);
  }

  /** The answer with the cache, after a check that it is the one without. */
  async ask(expr: string, start: number, end: number, step: number): Promise<JsonAnswer> {
    const job = {
      kind: 'range',
      expr,
      start,
      end,
      step,
      lookbackDelta: null,
      stats: false,
      limit: 0,
      form: 'json',
    } as const;
    const key = `${expr} ${step} ${start % step}`;
    const known = this.kept.get(key) ?? null;
    const plain = await this.run(job);
    const cached = await this.run({ ...job, cache: { known } });
    expect({ text: decoded(cached), warnings: cached.warnings, infos: cached.infos }).toEqual({
      text: decoded(plain),
      warnings: plain.warnings,
      infos: plain.infos,
    });
    const points = { ...job, form: 'points' } as const;
    expect(await this.bytesOf({ ...points, cache: { known } })).toEqual(await this.bytesOf(points));
    if (cached.cache!.entry) this.kept.set(key, cached.cache!.entry);
    return cached;
  }

  get history(): DataHistory {
    const late = [...this.late];
    return {
      settled: this.now - MARGIN,
      edition: this.edition,
      lateCount: late.length,
      earliestLateSince: (count) => Math.min(Number.POSITIVE_INFINITY, ...late.slice(count)),
    };
  }

  private async bytesOf(job: RangeJob): Promise<readonly [kind: string, bytes: Uint8Array]> {
    const answer = await runJob(this.storage, job, { ...SETTINGS, history: this.history });
    if (answer.kind !== 'points' && answer.kind !== 'json') throw new Error(`a ${answer.kind} answer`);
    return [answer.kind, answer.data];
  }

  private async run(job: RangeJob): Promise<JsonAnswer> {
    const answer = await runJob(this.storage, job, { ...SETTINGS, history: this.history });
    if (answer.kind !== 'json') throw new Error(`a ${answer.kind} answer`);
    return answer;
  }

  private async scrapeOnce(t: number, n: number): Promise<void> {
    for (const pod of ['a-1', 'a-2', 'b-1']) {
      // A pod that comes and goes.
      if (pod === 'a-2' && n % 60 > 40) continue;
      const service = pod.slice(0, 1);
      const seed = pod.charCodeAt(2) + n;
      const labels = { pod, service };
      await this.store(
        [
          ['requests_total', labels, Math.floor(n * 1.7 + seed) % 500],
          ['queue_depth', labels, Math.sin(seed) * 10 + 0.1 * n],
          ['temperature', { ...labels, unit: n % 50 < 25 ? 'C' : 'F' }, (seed * 7919) % 101],
          ['duration_bucket', { ...labels, le: '0.5' }, n * 3],
          ['duration_bucket', { ...labels, le: '1' }, n * 4 + (n % 3)],
          ['duration_bucket', { ...labels, le: '+Inf' }, n * 5],
        ],
        t,
      );
    }
  }

  private async store(
    samples: readonly (readonly [string, Record<string, string>, number])[],
    t: number,
  ): Promise<void> {
    const appender = this.storage.appender();
    for (const [name, labels, value] of samples) {
      appender.float(UNKNOWN_REF, Labels.from({ __name__: name, ...labels }), t, value);
    }
    await appender.commit();
  }
}

function decoded({ data }: JsonAnswer): string {
  return new TextDecoder().decode(data);
}

const EXPRESSIONS = [
  'requests_total',
  'sum by (service) (rate(requests_total[5m]))',
  'histogram_quantile(0.9, sum by (le, service) (rate(duration_bucket[2m])))',
  'topk(1, queue_depth)',
  'queue_depth > 3',
  'avg_over_time(queue_depth[3m])',
  'quantile_over_time(0.3, temperature[7m])',
  'stddev_over_time(queue_depth[4m])',
  'deriv(queue_depth[5m])',
  'sum without (unit) (temperature) * on (pod) group_left queue_depth',
  'temperature offset 2m',
  'temperature offset -90s',
  'requests_total @ 1700000100',
  'requests_total @ end()',
  'rate(queue_depth[5m])',
  'increase(requests_total[1m]) + rate(temperature[1m])',
  'max_over_time(sum(rate(requests_total[1m]))[5m:1m])',
  'max_over_time(sum(queue_depth)[5m:] offset -1m)',
  'time() - timestamp(queue_depth)',
  'time() / 3',
  'absent(requests_total{pod="a-2"})',
  'absent_over_time(requests_total{pod="a-2"}[1m])',
  'count(count by (unit) (temperature))',
  'label_replace(queue_depth, "short", "$1", "pod", "(.).*")',
  'count_values("depth", requests_total)',
  'avg(queue_depth) or stdvar(temperature)',
  'predict_linear(queue_depth[3m], 60)',
  'changes(temperature[5m]) unless queue_depth > 5',
  'sort(queue_depth)',
  'limitk(1, temperature)',
  'limit_ratio(0.5, temperature)',
  'queue_depth smoothed',
  'increase(requests_total[2m] anchored)',
  'histogram_quantile(2, duration_bucket)',
  'scalar(sum(queue_depth)) + vector(step())',
  'vector(end())',
];

const refresh = fc.record({
  scrapes: fc.integer({ min: 0, max: 12 }),
  /** Where the range ends before now, and how long it is, in steps. */
  back: fc.oneof(fc.constant(0), fc.constant(0), fc.integer({ min: 0, max: 40 })),
  count: fc.oneof(fc.constant(30), fc.constant(30), fc.integer({ min: 1, max: 50 })),
  change: fc.oneof({ weight: 6, arbitrary: fc.constant('none') }, fc.constantFrom('late', 'step', 'phase', 'edition')),
  age: fc.integer({ min: 0, max: 900 }),
});

const sequence = fc.record({
  expr: fc.constantFrom(...EXPRESSIONS),
  step: fc.constantFrom(5, 15, 15, 30, 60, 0.1),
  refreshes: fc.array(refresh, { minLength: 2, maxLength: 6 }),
});

const STEPS = [15, 60, 5];

describe('range queries from the cache', () => {
  it('give the same bytes as without it, however data grow and ranges move', async () => {
    const outcomes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(sequence, async ({ expr, step: seconds, refreshes }) => {
        const world = new World();
        await world.scrape(30);
        let step = seconds * SECOND;
        let phase = 0;
        for (const { scrapes, back, count, change, age } of refreshes) {
          await world.scrape(scrapes);
          if (change === 'late') await world.writeLate(age * SECOND);
          if (change === 'step') step = STEPS[age % 3]! * SECOND;
          if (change === 'phase') phase = age % step;
          if (change === 'edition') world.edition++;
          const end = Math.floor(world.now / step) * step + phase - back * step;
          const { cache } = await world.ask(expr, end - (count - 1) * step, end, step);
          outcomes.add(cache!.outcome);
        }
      }),
      { numRuns: 100 },
    );
    expect([...outcomes].sort()).toEqual(['hit', 'miss', 'partial', 'uncacheable']);
  }, 120_000);
});
