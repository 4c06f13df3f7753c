import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toModel } from '#test/naive-promql/histogram';
import { type Hist, isHist, type StoredPoint, type StoredSeries } from '#test/naive-promql/value';
import { query, type Server, scratch, startServer } from '#test/process';
import { int, nested, packed, staleMarker } from '#test/protobuf';
import { floatHistogram, type HistogramSample, RequestV2, sample } from '#test/write-message';
import { type Question, question } from '../property/query.ts';
import { world } from '../property/world.ts';

// Other numbers look at other queries, as in test/property: PROPERTY_SEED=7 npx vitest run --config vitest.e2e.config.ts …
const SEED = Number(process.env.PROPERTY_SEED ?? 1);
const QUERIES = 600;
/** More than there are threads, so that none is idle. */
const AT_A_TIME = 8;
/** Worlds that are put together: series enough that a query meets several. */
const WORLDS = 6;

const HEADERS = {
  'Content-Type': 'application/x-protobuf;proto=io.prometheus.write.v2.Request',
  'Content-Encoding': 'snappy',
  'X-Prometheus-Remote-Write-Version': '2.0.0',
};

function randomSeries(): readonly StoredSeries[] {
  const all = fc.sample(world, { seed: SEED, numRuns: WORLDS }).flat();
  return [...new Map(all.map((one) => [one.labels.key, one])).values()];
}

/** What every series has at that time, as one request: several samples of a series in one would have to be ordered. */
function requestAt(t: number, series: readonly StoredSeries[]): Uint8Array<ArrayBuffer> {
  const request = new RequestV2();
  for (const { labels, points } of series) {
    const point = points.find((one) => one.t === t);
    if (point) request.series(labels.toRecord(), written(point));
  }
  return packed(request.bytes);
}

function written({ t, value }: StoredPoint): number[] {
  if (value === 'stale') return nested(2, staleMarker(1), int(2, t));
  return isHist(value) ? floatHistogram(3, histogramAt(t, value)) : sample(t, value);
}

function histogramAt(t: number, value: Hist): HistogramSample {
  const { schema, count, sum, zeroCount, zeroThreshold, ...rest } = toModel(value);
  const spans = (all: typeof rest.positiveSpans) => all.map(({ offset, length }) => [offset, length] as const);
  return {
    ...{ t, schema, count, sum, zeroCount, zeroThreshold, hint: value.hint === 'gauge' ? 3 : 0 },
    ...{ spans: spans(rest.positiveSpans), buckets: [...rest.positiveBuckets] },
    negative: { spans: spans(rest.negativeSpans), buckets: [...rest.negativeBuckets] },
    ...(rest.customBounds ? { bounds: [...rest.customBounds] } : {}),
  };
}

async function feed(server: Server, series: readonly StoredSeries[]): Promise<void> {
  const times = new Set(series.flatMap(({ points }) => points.map(({ t }) => t)));
  for (const t of [...times].sort((a, b) => a - b)) {
    const body = requestAt(t, series);
    const response = await fetch(`${server.url}/api/v1/write`, { method: 'POST', headers: HEADERS, body });
    expect([response.status, await response.text()]).toEqual([204, '']);
  }
}

/** Status and body, as they are. */
async function answer({ url }: Server, { expr, start, step, count, lookback }: Question): Promise<string> {
  const end = start + (count - 1) * step;
  const seconds = (ms: number) => String(ms / 1000);
  const when =
    count === 1 ? { time: seconds(start) } : { start: seconds(start), end: seconds(end), step: seconds(step) };
  const body = new URLSearchParams({ query: expr, lookback_delta: `${lookback}ms`, ...when });
  const response = await fetch(`${url}/api/v1/query${count === 1 ? '' : '_range'}`, { method: 'POST', body });
  return `${response.status} ${await response.text()}`;
}

/** Answers in the order of the questions, whichever comes first. */
async function answers(server: Server, questions: readonly Question[]): Promise<readonly string[]> {
  const given: string[] = [];
  let next = 0;
  const client = async () => {
    for (let i = next++; i < questions.length; i = next++) given[i] = await answer(server, questions[i]!);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, client));
  return given;
}

describe('a server with one query thread and a server with four', () => {
  const series = randomSeries();
  const folders = [scratch(), scratch()] as const;
  let one: Server;
  let four: Server;

  beforeAll(async () => {
    const started = (threads: number, { dir }: { readonly dir: string }) => {
      const flags = ['--web.enable-remote-write-receiver', '--query.cache-size=0', `--threads=${threads}`];
      return startServer({ dir, config: 'global: {}\n', flags });
    };
    [one, four] = await Promise.all([started(1, folders[0]), started(4, folders[1])]);
    await Promise.all([feed(one, series), feed(four, series)]);
  });

  afterAll(async () => {
    await Promise.all([one, four].map((server) => server.stop('SIGKILL')));
    for (const folder of folders) folder.remove();
  });

  it('hold the same series', async () => {
    for (const server of [one, four]) {
      const { headStats } = await query<{ headStats: { numSeries: number } }>(server, 'status/tsdb');
      expect(headStats.numSeries).toBe(series.length);
    }
  });

  it('answer the same bytes, to whatever they are asked', { timeout: 300_000 }, async () => {
    const questions = fc.sample(question, { seed: SEED, numRuns: QUERIES });
    const [alone, shared] = [await answers(one, questions), await answers(four, questions)];
    const differing = questions.flatMap((asked, i) =>
      alone[i] === shared[i] ? [] : [{ asked, alone: alone[i], shared: shared[i] }],
    );
    expect(differing).toEqual([]);
    // The comparison is worth something only as long as many queries find something, instant and range alike.
    const found = (type: string) => alone.filter((text) => text.includes(`"resultType":"${type}","result":[{`)).length;
    expect(found('vector')).toBeGreaterThan(QUERIES / 10);
    expect(found('matrix')).toBeGreaterThan(QUERIES / 10);
    expect(alone.filter((text) => text.startsWith('4')).length).toBeGreaterThan(0);
    expect(alone.filter((text) => /"(?:warnings|infos)":\[/.test(text)).length).toBeGreaterThan(0);
  });
});
