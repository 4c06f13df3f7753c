import { beforeAll, describe, expect, it } from 'vitest';
import { BarographError } from '#lib/errors';
import { Labels } from '#model/labels';
import { UNKNOWN_REF } from '#storage/appender';
import { MemoryStorage } from '#storage/memory';
import type { Queryable } from '#storage/queryable';
import { evaluateInstant, evaluateRange, evaluateTogether, type QueryOptions } from './engine.ts';

const OPTIONS: QueryOptions = { lookbackDelta: 300_000, defaultStep: 60_000, maxSamples: 1_000_000 };
const AT = 600_000;
const memory = new MemoryStorage();
let selects = 0;

/** Counts how often series are selected. */
const storage: Queryable = {
  querier: (range) => {
    const querier = memory.querier(range);
    return {
      select: (...args) => {
        selects++;
        return querier.select(...args);
      },
      labelNames: (...args) => querier.labelNames(...args),
      labelValues: (...args) => querier.labelValues(...args),
      close: () => querier.close(),
    };
  },
};

/** `requests_total` of 600 series, a sample each minute. */
beforeAll(async () => {
  const appender = memory.appender();
  for (let minute = 0; minute <= 10; minute++) {
    for (let i = 0; i < 600; i++) {
      const labels = Labels.from({ __name__: 'requests_total', job: String(i % 3), i: String(i) });
      appender.float(UNKNOWN_REF, labels, minute * 60_000, minute * i);
    }
  }
  await appender.commit();
});

async function together(exprs: readonly string[], options = OPTIONS) {
  selects = 0;
  return evaluateTogether(storage, { exprs, at: AT }, options);
}

/** A result without what depends on how it was computed. */
function value(result: Awaited<ReturnType<typeof together>>[number]) {
  if (result instanceof BarographError) return result.message;
  const { statistics: _, ...rest } = result;
  return rest;
}

describe('expressions evaluated together', () => {
  const exprs = [
    'sum(rate(requests_total[5m]))',
    'sum by (job) (rate(requests_total[5m]))',
    'max(rate(requests_total[5m])) - min(rate(requests_total[5m]))',
    'requests_total > 5000',
    '1 + 1',
  ];

  it('come to what each comes to alone', async () => {
    const alone = await Promise.all(exprs.map((expr) => evaluateInstant(memory, { expr, at: AT }, OPTIONS)));
    expect((await together(exprs)).map(value)).toEqual(alone.map(value));
  });

  it('read what they have in common once', async () => {
    await together(exprs);
    expect(selects).toBe(2);
    await together(['rate(requests_total[5m])', 'rate(requests_total[5m] offset 1m)', 'rate(requests_total[6m])']);
    expect(selects).toBe(3);
  });

  it('do not harm each other when one is wrong', async () => {
    const results = await together(['sum(', 'sum(requests_total)', 'label_replace(requests_total, "b", "", "a", "(")']);
    expect(results[0]).toMatchObject({ code: 'promql-parse' });
    expect(results[1]).toMatchObject({ type: 'vector' });
    expect(results[2]).toMatchObject({ code: 'promql-execution' });
  });

  it('have their limits together', async () => {
    await expect(together(exprs, { ...OPTIONS, maxSamples: 100 })).rejects.toMatchObject({
      code: 'promql-too-many-samples',
    });
  });
});

describe('one expression', () => {
  it('reads what stands in it twice once, at every step', async () => {
    selects = 0;
    const expr = 'rate(requests_total[5m]) / on (i) group_left rate(requests_total[5m])';
    const result = await evaluateRange(storage, { expr, start: 0, end: AT, step: 60_000 }, OPTIONS);
    expect(selects).toBe(1);
    expect(result).toMatchObject({ type: 'matrix' });
    const plain = 'rate(requests_total[5m]) / on (i) group_left rate(requests_total{i!="x"}[5m])';
    expect(value(result)).toEqual(
      value(await evaluateRange(memory, { expr: plain, start: 0, end: AT, step: 60_000 }, OPTIONS)),
    );
  });
});
