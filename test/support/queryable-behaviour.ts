import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Histogram } from '#model/histogram';
import { Labels } from '#model/labels';
import { createMatcher, type MatchOperator } from '#model/matcher';
import type { Querier, Queryable, SelectHints } from '#storage/queryable';
import { KIND_FLOAT, KIND_HISTOGRAM, SampleBuffer } from '#storage/sample-buffer';
import { comparable, hinted, histogramOf, integers } from './histogram-data.ts';

/** A sample of the data that the suite asks for; neither a value nor a histogram = a staleness marker. */
export interface TestSample {
  readonly t: number;
  readonly v: number | null;
  readonly histogram?: ReturnType<typeof comparable>;
  readonly start?: number;
}

interface TestSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly TestSample[];
}

/** A sample as it is written. */
export interface GivenSample extends Omit<TestSample, 'histogram'> {
  readonly histogram?: Histogram;
}

interface GivenSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly GivenSample[];
}

const STEP = 5000;

/** What `withData` must make a Queryable of. */
export const behaviourData: readonly GivenSeries[] = [
  { labels: { __name__: 'up', job: 'api', instance: 'a:1' }, samples: steps(10, (i) => i % 2) },
  { labels: { __name__: 'up', job: 'api', instance: 'b:1' }, samples: steps(10, () => 1) },
  { labels: { __name__: 'up', job: 'node', instance: 'c:1' }, samples: steps(5, () => 0) },
  { labels: { __name__: 'odd', kind: 'values' }, samples: odd() },
  { labels: { __name__: 'long', job: 'api' }, samples: steps(1000, (i) => Math.sqrt(i)) },
  { labels: { __name__: 'late', job: 'node' }, samples: [{ t: 4_000_000, v: 4 }] },
  { labels: { __name__: 'native', kind: 'integer' }, samples: histograms(200, (i) => integers(growing(i))) },
  { labels: { __name__: 'native', kind: 'float' }, samples: histograms(200, (i) => histogramOf(growing(i / 2))) },
  {
    labels: { __name__: 'native', kind: 'gauge' },
    samples: histograms(30, (i) => hinted(integers({ [i % 5]: 1 }), 'gauge')),
  },
  { labels: { __name__: 'native', kind: 'custom' }, samples: histograms(30, custom) },
  { labels: { __name__: 'native', kind: 'wide' }, samples: histograms(20, wide) },
  { labels: { __name__: 'switching', kind: 'any' }, samples: switching() },
  { labels: { __name__: 'started', kind: 'float' }, samples: steps(300, (i) => i).map(started) },
  { labels: { __name__: 'started', kind: 'integer' }, samples: histograms(50, (i) => integers({ 1: i })).map(started) },
  // By UTF-16 units the second of these would come first.
  { labels: { __name__: 'text', value: '\ue000' }, samples: steps(3, (i) => i) },
  { labels: { __name__: 'text', value: '\u{1f600}' }, samples: steps(3, (i) => i) },
  ...Array.from({ length: 600 }, (_, i) => ({
    labels: { __name__: 'many', number: String(i).padStart(3, '0') },
    samples: [{ t: 1000 * i, v: i }],
  })),
];

function steps(count: number, value: (i: number) => number): GivenSample[] {
  return Array.from({ length: count }, (_, i) => ({ t: i * STEP, v: value(i) }));
}

function odd(): GivenSample[] {
  const values = [0, -0, Number.NaN, null, Infinity, -Infinity, Number.MIN_VALUE, Number.MAX_VALUE, null, 1.5];
  return values.map((v, i) => ({ t: i * STEP + (i % 3), v }));
}

function histograms(count: number, histogram: (i: number) => Histogram): GivenSample[] {
  return Array.from({ length: count }, (_, i) => ({ t: i * STEP, v: null, histogram: histogram(i) }));
}

function growing(i: number): Record<number, number> {
  return Object.fromEntries(Array.from({ length: Math.min(i, 20) + 1 }, (_, b) => [b * 2 - 9, (i % 90) + b]));
}

function custom(i: number): Histogram {
  const customBounds = i < 15 ? Float64Array.of(0.5, 1, 1e9) : Float64Array.of(-1, 0.005);
  return integers({ 0: i, 2: 1 }, { schema: -53, zeroThreshold: 0, customBounds });
}

function wide(i: number): Histogram {
  return histogramOf(Object.fromEntries(Array.from({ length: 150 }, (_, b) => [b, Math.sqrt(b + i)])));
}

/** Floats, histograms of both kinds and staleness markers in one timeline. */
function switching(): GivenSample[] {
  return Array.from({ length: 60 }, (_, i): GivenSample => {
    const t = i * STEP;
    if (i % 11 === 10) return { t, v: null };
    if (i % 20 < 6) return { t, v: i, ...(i > 40 ? { start: t - 1 } : {}) };
    return { t, v: null, histogram: i % 20 < 15 ? integers({ 1: i }) : histogramOf({ 1: i / 3 }) };
  });
}

/** Of some samples it is known when their counter began to count. */
function started(sample: GivenSample, i: number): GivenSample {
  return i % 3 === 0 ? sample : { ...sample, start: sample.t - (i % 50 < 25 ? 10 : i) };
}

function expected({ labels, samples }: GivenSeries): TestSeries {
  return {
    labels,
    samples: samples.map(({ histogram, ...rest }) =>
      histogram ? { ...rest, histogram: comparable(histogram) } : rest,
    ),
  };
}

const ALL = { start: 0, end: 10_000_000 };
const EVERYTHING = [['__name__', '=~', '.+']] as const;

type Condition = readonly [name: string, operator: MatchOperator, value: string];

/** The contract of Queryable, for any implementation that can be filled with the data above. `close` is called once at the end. */
export function describeQueryable(
  name: string,
  withData: () => Promise<{ storage: Queryable; close(): Promise<void> }>,
): void {
  describe(`${name} as a Queryable`, () => {
    let data: { readonly storage: Queryable; close(): Promise<void> };
    beforeAll(async () => {
      data = await withData();
    });
    afterAll(() => data.close());
    const within = (run: (storage: Queryable) => Promise<void>) => run(data.storage);

    it('gives all samples of all series, sorted by labels', () =>
      within(async (storage) => {
        expect(await read(storage, EVERYTHING)).toEqual(sorted(behaviourData.map(expected)));
      }));

    it('gives each of them once when any order will do', () =>
      within(async (storage) => {
        const everything = sorted(behaviourData.map(expected));
        expect(sorted(await read(storage, EVERYTHING, { ...ALL, anyOrder: true }))).toEqual(everything);
      }));

    it('keeps the sign of zero', () =>
      within(async (storage) => {
        const [series] = await read(storage, [['kind', '=', 'values']]);
        expect(Object.is(series?.samples[1]?.v, -0)).toBe(true);
      }));

    it('gives only samples of the range, both ends belonging to it', () =>
      within(async (storage) => {
        const range = { start: 10_000, end: 20_000 };
        const [series] = await read(storage, [['instance', '=', 'b:1']], range);
        expect(series?.samples.map(({ t }) => t)).toEqual([10_000, 15_000, 20_000]);
        const [long] = await read(storage, [['__name__', '=', 'long']], { start: 2_500_001, end: 2_510_000 });
        expect(long?.samples.map(({ t }) => t)).toEqual([2_505_000, 2_510_000]);
      }));

    it('gives only the histograms of the range', () =>
      within(async (storage) => {
        const range = { start: 10_000, end: 20_000 };
        const [series] = await read(storage, [['kind', '=', 'custom']], range);
        expect(series?.samples).toEqual(
          expected(behaviourData.find(({ labels }) => labels['kind'] === 'custom')!).samples.slice(2, 5),
        );
      }));

    it('gives at least what the hints ask for', () =>
      within(async (storage) => {
        const querier = storage.querier(ALL);
        const found = await all(querier, [['instance', '=', 'b:1']], { start: 5000, end: 9999 });
        expect(found[0]?.samples).toContainEqual({ t: 5000, v: 1 });
        querier.close();
      }));

    it('leaves out series that end before the range or begin behind it', () =>
      within(async (storage) => {
        const names = async (range: { start: number; end: number }) =>
          (await read(storage, [['job', '=~', '.+']], range)).map(({ labels }) => labels['__name__']);
        expect(await names({ start: 6_000_000, end: 7_000_000 })).toEqual([]);
        expect(await names({ start: 3_900_000, end: 4_100_000 })).toEqual(['late', 'long']);
        expect(await names({ start: -10, end: -1 })).toEqual([]);
      }));

    const questions: readonly (readonly Condition[])[] = [
      [['job', '=', 'api']],
      [['job', '=', '']],
      [['job', '!=', '']],
      [['job', '!=', 'api']],
      [['job', '=~', 'api|node']],
      [['job', '=~', 'a.*']],
      [['number', '=~', '59[0-9]?|59x.*']],
      [['value', '=~', '\u{1f600}.*']],
      [['number', '!~', '5.+']],
      [['job', '!~', 'a.*']],
      [['job', '!~', '.+']],
      [['job', '=~', '.*']],
      [['job', '=', 'unknown']],
      [['unknown', '=', 'x']],
      [['unknown', '=', '']],
      [
        ['__name__', '=', 'up'],
        ['instance', '!~', 'a.*|c.*'],
      ],
      [
        ['__name__', '=~', 'up|odd|'],
        ['job', '!=', 'node'],
      ],
      [['number', '=~', '0[0-4].']],
      [['value', '=', '\u{1f600}']],
      [],
    ];
    it.each(questions.map((conditions) => [conditions.map((condition) => condition.join('')).join(','), conditions]))(
      'finds the series of {%s}',
      (_, conditions) =>
        within(async (storage) => {
          const matchers = (conditions as readonly Condition[]).map(matcher);
          const wanted = behaviourData.filter(({ labels }) =>
            matchers.every((one) => one.matches(labels[one.name] ?? '')),
          );
          expect(await read(storage, conditions as readonly Condition[])).toEqual(sorted(wanted.map(expected)));
        }),
    );

    it('says of a single label what all labels say', () =>
      within(async (storage) => {
        const querier = storage.querier(ALL);
        const set = querier.select([matcher(['__name__', '=~', '.+'])], ALL);
        for (let batch = await set.next(); batch; batch = await set.next()) {
          for (const series of batch) {
            const { labels } = series;
            for (const name of ['__name__', 'job', 'kind', 'number', 'value', 'unknown'])
              expect(series.label?.(name) ?? labels.get(name)).toBe(labels.get(name));
          }
        }
        querier.close();
      }));

    it('gives batches of at most 256 series', () =>
      within(async (storage) => {
        const querier = storage.querier(ALL);
        const set = querier.select([matcher(['__name__', '=', 'many'])], ALL);
        const sizes: number[] = [];
        for (let batch = await set.next(); batch; batch = await set.next()) sizes.push(batch.length);
        expect(Math.max(...sizes)).toBeLessThanOrEqual(256);
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(600);
        expect(await set.next()).toBe(null);
        expect(set.warnings).toEqual([]);
        querier.close();
      }));

    it('appends to what is in the buffer already', () =>
      within(async (storage) => {
        const querier = storage.querier(ALL);
        const [series] = (await querier.select([matcher(['instance', '=', 'b:1'])], ALL).next()) ?? [];
        const buffer = new SampleBuffer(1);
        buffer.pushFloat(-1, 42);
        series?.read(buffer);
        expect(buffer.length).toBe(11);
        expect([buffer.t[0], buffer.v[0], buffer.t[1], buffer.t[10]]).toEqual([-1, 42, 0, 45_000]);
        querier.close();
      }));

    it('lists label names and values, sorted by UTF-8 bytes', () =>
      within(async (storage) => {
        const querier = storage.querier(ALL);
        const names = ['__name__', 'instance', 'job', 'kind', 'number', 'value'];
        expect(await querier.labelNames([])).toEqual({ values: names, warnings: [] });
        expect((await querier.labelNames([matcher(['job', '=', 'node'])])).values).toEqual([
          '__name__',
          'instance',
          'job',
        ]);
        expect((await querier.labelValues('job', [])).values).toEqual(['api', 'node']);
        expect((await querier.labelValues('value', [])).values).toEqual(['\ue000', '\u{1f600}']);
        expect((await querier.labelValues('job', [matcher(['instance', '=', 'c:1'])])).values).toEqual(['node']);
        expect((await querier.labelValues('job', [matcher(['kind', '=', 'values'])])).values).toEqual([]);
        expect((await querier.labelValues('unknown', [])).values).toEqual([]);
        expect((await querier.labelNames([matcher(['job', '=', 'unknown'])])).values).toEqual([]);
        querier.close();
      }));

    it('says when a limit has cut names or values off', () =>
      within(async (storage) => {
        const querier = storage.querier(ALL);
        const cut = ['results truncated due to limit'];
        expect(await querier.labelNames([], 2)).toEqual({ values: ['__name__', 'instance'], warnings: cut });
        expect(await querier.labelValues('job', [], 1)).toEqual({ values: ['api'], warnings: cut });
        expect(await querier.labelValues('job', [], 2)).toEqual({ values: ['api', 'node'], warnings: [] });
        querier.close();
      }));

    it('answers several selects of one querier, also interleaved', () =>
      within(async (storage) => {
        const querier = storage.querier(ALL);
        const first = querier.select([matcher(['__name__', '=', 'many'])], ALL);
        const before = await first.next();
        const up = await all(querier, [['__name__', '=', 'up']], ALL);
        expect(up.map(({ samples }) => samples.length)).toEqual([10, 10, 5]);
        expect((await first.next())?.[0]?.labels.get('number')).toBe(String(before?.length).padStart(3, '0'));
        querier.close();
      }));
  });
}

function matcher([name, operator, value]: Condition) {
  return createMatcher({ name, operator, value });
}

async function read(
  storage: Queryable,
  conditions: readonly Condition[],
  hints: SelectHints = ALL,
): Promise<TestSeries[]> {
  const querier = storage.querier({ start: hints.start, end: hints.end });
  try {
    return await all(querier, conditions, hints);
  } finally {
    querier.close();
  }
}

async function all(querier: Querier, conditions: readonly Condition[], hints: SelectHints): Promise<TestSeries[]> {
  const set = querier.select(conditions.map(matcher), hints);
  const found: TestSeries[] = [];
  for (let batch = await set.next(); batch; batch = await set.next()) {
    for (const series of batch) {
      const buffer = new SampleBuffer(1);
      series.read(buffer);
      found.push({ labels: series.labels.toRecord(), samples: samplesOf(buffer) });
    }
  }
  return found;
}

/** The samples of a buffer as objects; histograms and start times are there where a sample has them. */
export function samplesOf({ t, v, kind, histograms, starts, length }: SampleBuffer): TestSample[] {
  return Array.from({ length }, (_, i) => ({
    t: t[i]!,
    v: kind[i] === KIND_FLOAT ? v[i]! : null,
    ...(kind[i] === KIND_HISTOGRAM ? { histogram: comparable(histograms[i]!) } : {}),
    ...(starts && starts[i] !== 0 ? { start: starts[i]! } : {}),
  }));
}

function sorted(series: readonly TestSeries[]): TestSeries[] {
  return [...series].sort((a, b) => Labels.from(a.labels).compare(Labels.from(b.labels)));
}
