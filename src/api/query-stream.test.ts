import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StopSignal } from '#lib/stop-signal';
import { ApiWorld } from '#test/api-world';
import { decodePoints } from '#wire/points';
import { encodeAnswer, readAnswers, type StreamAnswer } from '#wire/query-stream';

const START = 1_700_000_000;
let world: ApiWorld;

beforeEach(async () => {
  world = new ApiWorld();
  await world.open();
});
afterEach(() => world.dispose());

function post(queries: readonly unknown[], headers: Record<string, string> = {}): Promise<Response> {
  const body = JSON.stringify({ queries });
  return world.request('/api/v1/query_stream', { method: 'POST', body, headers });
}

async function answersOf(response: Response): Promise<StreamAnswer[]> {
  const answers: StreamAnswer[] = [];
  for await (const answer of readAnswers(response.body!)) answers.push(answer);
  return answers.sort((a, b) => (a.head.id < b.head.id ? -1 : 1));
}

/** The answers of a request by id, as plain values. */
async function asked(queries: readonly unknown[]) {
  return (await answersOf(await post(queries))).map(({ head, body }) => ({
    ...head,
    body: head.kind === 'points' ? decodePoints(body) : (JSON.parse(new TextDecoder().decode(body)) as unknown),
  }));
}

const range = { start: START, end: START + 60, step: 15 };

describe('the queries of a page in one request', () => {
  it('are answered one by one: columns of ranges, JSON of instants', async () => {
    for (const [i, value] of [1, 2, Number.NaN, 4].entries())
      await world.store({ __name__: 'load', host: 'a' }, (START + 15 * i) * 1000, value);
    await world.store({ __name__: 'load', host: 'b' }, (START + 45) * 1000, 7);
    const queries = [
      { id: 'a', query: 'load', ...range, end: START + 45 },
      { id: 'b', query: 'load{host="b"}', time: START + 45 },
    ];
    expect(await asked(queries)).toEqual([
      {
        ...{ id: 'a', kind: 'points', warnings: [], infos: [] },
        body: {
          ...{ start: START * 1000, step: 15_000, count: 4, pixel: 1 },
          series: [
            { metric: { __name__: 'load', host: 'a' }, steps: null, values: Float64Array.of(1, 2, Number.NaN, 4) },
            { metric: { __name__: 'load', host: 'b' }, steps: Uint32Array.of(3), values: Float64Array.of(7) },
          ],
        },
      },
      {
        ...{ id: 'b', kind: 'json', warnings: [], infos: [] },
        body: {
          resultType: 'vector',
          result: [{ metric: { __name__: 'load', host: 'b' }, value: [START + 45, '7'] }],
        },
      },
    ]);
  });

  it('fail each on its own, as a request for it alone would', async () => {
    const answers = await asked([
      { id: 'a', query: 'sum(up', ...range },
      { id: 'b', query: 'vector(1)', ...range, end: START - 1 },
      { id: 'c', query: 'vector(3)', ...range },
    ]);
    const alone = await world.json('/api/v1/query_range?query=sum(up&start=0&end=1&step=1');
    const { error, errorType } = alone.body as { error: string; errorType: string };
    expect(answers[0]).toMatchObject({ id: 'a', kind: 'error', body: { status: alone.status, error, errorType } });
    expect(answers[1]).toMatchObject({
      ...{ id: 'b', kind: 'error' },
      body: { status: 400, error: 'invalid parameter "end": end timestamp must not be before start time' },
    });
    expect(answers[2]).toMatchObject({
      kind: 'points',
      body: { series: [{ values: Float64Array.of(3, 3, 3, 3, 3) }] },
    });
  });

  it('are thinned for pictures with fewer pixels', async () => {
    for (let i = 0; i < 100; i++) await world.store({ __name__: 'load' }, (START + i) * 1000, i === 42 ? 1000 : i);
    const [answer] = await asked([{ id: 'a', query: 'load', start: START, end: START + 99, step: 1, pixels: 10 }]);
    const { pixel, series } = answer!.body as ReturnType<typeof decodePoints>;
    expect(pixel).toBe(10);
    expect([...series[0]!.steps!].filter((step) => step >= 40 && step < 50)).toEqual([40, 42, 49]);
    expect(Math.max(...series[0]!.values)).toBe(1000);
  });

  it('may be answered from the results cache', async () => {
    await asked([{ id: 'a', query: 'up', ...range }]);
    expect(world.jobs.map(({ job, options }) => [job.kind, options.cache])).toEqual([['range', true]]);
  });

  it('come first when they are there first', async () => {
    let finish = (): void => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    world.answers = async (job) => {
      if ('expr' in job && job.expr === 'slow') await finished;
      return { kind: 'json', data: new TextEncoder().encode('{}'), warnings: ['w'], infos: ['i'] };
    };
    const response = await post([
      { id: 'slow', query: 'slow', ...range },
      { id: 'quick', query: 'quick', ...range },
    ]);
    const answers = readAnswers(response.body!);
    expect((await answers.next()).value!.head).toEqual({ id: 'quick', kind: 'json', warnings: ['w'], infos: ['i'] });
    finish();
    expect((await answers.next()).value!.head.id).toBe('slow');
    expect((await answers.next()).done).toBe(true);
  });

  it('stop when the reader goes', async () => {
    const signals: (StopSignal | undefined)[] = [];
    world.answers = () => new Promise(() => signals.push(world.jobs.at(-1)!.options.signal));
    const response = await post([{ id: 'a', query: 'up', ...range }]);
    await response.body!.cancel();
    expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
  });

  it('are compressed piece by piece for clients that take it', async () => {
    await world.store({ __name__: 'up' }, START * 1000, 1);
    const response = await post([{ id: 'a', query: 'up', ...range }], { 'Accept-Encoding': 'gzip' });
    expect(response.headers.get('Content-Encoding')).toBe('gzip');
    const plain = new Response(gunzipSync(new Uint8Array(await response.arrayBuffer())));
    expect((await answersOf(plain)).map(({ head }) => head.kind)).toEqual(['points']);
  });

  it.each([
    ['no JSON', 'the body is not JSON'],
    ['{}', 'the body must be {"queries":[…]}'],
    ['{"queries":[{"query":"up"}]}', 'needs an "id"'],
    ['{"queries":[{"id":"a"},{"id":"a"}]}', 'two queries have the same "id"'],
    ['{"queries":[{"id":"a","limit":1}]}', 'no \\"limit\\"'],
    ['{"queries":[{"id":"a","query":["up"]}]}', 'must be a text or a number'],
  ])('%s is refused', async (body, words) => {
    const { status, body: answer } = await world.json('/api/v1/query_stream', { method: 'POST', body });
    expect(status).toBe(400);
    expect(JSON.stringify(answer)).toContain(words.replaceAll('"', words.includes('\\"') ? '"' : '\\"'));
  });
});

describe('a stream of answers', () => {
  const head = { id: 'ä', kind: 'json', warnings: [], infos: ['i'] } as const;
  const bytes = encodeAnswer(head, Uint8Array.of(1, 2, 3));
  const streamOf = (...pieces: readonly Uint8Array[]) =>
    new ReadableStream<Uint8Array>({
      start: (controller) => {
        for (const piece of pieces) controller.enqueue(piece);
        controller.close();
      },
    });

  it('is read from pieces of any size', async () => {
    for (const size of [1, 3, 7, bytes.length, 2 * bytes.length + 5]) {
      const twice = Buffer.concat([bytes, bytes]);
      const pieces = Array.from({ length: Math.ceil(twice.length / size) }, (_, i) =>
        twice.subarray(i * size, (i + 1) * size),
      );
      const answers = [];
      for await (const answer of readAnswers(streamOf(...pieces))) answers.push(answer);
      expect(answers).toEqual([
        { head, body: Uint8Array.of(1, 2, 3) },
        { head, body: Uint8Array.of(1, 2, 3) },
      ]);
    }
  });

  it('that is cut says so', async () => {
    const reading = readAnswers(streamOf(bytes.subarray(0, 9)));
    await expect(reading.next()).rejects.toThrow('ended within an answer');
  });
});
