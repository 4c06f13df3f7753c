import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodePoints } from '#wire/points';
import { encodeAnswer, STREAM_TYPE } from '#wire/query-stream';
import { askTogether, type StreamQuery } from './query-stream.ts';

const START = 1_700_000_000;
const never = new AbortController().signal;
const encoder = new TextEncoder();
/** The bodies of the requests that were sent. */
let sent: string[];

beforeEach(() => {
  sent = [];
  vi.stubGlobal('fetch', (_url: string, { body }: { body: string }) => {
    sent.push(body);
    const { queries } = JSON.parse(body) as { queries: (StreamQuery & { id: string })[] };
    return Promise.resolve(streamOf(queries.map((query) => answerTo(query))));
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

function streamOf(answers: readonly Uint8Array<ArrayBuffer>[]): Response {
  return new Response(new Blob([...answers]), { headers: { 'Content-Type': STREAM_TYPE } });
}

/** A number at three steps, a scalar, or the mistake in what is neither. */
function answerTo(query: StreamQuery & { readonly id: string }): Uint8Array<ArrayBuffer> {
  const value = Number(/^vector\((\d)\)$/.exec(query.query)?.[1]);
  const head = { id: query.id, warnings: [], infos: [] };
  if ('time' in query) {
    const data = { resultType: 'scalar', result: [query.time, query.query] };
    return encodeAnswer({ ...head, kind: 'json' }, encoder.encode(JSON.stringify(data)));
  }
  if (Number.isNaN(value)) {
    const error = { status: 400, errorType: 'bad_data', error: 'a mistake' };
    return encodeAnswer({ ...head, kind: 'error' }, encoder.encode(JSON.stringify(error)));
  }
  const { data } = encodePoints({
    ...{ start: START * 1000, step: 15_000, count: 3, rows: 1, pixels: 0 },
    fill: (_row, { values: column, present }) => {
      column.fill(value);
      present.fill(1);
      return encoder.encode('{}');
    },
  });
  return encodeAnswer({ ...head, kind: 'points' }, data);
}

const range = (query: string): StreamQuery => ({ query, start: START, end: START + 30, step: 15 });

/** The values of the only series. */
async function values(query: StreamQuery, signal = never) {
  const { data } = await askTogether(query, signal);
  return data.resultType === 'points' ? [...data.points.series[0]!.values] : data;
}

describe('queries of a page', () => {
  it('that are asked in one turn go in one request, equal ones once', async () => {
    const asked = [range('vector(1)'), range('vector(2)'), range('vector(1)'), { query: '3', time: START }];
    expect(await Promise.all(asked.map((query) => values(query)))).toEqual([
      [1, 1, 1],
      [2, 2, 2],
      [1, 1, 1],
      { resultType: 'scalar', result: [START, '3'] },
    ]);
    expect(sent).toHaveLength(1);
    expect((JSON.parse(sent[0]!) as { queries: unknown[] }).queries).toEqual([
      { id: '0', ...range('vector(1)') },
      { id: '1', ...range('vector(2)') },
      { id: '2', query: '3', time: START },
    ]);
  });

  it('fail each on its own', async () => {
    const [good, bad] = await Promise.allSettled([values(range('vector(1)')), values(range('sum('))]);
    expect(good).toEqual({ status: 'fulfilled', value: [1, 1, 1] });
    expect(bad).toMatchObject({ status: 'rejected', reason: { name: 'RequestError', status: 400, type: 'bad_data' } });
  });

  it('that nobody waits for any more are not sent, and the others are', async () => {
    const gone = new AbortController();
    const asked = [values(range('vector(1)'), gone.signal), values(range('vector(2)'))];
    gone.abort();
    const [first, second] = await Promise.allSettled(asked);
    expect(first).toMatchObject({ status: 'rejected', reason: { name: 'AbortError' } });
    expect(second).toEqual({ status: 'fulfilled', value: [2, 2, 2] });
    expect(sent).toEqual([JSON.stringify({ queries: [{ id: '0', ...range('vector(2)') }] })]);
  });

  it('are asked again in the turn in which the ones before were given up', async () => {
    const gone = new AbortController();
    const first = values(range('vector(1)'), gone.signal);
    gone.abort();
    await expect(first).rejects.toThrow('Nobody waits');
    expect(await values(range('vector(2)'))).toEqual([2, 2, 2]);
    expect(sent).toHaveLength(1);
  });

  it('give up their request when the last of them goes', async () => {
    const started = new Promise<AbortSignal>((resolve) => {
      vi.stubGlobal('fetch', (_url: string, { signal }: { signal: AbortSignal }) => {
        resolve(signal);
        return new Promise(() => {});
      });
    });
    const gone = new AbortController();
    const asked = values(range('vector(1)'), gone.signal);
    asked.catch(() => {});
    const signal = await started;
    expect(signal.aborted).toBe(false);
    gone.abort();
    await expect(asked).rejects.toThrow('Nobody waits');
    expect(signal.aborted).toBe(true);
  });

  it('say that the session has ended, and that the server is gone', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('{"message":"Unauthorized"}', { status: 401 })));
    const ended = { status: 401, type: 'signed_out', hint: expect.stringContaining('Sign in') };
    await expect(values(range('up'))).rejects.toMatchObject(ended);
    const login = () => new Response('<title>Sign in</title>', { headers: { 'Content-Type': 'text/html' } });
    vi.stubGlobal('fetch', () => Promise.resolve(login()));
    await expect(values(range('up'))).rejects.toMatchObject({
      ...ended,
      status: 200,
      message: 'Your session has ended.',
    });
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed')));
    await expect(values(range('up'))).rejects.toMatchObject({ status: 0, type: 'unreachable' });
  });

  it('say that the connection broke off', async () => {
    vi.stubGlobal('fetch', () =>
      Promise.resolve(new Response(new Uint8Array([1, 0, 0]), { headers: { 'Content-Type': STREAM_TYPE } })),
    );
    await expect(values(range('up'))).rejects.toMatchObject({
      status: 0,
      message: expect.stringContaining('broke off'),
    });
  });

  it('say that a page of somebody else answers in place of the server', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('<!doctype html><title>Sign in</title>')));
    await expect(values(range('up'))).rejects.toMatchObject({ type: 'bad_answer' });
  });
});
