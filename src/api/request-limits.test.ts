import { beforeEach, describe, expect, it } from 'vitest';
import { MetricRegistry } from '#lib/metrics';
import { FakeClock } from '#test/clock';
import type { Api } from './app.ts';
import { textReply } from './reply.ts';
import { type RequestLimits, requestLimiter } from './request-limits.ts';

const NOBODY = { address: '' };

let clock: FakeClock;
let registry: MetricRegistry;
/** Ends the answers that are under way, oldest first. */
let answers: ((response: Response) => void)[];
beforeEach(() => {
  clock = new FakeClock();
  registry = new MetricRegistry();
  answers = [];
});

/** An API that answers when the test says so. */
function limited(limits: RequestLimits): Api {
  const slow: Api = {
    fetch: () => new Promise((resolve) => answers.push(resolve)),
    short: () => () => Promise.reject(new Error('not asked')),
  };
  registry = new MetricRegistry();
  return requestLimiter({ limits, clock, registry })(slow);
}

async function ask(api: Api, method = 'GET'): Promise<[number, string]> {
  const response = await api.fetch(new Request('http://am.test/x', { method }), NOBODY);
  return [response.status, await response.text()];
}

const metric = (name: string) => registry.collect().find((family) => family.name === name)?.samples[0]?.value;
const inFlight = () => metric('alertmanager_http_requests_in_flight');

describe('GET requests at a time', () => {
  it('are refused beyond the limit, others are not', async () => {
    const api = limited({ concurrentGets: 1, timeout: 0 });
    const first = ask(api);
    expect(await ask(api)).toEqual([503, 'Limit of concurrent GET requests reached (1), try again later.\n\n']);
    const post = ask(api, 'POST');
    expect([inFlight(), metric('alertmanager_http_concurrency_limit_exceeded_total')]).toEqual([1, 1]);
    for (const answer of answers) answer(textReply('ok'));
    expect([await first, await post]).toEqual([
      [200, 'ok'],
      [200, 'ok'],
    ]);
    expect(inFlight()).toBe(0);
  });

  it('count until a body that comes in pieces is read or given up', async () => {
    const api = limited({ concurrentGets: 2, timeout: 0 });
    const request = () => Promise.resolve(api.fetch(new Request('http://am.test/x'), NOBODY));
    const responses = [request(), request()];
    for (const answer of answers) answer(new Response(new Blob(['piece by piece']).stream()));
    const [read, left] = await Promise.all(responses);
    expect(inFlight()).toBe(2);
    expect(await read!.text()).toBe('piece by piece');
    expect(inFlight()).toBe(1);
    await left!.body!.cancel();
    expect(inFlight()).toBe(0);
  });

  it('are given up once, also while a piece is waited for', async () => {
    const api = limited({ concurrentGets: 2, timeout: 0 });
    const asked = Promise.resolve(api.fetch(new Request('http://am.test/x'), NOBODY));
    answers[0]!(new Response(new ReadableStream()));
    const reader = (await asked).body!.getReader();
    const waiting = reader.read();
    await reader.cancel();
    expect((await waiting).done).toBe(true);
    await new Promise(setImmediate);
    expect(inFlight()).toBe(0);
  });

  it('do not count any more when their answer fails', async () => {
    const failing: Api = { fetch: () => Promise.reject(new Error('broken')), short: () => null };
    const api = requestLimiter({ limits: { concurrentGets: 1, timeout: 0 }, clock, registry })(failing);
    await expect(ask(api)).rejects.toThrow('broken');
    expect(inFlight()).toBe(0);
  });

  it('go the way that is counted, which others need not', () => {
    const { short } = limited({ concurrentGets: 1, timeout: 0 });
    expect([short('GET', '/x'), short('POST', '/x')]).toEqual([null, expect.any(Function)]);
    expect(limited({ concurrentGets: 1, timeout: 1 }).short('POST', '/x')).toBe(null);
  });
});

describe('the longest time of a request', () => {
  it.each(['GET', 'POST'])('ends with 503 (%s), and the answer that comes later is given up', async (method) => {
    const api = limited({ concurrentGets: 1, timeout: 1500 });
    const answer = ask(api, method);
    await clock.advance(1499);
    const before = inFlight();
    await clock.advance(1);
    expect(await answer).toEqual([503, 'Exceeded configured timeout of 1.5s.\n']);
    expect(inFlight()).toBe(before);
    answers[0]!(new Response(new Blob(['late']).stream()));
    await clock.advance(1);
    await new Promise((done) => setImmediate(done));
    expect(inFlight()).toBe(0);
  });

  it('is none of those that are quick', async () => {
    const answer = ask(limited({ concurrentGets: 1, timeout: 1500 }));
    await clock.advance(1000);
    answers[0]!(textReply('ok'));
    expect(await answer).toEqual([200, 'ok']);
    await clock.advance(1000);
  });
});
