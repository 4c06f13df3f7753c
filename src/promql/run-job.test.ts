import { beforeEach, describe, expect, it } from 'vitest';
import { Labels } from '#model/labels';
import type { MatcherSpec } from '#model/matcher';
import { UNKNOWN_REF } from '#storage/appender';
import { MemoryStorage } from '#storage/memory';
import type { QueryJob } from './job.ts';
import { runJob } from './run-job.ts';

const range = { start: 0, end: 1000 };
const options = { lookbackDelta: 300_000, defaultStep: 60_000, maxSamples: 1000 };
const cut = ['results truncated due to limit'];
let storage: MemoryStorage;

beforeEach(async () => {
  storage = new MemoryStorage();
  const appender = storage.appender();
  for (const [i, instance] of ['c', 'a', 'b'].entries()) {
    appender.float(UNKNOWN_REF, Labels.from({ __name__: 'up', instance }), 100, i);
  }
  appender.stale(UNKNOWN_REF, Labels.from({ __name__: 'gone' }), 200);
  await appender.commit();
});

const named = (...values: string[]): MatcherSpec[][] =>
  values.map((value) => [{ name: '__name__', operator: '=', value }]);
const where = (...values: string[]): MatcherSpec[][] =>
  values.map((value) => [{ name: 'instance', operator: '=~', value }]);

/** The JSON of an answer and its warnings. */
async function answered(job: QueryJob): Promise<{ readonly data: unknown; readonly warnings: readonly string[] }> {
  const answer = await runJob(storage, job, options);
  if (answer.kind !== 'json') throw new Error(`a ${answer.kind} answer`);
  return { data: JSON.parse(new TextDecoder().decode(answer.data)), warnings: answer.warnings };
}

describe('jobs about series and labels', () => {
  it('give the series of all selectors once, sorted', async () => {
    const { data, warnings } = await answered({ kind: 'series', selectors: where('c', 'b|c', 'a'), range, limit: 0 });
    expect(data).toEqual(['a', 'b', 'c'].map((instance) => ({ __name__: 'up', instance })));
    expect(warnings).toEqual([]);
  });

  it('say when a limit has cut them off, and only then', async () => {
    const series = (limit: number) => answered({ kind: 'series', selectors: named('up'), range, limit });
    expect(await series(2)).toEqual({
      data: ['a', 'b'].map((instance) => ({ __name__: 'up', instance })),
      warnings: cut,
    });
    expect((await series(3)).warnings).toEqual([]);
    const values = (limit: number) =>
      answered({ kind: 'label-values', name: 'instance', selectors: where('c', 'a|b'), range, limit });
    expect(await values(2)).toEqual({ data: ['a', 'b'], warnings: cut });
    expect(await values(3)).toEqual({ data: ['a', 'b', 'c'], warnings: [] });
  });

  it('look at everything when nothing is selected', async () => {
    expect((await answered({ kind: 'label-names', selectors: [], range, limit: 0 })).data).toEqual([
      '__name__',
      'instance',
    ]);
    expect((await answered({ kind: 'label-names', selectors: named('none'), range, limit: 0 })).data).toEqual([]);
  });

  it('stop at the deadline and when nobody waits any more', async () => {
    const job = { kind: 'series', selectors: named('up'), range, limit: 0 } as const;
    await expect(runJob(storage, job, { ...options, deadline: 5, now: () => 6 })).rejects.toMatchObject({
      code: 'promql-timeout',
    });
    for (const kind of ['series', 'newest'] as const) {
      const stopped = runJob(storage, { ...job, kind }, { ...options, signal: { aborted: true } });
      await expect(stopped).rejects.toMatchObject({ code: 'promql-canceled' });
    }
  });
});

describe('jobs about the newest samples', () => {
  it('mark those that end a series, and give each series once', async () => {
    const job: QueryJob = { kind: 'newest', selectors: [...named('gone'), ...where('a', 'a|b')], range, limit: 0 };
    const answer = await runJob(storage, job, options);
    if (answer.kind !== 'newest') throw new Error(`a ${answer.kind} answer`);
    const { labels, t, values, stale } = answer.newest;
    expect(labels.map((pairs) => pairs.join(' '))).toEqual([
      '__name__ gone',
      '__name__ up instance a',
      '__name__ up instance b',
    ]);
    expect([...t]).toEqual([200, 100, 100]);
    expect([...values.slice(1)]).toEqual([1, 2]);
    expect([...stale]).toEqual([1, 0, 0]);
  });

  it('federate what is not older than the lookback', async () => {
    const federated = async (at: number) => {
      const job: QueryJob = {
        ...{ kind: 'federate', selectors: where('a'), at, externalLabels: ['region', 'eu'], after: null },
        format: { protobuf: false, escaping: 'allow-utf-8' },
      };
      const answer = await runJob(storage, job, options);
      return answer.kind === 'text' ? new TextDecoder().decode(answer.text) : answer.kind;
    };
    const text = '# TYPE up untyped\nup{instance="a",region="eu"} 1 100\n';
    expect(await federated(100)).toBe(text);
    expect(await federated(300_099)).toBe(text);
    expect(await federated(300_100)).toBe('');
    expect(await federated(99)).toBe('');
  });
});

describe('jobs about expressions', () => {
  const expression = { lookbackDelta: null, stats: false, limit: 0, form: 'json' } as const;

  it('keep to the limit of series and say so', async () => {
    for (const expr of ['up', 'up[1m]']) {
      const instant = (limit: number) =>
        answered({ ...expression, kind: 'instant', expr, at: 100, limit }) as Promise<{
          readonly data: { readonly result: readonly unknown[] };
          readonly warnings: readonly string[];
        }>;
      expect((await instant(2)).data.result).toHaveLength(2);
      expect((await instant(2)).warnings).toEqual(cut);
      expect((await instant(3)).warnings).toEqual([]);
    }
    const scalar = await answered({ ...expression, kind: 'instant', expr: '1', at: 100, limit: 1 });
    expect(scalar.warnings).toEqual([]);
  });

  it('use the lookback of the job', async () => {
    const at = (lookbackDelta: number | null) =>
      answered({ ...expression, kind: 'instant', expr: 'count(up)', at: 1100, lookbackDelta });
    expect((await at(null)).data).toEqual({ resultType: 'vector', result: [{ metric: {}, value: [1.1, '3'] }] });
    expect((await at(1000)).data).toEqual({ resultType: 'vector', result: [] });
  });

  it('give rules columns, and refuse what is no vector', async () => {
    const columns = async (expr: string) => {
      const answer = await runJob(storage, { ...expression, kind: 'instant', form: 'columns', expr, at: 100 }, options);
      return answer.kind === 'columns' ? { ...answer.vector, values: [...answer.vector.values] } : answer.kind;
    };
    expect(await columns('up{instance="b"} + 1')).toEqual({ labels: [['instance', 'b']], values: [3] });
    expect(await columns('7')).toEqual({ labels: [[]], values: [7] });
    await expect(columns('up[1m]')).rejects.toThrow('rule result is not a vector or scalar');
  });
});
