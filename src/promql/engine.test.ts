import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BarographError } from '#lib/errors';
import type { Histogram } from '#model/histogram';
import type { Labels } from '#model/labels';
import { Labels as LabelSet } from '#model/labels';
import { createMatcher } from '#model/matcher';
import { UNKNOWN_REF } from '#storage/appender';
import { MemoryStorage } from '#storage/memory';
import { evaluateInstant, evaluateRange, type QueryOptions } from './engine.ts';
import { parseSelector } from './parse.ts';
import type { QueryResult } from './value.ts';

const OPTIONS: QueryOptions = { lookbackDelta: 300_000, defaultStep: 60_000, maxSamples: 1_000_000 };
const MINUTE = 60_000;
const NO_OBSERVATIONS: Histogram = {
  ...{ schema: 0, zeroThreshold: 0, zeroCount: 0, count: 0, sum: 0 },
  ...{ positiveSpans: [], positiveBuckets: new Float64Array(), negativeSpans: [], negativeBuckets: new Float64Array() },
  ...{ customBounds: null, counterResetHint: 'unknown' },
};

/** Series by their text; the values are one minute apart from time 0 on. `null`: no sample, `'stale'`: a marker. */
async function storageWith(series: Record<string, readonly (number | null | 'stale')[]>): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  const appender = storage.appender();
  for (const [text, values] of Object.entries(series)) {
    const labels: Labels = LabelSet.fromEntries(parseSelector(text).map(({ name, value }) => [name, value]));
    values.forEach((value, i) => {
      if (value === 'stale') appender.stale(UNKNOWN_REF, labels, i * MINUTE);
      else if (value !== null) appender.float(UNKNOWN_REF, labels, i * MINUTE, value);
    });
  }
  await appender.commit();
  return storage;
}

function shown(result: QueryResult): [series: string, ...values: (number | null)[]][] {
  if (result.type !== 'vector' && result.type !== 'matrix') throw new Error(`a ${result.type}`);
  return result.frames.flatMap(({ labels, steps, values, present }) =>
    labels.map((own, s): [string, ...(number | null)[]] => [
      String(own),
      ...Array.from({ length: steps }, (_, i) => (present[s * steps + i] === 1 ? values[s * steps + i]! : null)),
    ]),
  );
}

async function instant(storage: MemoryStorage, expr: string, at = 5 * MINUTE, options = OPTIONS) {
  return shown(await evaluateInstant(storage, { expr, at }, options));
}

async function range(storage: MemoryStorage, expr: string, count: number, options = OPTIONS) {
  return shown(await evaluateRange(storage, { expr, start: 0, end: (count - 1) * MINUTE, step: MINUTE }, options));
}

async function failure(run: Promise<unknown>): Promise<{ code: string; kind: string; message: string }> {
  const error = await run.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof BarographError)) throw new Error(`did not fail as expected: ${error}`);
  return { code: error.code, kind: error.kind, message: error.message };
}

describe('selecting', () => {
  it('takes the newest sample within the lookback, which is open at its beginning', async () => {
    const storage = await storageWith({ a: [1, null, 3] });
    expect(await instant(storage, 'a', MINUTE)).toEqual([['a', 1]]);
    expect(await instant(storage, 'a', 7 * MINUTE - 1)).toEqual([['a', 3]]);
    expect(await instant(storage, 'a', 7 * MINUTE)).toEqual([]);
    expect(await instant(storage, 'a', 4 * MINUTE, { ...OPTIONS, lookbackDelta: 2 * MINUTE + 1 })).toEqual([['a', 3]]);
    expect(await instant(storage, 'a', 4 * MINUTE, { ...OPTIONS, lookbackDelta: 2 * MINUTE })).toEqual([]);
    expect(await range(storage, 'a', 9)).toEqual([['a', 1, 1, 3, 3, 3, 3, 3, null, null]]);
  });

  it('ends at a staleness marker, while windows step over it', async () => {
    const storage = await storageWith({ a: [1, 'stale', null, 4] });
    expect(await range(storage, 'a', 5)).toEqual([['a', 1, null, null, 4, 4]]);
    expect(await range(storage, 'count_over_time(a[5m])', 4)).toEqual([['{}', 1, 1, 1, 2]]);
  });

  it('moves in time with offset and @', async () => {
    const storage = await storageWith({ a: [0, 1, 2, 3, 4, 5] });
    expect(await range(storage, 'a offset 1m', 3)).toEqual([['a', null, 0, 1]]);
    expect(await range(storage, 'a offset -1m', 3)).toEqual([['a', 1, 2, 3]]);
    expect(await range(storage, 'a @ 120 offset 1m', 3)).toEqual([['a', 1, 1, 1]]);
    expect(await range(storage, 'a @ end() - a @ start()', 3)).toEqual([['{}', 2, 2, 2]]);
    // The line through a fixed window is the same, the moment that it is asked for is not.
    expect(await range(storage, 'predict_linear(a[5m] @ 120, 0)', 3)).toEqual([['{}', 0, 1, 2]]);
    expect(await range(storage, 'a > a @ 60', 4)).toEqual([['a', null, null, 2, 3]]);
  });

  it('aligns subqueries with multiples of their step', async () => {
    const storage = await storageWith({ a: [0, 1, 2, 3, 4, 5] });
    const result = await evaluateInstant(storage, { expr: 'a[3m:50s]', at: 200_000 }, OPTIONS);
    expect(result.type === 'raw-matrix' && [...result.series[0]!.t]).toEqual([50_000, 100_000, 150_000, 200_000]);
    expect(await instant(storage, 'sum_over_time(a[3m:])', 230_000)).toEqual([['{}', 6]]);
    expect(await instant(storage, 'last_over_time(a[2m:1m] offset 1m)')).toEqual([['a', 4]]);
  });

  it('gives raw samples for a range at the top of an instant query', async () => {
    const storage = await storageWith({ 'a{x="2"}': [1, 2, 3], 'a{x="1"}': [null, 5, 'stale'] });
    const result = await evaluateInstant(storage, { expr: 'a[1m1s]', at: 2 * MINUTE }, OPTIONS);
    expect(
      result.type === 'raw-matrix' && result.series.map(({ labels, t, v }) => [`${labels}`, [...t], [...v]]),
    ).toEqual([
      ['a{x="1"}', [MINUTE], [5]],
      ['a{x="2"}', [MINUTE, 2 * MINUTE], [2, 3]],
    ]);
  });

  it('asks storage for the exact range and says what for', async () => {
    const storage = await storageWith({ a: [1, 2] });
    const asked: unknown[] = [];
    const watched = {
      querier: (wanted: { start: number; end: number }) => {
        const querier = storage.querier(wanted);
        asked.push(wanted);
        return {
          ...querier,
          close: () => asked.push('closed'),
          select: ((matchers, hints) => {
            asked.push([matchers.map(({ name, value }) => `${name}=${value}`), hints.func, hints.step]);
            return querier.select(matchers, hints);
          }) as typeof querier.select,
          labelNames: querier.labelNames,
          labelValues: querier.labelValues,
        };
      },
    };
    await evaluateRange(watched, { expr: 'rate(a[2m] offset 1m)', start: 0, end: 120_000, step: 60_000 }, OPTIONS);
    expect(asked).toEqual([{ start: -179_999, end: 60_000 }, [['__name__=a'], 'rate', 60_000], 'closed']);
  });
});

describe('names', () => {
  it('go when the value is another quantity', async () => {
    const storage = await storageWith({ 'a_total{x="1"}': [0, 60, 120], 'b_total{x="1"}': [1, 1, 1] });
    const at = 2 * MINUTE;
    expect(await instant(storage, 'rate(a_total[5m])', at)).toEqual([['{x="1"}', 0.4]]);
    expect(await instant(storage, 'a_total + 1', at)).toEqual([['{x="1"}', 121]]);
    expect(await instant(storage, 'a_total > bool 5', at)).toEqual([['{x="1"}', 1]]);
    expect(await instant(storage, '-a_total', at)).toEqual([['{x="1"}', -120]]);
    expect(await instant(storage, '+a_total > 5', at)).toEqual([['a_total{x="1"}', 120]]);
    expect(await instant(storage, 'last_over_time(a_total[5m])', at)).toEqual([['a_total{x="1"}', 120]]);
  });

  it('stay gone when a filter follows', async () => {
    const storage = await storageWith({ a_total: [0, 60, 120], limit: [0, 0, 0] });
    expect(await instant(storage, 'rate(a_total[5m]) > ignoring(x) limit', 2 * MINUTE)).toEqual([['{}', 0.4]]);
  });

  it('stay, where another value stands in for the one without a name', async () => {
    const storage = await storageWith({ a_total: [0, 60, null, null, 240] });
    expect(await range(storage, 'rate(a_total[2m]) or a_total', 4)).toEqual([
      ['{}', null, 0.5, null, null],
      ['a_total', 0, null, 60, 60],
    ]);
  });

  it('can be used until the end', async () => {
    const storage = await storageWith({ a_total: [0, 60], b_total: [0, 120] });
    const expr = 'label_replace(rate({__name__=~".+_total"}[5m]), "metric", "$1", "__name__", "(.+)_total")';
    expect(await instant(storage, expr, MINUTE)).toEqual([
      ['{metric="a"}', 0.2],
      ['{metric="b"}', 0.4],
    ]);
  });

  it('must not be all that tells two results apart', async () => {
    const storage = await storageWith({ a_total: [0, 60], b_total: [0, 120] });
    expect(await failure(instant(storage, 'rate({__name__=~".+_total"}[5m])', MINUTE))).toEqual({
      code: 'promql-execution',
      kind: 'bad-request',
      message: 'vector cannot contain metrics with the same labelset',
    });
  });
});

describe('operators between vectors', () => {
  const hosts = () =>
    storageWith({
      'used{host="a",disk="1"}': [10],
      'used{host="a",disk="2"}': [20],
      'used{host="b",disk="1"}': [30],
      'size{host="a",rack="r1"}': [100],
      'size{host="b",rack="r2"}': [200],
    });

  it('match one to one, on or ignoring labels', async () => {
    const storage = await hosts();
    const expr = 'sum by (host) (used) / ignoring(rack) size';
    expect(await instant(storage, expr, 0)).toEqual([
      ['{host="a"}', 0.3],
      ['{host="b"}', 0.15],
    ]);
    expect(await instant(storage, 'size > on(host) sum by (host) (used) * 5', 0)).toEqual([['{host="b"}', 200]]);
  });

  it('match many to one, copying labels', async () => {
    const storage = await hosts();
    expect(await instant(storage, 'used / on(host) group_left(rack) size', 0)).toEqual([
      ['{disk="1", host="a", rack="r1"}', 0.1],
      ['{disk="1", host="b", rack="r2"}', 0.15],
      ['{disk="2", host="a", rack="r1"}', 0.2],
    ]);
    expect(await instant(storage, 'size - on(host) group_right used', 0)).toEqual([
      ['{disk="1", host="a"}', 90],
      ['{disk="1", host="b"}', 170],
      ['{disk="2", host="a"}', 80],
    ]);
  });

  it('refuse ambiguous matches', async () => {
    const storage = await hosts();
    const behindNothing = await failure(instant(storage, 'none + scalar(size == on(host) used)', 0));
    expect(behindNothing.message).toContain('found duplicate series for the match group {host="a"}');
    expect((await failure(instant(storage, 'size / on(host) used', 0))).message).toBe(
      'found duplicate series for the match group {host="a"} on the right hand-side of the operation: ' +
        '[{__name__="used", disk="1", host="a"}, {__name__="used", disk="2", host="a"}]' +
        ';many-to-many matching not allowed: matching labels must be unique on one side',
    );
    expect((await failure(instant(storage, 'used / on(host) size', 0))).message).toBe(
      'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
    );
    const grouped = 'used / on(host) group_left(disk) size';
    expect((await failure(instant(storage, grouped, 0))).message).toBe(
      'multiple matches for labels: grouping labels must ensure unique matches',
    );
  });

  it('tell partners apart by step', async () => {
    const storage = await storageWith({ a: [1, 1, 1], 'b{v="1"}': [10, 'stale'], 'b{v="2"}': [null, 20, 30] });
    expect(await range(storage, 'a + on() b', 3)).toEqual([['{}', 11, 21, 31]]);
  });

  it('fill in what is missing', async () => {
    const storage = await storageWith({ 'a{x="1"}': [1], 'a{x="2"}': [2], 'b{x="2"}': [20], 'b{x="3"}': [30] });
    expect(await instant(storage, 'a + fill_left(100) fill_right(0) b', 0)).toEqual([
      ['{x="1"}', 1],
      ['{x="2"}', 22],
      ['{x="3"}', 130],
    ]);
  });

  it('combine sets, making one series of what never meets', async () => {
    const storage = await storageWith({ a: [1, 5, 5], 'b{x="1"}': [7, 7, 7] });
    expect(await range(storage, 'a > 3 or on() b', 3)).toEqual([
      ['a', null, 5, 5],
      ['b{x="1"}', 7, null, null],
    ]);
    expect(await range(storage, 'b and on() a > 3', 3)).toEqual([['b{x="1"}', null, 7, 7]]);
    expect(await range(storage, 'b unless on() a > 3', 3)).toEqual([['b{x="1"}', 7, null, null]]);
    expect(await range(storage, 'a > 3 or a', 3)).toEqual([['a', 1, 5, 5]]);
  });
});

describe('aggregation', () => {
  const jobs = () =>
    storageWith({ 'm{job="a",i="1"}': [4, 1], 'm{job="a",i="2"}': [2, Number.NaN], 'm{job="b",i="1"}': [7, 7] });

  it('groups by and without labels', async () => {
    const storage = await jobs();
    expect(await instant(storage, 'sum by (job) (m)', 0)).toEqual([
      ['{job="a"}', 6],
      ['{job="b"}', 7],
    ]);
    expect(await instant(storage, 'max without (i) (m)', 0)).toEqual([
      ['{job="a"}', 4],
      ['{job="b"}', 7],
    ]);
    expect(await instant(storage, 'count(m)', 0)).toEqual([['{}', 3]]);
    expect(await instant(storage, 'stddev by (job) (m)', 0)).toEqual([
      ['{job="a"}', 1],
      ['{job="b"}', 0],
    ]);
    expect(await range(storage, 'min by (job) (m)', 2)).toEqual([
      ['{job="a"}', 2, 1],
      ['{job="b"}', 7, 7],
    ]);
  });

  it('chooses the largest and smallest, NaN last', async () => {
    const storage = await jobs();
    expect(await instant(storage, 'topk(2, m)', 0)).toEqual([
      ['m{i="1", job="b"}', 7],
      ['m{i="1", job="a"}', 4],
    ]);
    expect(await instant(storage, 'bottomk by (job) (1, m)', MINUTE)).toEqual([
      ['m{i="1", job="a"}', 1],
      ['m{i="1", job="b"}', 7],
    ]);
    expect((await failure(instant(storage, 'topk(NaN, m)', 0))).message).toBe('Parameter value is NaN');
  });

  it('counts values and takes quantiles', async () => {
    const storage = await jobs();
    expect(await instant(storage, 'count_values("v", m > 1)', 0)).toEqual([
      ['{v="4"}', 1],
      ['{v="7"}', 1],
      ['{v="2"}', 1],
    ]);
    expect(await instant(storage, 'quantile(0.5, m)', 0)).toEqual([['{}', 4]]);
    expect((await failure(instant(storage, 'count_values("", m)', 0))).message).toBe('invalid label name ""');
  });

  it('splits all series between a ratio and its complement', async () => {
    const storage = await jobs();
    expect(await instant(storage, 'count(limit_ratio(0.4, m) or limit_ratio(-0.6, m))', 0)).toEqual([['{}', 3]]);
    expect(await instant(storage, 'limit_ratio(0.4, m) and limit_ratio(-0.6, m)', 0)).toEqual([]);
  });
});

describe('functions of vectors', () => {
  it('say what is absent', async () => {
    const storage = await storageWith({ a: [1, 'stale'] });
    expect(await range(storage, 'absent(a{x="1",y=~"z"})', 2)).toEqual([['{x="1"}', 1, 1]]);
    expect(await range(storage, 'absent(a)', 2)).toEqual([['{}', null, 1]]);
    expect(await range(storage, 'absent_over_time(a[30s])', 2)).toEqual([['{}', null, 1]]);
  });

  it('sort instant vectors and warn about ranges', async () => {
    const storage = await storageWith({ 'a{i="x10"}': [2], 'a{i="x9"}': [Number.NaN], 'a{i="x1"}': [1] });
    const order = async (expr: string) => (await instant(storage, expr, 0)).map(([series]) => series);
    expect(await order('sort(a)')).toEqual(['a{i="x1"}', 'a{i="x10"}', 'a{i="x9"}']);
    expect(await order('sort_desc(a)')).toEqual(['a{i="x10"}', 'a{i="x1"}', 'a{i="x9"}']);
    expect(await order('sort_by_label(a, "i")')).toEqual(['a{i="x1"}', 'a{i="x9"}', 'a{i="x10"}']);
    const { warnings } = await evaluateRange(
      storage,
      { expr: 'sum(sort(a))', start: 0, end: MINUTE, step: MINUTE },
      OPTIONS,
    );
    expect(warnings).toEqual([
      'PromQL warning: sort is ineffective for range queries since results are always ordered by labels (1:5)',
    ]);
  });

  it('leave histograms out when they sort, over a range too', async () => {
    const storage = await storageWith({ a: [1, 2] });
    const appender = storage.appender();
    appender.histogram(UNKNOWN_REF, LabelSet.from({ __name__: 'a', kind: 'native' }), 0, NO_OBSERVATIONS);
    await appender.commit();
    expect(await instant(storage, 'sort(a)', 0)).toEqual([['a', 1]]);
    expect(await range(storage, 'sort_desc(a)', 2)).toEqual([['a', 1, 2]]);
    expect(await range(storage, 'count(sort_by_label(a, "kind"))', 2)).toEqual([['{}', 2, 2]]);
  });

  it('give the time of a sample, or of the step when it is computed', async () => {
    const storage = await storageWith({ a: [1, null] });
    expect(await instant(storage, 'timestamp(a)', MINUTE)).toEqual([['{}', 0]]);
    expect(await instant(storage, 'timestamp(a + 0)', MINUTE)).toEqual([['{}', 60]]);
    expect(await range(storage, 'vector(time()) + scalar(a)', 2)).toEqual([['{}', 1, 61]]);
    expect(await range(storage, 'scalar(b)', 1)).toEqual([['{}', Number.NaN]]);
  });

  it('refuse bad label names and patterns', async () => {
    const storage = await storageWith({ a: [1] });
    expect((await failure(instant(storage, 'label_replace(a, "", "", "", "")'))).message).toBe(
      'invalid destination label name in label_replace(): ',
    );
    expect((await failure(instant(storage, 'label_replace(a, "x", "", "", "(")'))).message).toBe(
      'invalid regular expression in label_replace(): (',
    );
    expect((await failure(instant(storage, 'label_join(a, "x", "", "")'))).message).toBe(
      'invalid source label name in label_join(): ',
    );
  });

  it('take quantiles of classic histograms and report repairs over all steps as one', async () => {
    const storage = await storageWith({
      'h_bucket{le="1"}': [4, 4],
      'h_bucket{le="2"}': [3, 2],
      'h_bucket{le="+Inf"}': [8, 8],
      'h_bucket{le="x"}': [8, 8],
    });
    const query = { expr: 'histogram_quantile(0.25, h_bucket)', start: 0, end: MINUTE, step: MINUTE };
    const result = await evaluateRange(storage, query, OPTIONS);
    expect(shown(result)).toEqual([['{}', 0.5, 0.5]]);
    expect(result.infos).toEqual([
      'PromQL info: input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile) for metric name "h_bucket", from buckets 2 to 2, with a max diff of 2, over 2 samples from 1970-01-01T00:00:00Z to 1970-01-01T00:01:00Z (1:26)',
    ]);
    expect(result.warnings).toEqual([
      'PromQL warning: bucket label "le" is missing or has a malformed value of "x" for metric name "h_bucket" (1:26)',
    ]);
  });
});

describe('the query as a whole', () => {
  it('gives scalars and strings as they are', async () => {
    const storage = new MemoryStorage();
    expect(await evaluateInstant(storage, { expr: '1 + 2 * 3', at: 1000 }, OPTIONS)).toMatchObject({
      type: 'scalar',
      at: 1000,
      value: 7,
    });
    expect(await evaluateInstant(storage, { expr: '("text")', at: 1000 }, OPTIONS)).toMatchObject({
      type: 'string',
      value: 'text',
    });
    expect(await range(storage, 'time()', 3)).toEqual([['{}', 0, 60, 120]]);
    expect(await range(storage, 'step() + range()', 3)).toEqual([['{}', 180, 180, 180]]);
  });

  it('is sorted by labels when it has steps', async () => {
    const storage = await storageWith({ 'a{x="1"}': [1], 'a{x="2"}': [2], b: [0] });
    expect(await range(storage, 'b or on(__name__, x) label_replace(a, "x", "", "x", "2")', 1)).toEqual([
      ['a', 2],
      ['a{x="1"}', 1],
      ['b', 0],
    ]);
  });

  it('refuses ranges and strings over steps, and lengths that are not positive', async () => {
    const storage = new MemoryStorage();
    expect(await failure(range(storage, 'a[5m]', 2))).toEqual({
      code: 'promql-parse',
      kind: 'bad-request',
      message: 'invalid expression type "range vector" for range query, must be Scalar or instant Vector',
    });
    expect((await failure(instant(storage, 'rate(a[5m - 5m])'))).code).toBe('promql-parse');
    expect((await failure(instant(storage, 'rate(a[5m / 0s])'))).message).toContain('division by zero');
    expect((await failure(instant(storage, 'a +'))).code).toBe('promql-parse');
  });

  it('keeps to the number of samples', async () => {
    const storage = await storageWith({ 'a{x="1"}': [1, 2, 3], 'a{x="2"}': [1, 2, 3] });
    expect(await range(storage, 'sum(a)', 3, { ...OPTIONS, maxSamples: 9 })).toEqual([['{}', 2, 4, 6]]);
    expect(await failure(range(storage, 'quantile(0.5, a)', 3, { ...OPTIONS, maxSamples: 5 }))).toEqual({
      code: 'promql-too-many-samples',
      kind: 'bad-request',
      message: 'query processing would load too many samples into memory in query execution',
    });
  });

  it('does not count what has passed by', async () => {
    const series = Array.from({ length: 600 }, (_, i): [string, number[]] => [`a{x="${i}"}`, [i]]);
    const storage = await storageWith(Object.fromEntries(series));
    const options = { ...OPTIONS, maxSamples: 300 };
    expect(await instant(storage, 'sum(a > 598)', 0, options)).toEqual([['{}', 599]]);
    expect(await instant(storage, 'sum(abs(a)) + scalar(a > 598)', 0, options)).toEqual([['{}', 180_299]]);
    expect(await instant(storage, 'count(clamp(a, 1, 0))', 0, options)).toEqual([]);
    expect(await instant(storage, 'count_values("v", a * 0)', 0, options)).toEqual([['{v="0"}', 600]]);
    expect((await failure(instant(storage, 'sort(a)', 0, options))).code).toBe('promql-too-many-samples');
  });

  it('stops at the deadline and when it is cancelled', async () => {
    const storage = await storageWith({ a: [1] });
    expect(await failure(instant(storage, 'a', 0, { ...OPTIONS, deadline: 100, now: () => 100 }))).toEqual({
      code: 'promql-timeout',
      kind: 'unavailable',
      message: 'query timed out in expression evaluation',
    });
    expect(await failure(instant(storage, 'a', 0, { ...OPTIONS, signal: { aborted: true } }))).toEqual({
      code: 'promql-canceled',
      kind: 'unavailable',
      message: 'query was canceled in expression evaluation',
    });
  });

  it('counts what it read', async () => {
    const storage = await storageWith({ 'a{x="1"}': [1, 2, 3], 'a{x="2"}': [1, 2, 3] });
    const query = { expr: 'sum_over_time(a[2m])', start: MINUTE, end: 2 * MINUTE, step: MINUTE };
    const { statistics } = await evaluateRange(storage, query, OPTIONS);
    expect(statistics).toMatchObject({ seriesRead: 2, samplesRead: 6, totalQueryableSamples: 8 });
  });

  it('hands over the warnings of the storage', async () => {
    const storage = await storageWith({ a: [1] });
    const partial = {
      querier: (wanted: { start: number; end: number }) => {
        const querier = storage.querier(wanted);
        const select = () => ({
          ...querier.select([createMatcher({ name: 'x', operator: '=', value: '' })], { ...wanted }),
          warnings: ['store c is away'],
        });
        return { select, close: () => {}, labelNames: querier.labelNames, labelValues: querier.labelValues };
      },
    };
    const result = await evaluateInstant(partial as unknown as MemoryStorage, { expr: 'a', at: 0 }, OPTIONS);
    expect(result.warnings).toEqual(['store c is away']);
    expect(shown(result)).toEqual([['a', 1]]);
  });
});

describe('a step of a range query', () => {
  const EXPRESSIONS = [
    'm',
    'm offset 90s',
    'm @ 240 - m',
    'rate(m[3m])',
    'sum by (a) (increase(m[4m]))',
    'avg without (a) (m) > 2',
    'm > on(a, b) (m offset 2m) or -m',
    'm * on(a) group_left sum by (a) (m)',
    'm unless on(b) (m > 5)',
    'max_over_time(m[3m]) - min_over_time(m[3m])',
    'quantile_over_time(0.7, m[5m])',
    'stddev(m) + quantile(0.4, m)',
    'count_values("v", round(m))',
    'limitk(2, m)',
    'max_over_time(sum by (b) (m)[4m:30s])',
    'absent(m{a="1"}) or absent_over_time(m{b="2"}[1m])',
    'predict_linear(m[5m], 60) + deriv(m[5m])',
    'changes(m[5m]) + resets(m[5m])',
    'label_join(m, "c", "-", "a", "b") + ignoring(c) m',
    'timestamp(m) - time()',
    'scalar(sum(m)) * vector(2)',
    'double_exponential_smoothing(m[6m], 0.3, 0.6)',
    'increase(m[3m] anchored) + delta(m[3m] smoothed)',
  ];
  const point = fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 9 }) },
    { weight: 2, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constant('stale' as const) },
  );
  const values = fc.array(point, { minLength: 1, maxLength: 12 });
  const series = fc.dictionary(
    fc.constantFrom('m{a="1",b="1"}', 'm{a="1",b="2"}', 'm{a="2",b="1"}', 'm{a="3",b="2"}'),
    values,
    { minKeys: 1, noNullPrototype: true },
  );

  const byLabels = (rows: [string, ...(number | null)[]][], step: number) =>
    Object.fromEntries(rows.flatMap((row) => (row[step + 1] === null ? [] : [[row[0], row[step + 1]]])));

  it.each(EXPRESSIONS)('is what an instant query gives: %s', async (expr) => {
    await fc.assert(
      fc.asyncProperty(series, async (data) => {
        const storage = await storageWith(data);
        const rows = await range(storage, expr, 14);
        for (let step = 0; step < 14; step++) {
          expect(byLabels(rows, step)).toEqual(byLabels(await instant(storage, expr, step * MINUTE), 0));
        }
      }),
      { numRuns: 25 },
    );
  });
});
