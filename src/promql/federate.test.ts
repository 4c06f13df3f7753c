import { describe, expect, it } from 'vitest';
import type { PageFormat } from '#exposition/accept';
import { parsePage } from '#exposition/parse';
import { CUSTOM_BOUNDS_SCHEMA, type Histogram } from '#model/histogram';
import { Labels } from '#model/labels';
import { createMatcher } from '#model/matcher';
import { UNKNOWN_REF } from '#storage/appender';
import { MemoryStorage } from '#storage/memory';
import { type FederatedPart, federate } from './federate.ts';

const TEXT: PageFormat = { protobuf: false, escaping: 'allow-utf-8' };
const PROTOBUF: PageFormat = { protobuf: true, escaping: 'allow-utf-8' };

const ALL = [createMatcher({ name: '__name__', operator: '=~', value: '.*' })];
const JOB_X = [createMatcher({ name: 'job', operator: '=', value: 'x' })];

interface Wanted {
  readonly externalLabels?: readonly string[];
  readonly format?: PageFormat;
  readonly maxBytes?: number;
}

/** All parts of a page of what was stored. */
async function parts(storage: MemoryStorage, { externalLabels = [], format = TEXT, maxBytes = 1e6 }: Wanted = {}) {
  const range = { start: 0, end: 300 };
  const found: Uint8Array[] = [];
  let after: readonly string[] | null = null;
  do {
    const part: FederatedPart = await federate(storage.querier(range), {
      ...{ matcherSets: [ALL, JOB_X], range, externalLabels, format, after, maxBytes, check: () => {} },
    });
    found.push(part.text);
    after = part.after;
  } while (after !== null);
  return found;
}

type Add = (labels: Record<string, string>, t: number, v: number | Histogram | 'stale') => void;

async function stored(write: (add: Add) => void): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  const appender = storage.appender();
  write((labels, t, v) => {
    const series = Labels.from(labels);
    if (v === 'stale') appender.stale(UNKNOWN_REF, series, t);
    else if (typeof v === 'number') appender.float(UNKNOWN_REF, series, t, v);
    else appender.histogram(UNKNOWN_REF, series, t, v);
  });
  await appender.commit();
  return storage;
}

const someSeries = () =>
  stored((add) => {
    add({ __name__: 'up', instance: 'a:1', job: 'x' }, 100, 0);
    add({ __name__: 'up', instance: 'a:1', job: 'x' }, 200, 1);
    add({ __name__: 'errors', job: 'say "hi"' }, 200, 1e21);
    add({ __name__: 'up', instance: 'gone:1' }, 200, 'stale');
    add({ __name__: 'old', job: 'x' }, 100, 1);
    add({ __name__: 'old', job: 'x' }, 200, 'stale');
    add({ job: 'x' }, 200, 1);
  });

const texts = (bytes: readonly Uint8Array[]) => bytes.map((one) => new TextDecoder().decode(one));

describe('federation', () => {
  it('gives the newest sample of each live series with a name once, sorted by name', async () => {
    expect(texts(await parts(await someSeries())).join('')).toBe(
      [
        '# TYPE errors untyped',
        'errors{job="say \\"hi\\"",instance=""} 1e+21 200',
        '# TYPE up untyped',
        'up{instance="a:1",job="x"} 1 200',
        '',
      ].join('\n'),
    );
  });

  it('adds the external labels that a series does not have', async () => {
    const [text] = texts(await parts(await someSeries(), { externalLabels: ['job', 'theirs', 'region', 'eu'] }));
    expect(text).toContain('up{instance="a:1",job="x",region="eu"} 1 200');
    const [other] = texts(await parts(await someSeries(), { externalLabels: ['instance', 'here'] }));
    expect(other).toContain('errors{job="say \\"hi\\"",instance="here"} 1e+21 200');
  });

  it('comes in parts that make one page, whatever their length', async () => {
    const storage = await stored((add) => {
      for (let i = 0; i < 700; i++) add({ __name__: `m${i % 3}`, i: String(i) }, 200, i);
      add({ __name__: 'm1', Above: 'the name' }, 200, 1);
    });
    const whole = texts(await parts(storage));
    expect(whole).toHaveLength(1);
    expect(whole[0]!.match(/^m/gm)).toHaveLength(701);
    for (const maxBytes of [1, 100, 2000]) {
      const some = texts(await parts(storage, { maxBytes }));
      expect(some.length).toBeGreaterThan(5);
      // The family that a label puts before its name is announced once more.
      expect(some.join('').replaceAll('# TYPE m1 untyped\n', '')).toBe(whole[0]!.replaceAll('# TYPE m1 untyped\n', ''));
    }
  });

  it('writes names as the reader asked for', async () => {
    const storage = await stored((add) => add({ __name__: 'http.size', 'a-b': 'x' }, 200, 1));
    const written = async (escaping: PageFormat['escaping']) =>
      texts(await parts(storage, { format: { protobuf: false, escaping } })).join('');
    expect(await written('allow-utf-8')).toBe(
      '# TYPE "http.size" untyped\n{"http.size","a-b"="x",instance=""} 1 200\n',
    );
    expect(await written('underscores')).toBe('# TYPE http_size untyped\nhttp_size{a_b="x",instance=""} 1 200\n');
    expect(await written('dots')).toBe('# TYPE http_dot_size untyped\nhttp_dot_size{a__b="x",instance=""} 1 200\n');
    expect(await written('values')).toBe(
      '# TYPE U__http_2e_size untyped\nU__http_2e_size{U__a_2d_b="x",instance=""} 1 200\n',
    );
  });
});

describe('federation of native histograms', () => {
  const histogram: Histogram = {
    ...{ schema: 1, zeroThreshold: 0.001, zeroCount: 2, count: 10, sum: -3.5, customBounds: null },
    ...{
      positiveSpans: [
        { offset: -2, length: 2 },
        { offset: 3, length: 1 },
      ],
      positiveBuckets: new Float64Array([1, 2, 3]),
    },
    ...{
      negativeSpans: [{ offset: 0, length: 1 }],
      negativeBuckets: new Float64Array([2]),
      counterResetHint: 'unknown',
    },
  };

  const rows = (page: Uint8Array) => {
    const histograms = { native: true, alwaysClassic: false };
    const parsed = parsePage({ format: 'protobuf', body: page, histograms });
    expect(parsed.error).toBeNull();
    return Array.from({ length: parsed.length }, (_, i) => ({
      series: parsed.text(i),
      value: parsed.histograms.get(i) ?? parsed.value[i],
      t: parsed.timestamp[i],
    }));
  };

  it('keeps them in protobuf, beside floats of the same name', async () => {
    const storage = await stored((add) => {
      add({ __name__: 'size', a: '1' }, 200, histogram);
      add({ __name__: 'size', a: '2' }, 210, 7);
      add({ __name__: 'size', a: '3' }, 220, { ...histogram, counterResetHint: 'gauge' });
    });
    for (const maxBytes of [1, 1e6]) {
      const pages = await parts(storage, { format: PROTOBUF, maxBytes });
      expect(pages.flatMap(rows)).toEqual([
        { series: 'size{a="1",instance=""}', value: histogram, t: 200 },
        { series: 'size{a="2",instance=""}', value: 7, t: 210 },
        { series: 'size{a="3",instance=""}', value: { ...histogram, counterResetHint: 'gauge' }, t: 220 },
      ]);
    }
  });

  it('leaves them out of the text, which cannot say them', async () => {
    const storage = await stored((add) => add({ __name__: 'size' }, 200, histogram));
    expect(texts(await parts(storage)).join('')).toBe('');
  });

  it('gives those with custom bounds as classic buckets', async () => {
    const custom: Histogram = {
      ...{ ...histogram, schema: CUSTOM_BOUNDS_SCHEMA, zeroThreshold: 0, zeroCount: 0, count: 6, sum: 12 },
      ...{ positiveSpans: [{ offset: 1, length: 2 }], positiveBuckets: new Float64Array([2, 4]) },
      ...{ negativeSpans: [], negativeBuckets: new Float64Array(0), customBounds: new Float64Array([1, 2.5]) },
    };
    const [page] = await parts(await stored((add) => add({ __name__: 'size' }, 200, custom)), { format: PROTOBUF });
    expect(rows(page!).map(({ series, value }) => [series, value])).toEqual([
      ['size_count{instance=""}', 6],
      ['size_sum{instance=""}', 12],
      ['size_bucket{instance="",le="1.0"}', 0],
      ['size_bucket{instance="",le="2.5"}', 2],
      ['size_bucket{instance="",le="+Inf"}', 6],
    ]);
  });
});
