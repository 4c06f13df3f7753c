import { describe, expect, it } from 'vitest';
import { FakeClock } from '#test/clock';
import { AnswerCache } from './source-cache.ts';
import type { SourceAnswer } from './source-request.ts';

const answer = (status: number): SourceAnswer => ({ status, contentType: 'text/plain', body: new Uint8Array(1) });
const never = () => new AbortController().signal;

describe('answers of data sources', () => {
  it('are given up when all who wait have gone, and asked for anew by who comes then', async () => {
    const cache = new AnswerCache(new FakeClock());
    const signals: AbortSignal[] = [];
    const hanging = (signal: AbortSignal) => {
      signals.push(signal);
      return new Promise<SourceAnswer>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    };
    const [first, second] = [new AbortController(), new AbortController()];
    const waiting = [first, second].map(({ signal }) => cache.get('q', hanging, signal));
    first.abort(new Error('gone'));
    await expect(waiting[0]).rejects.toThrow('gone');
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    second.abort(new Error('gone too'));
    const next = cache.get('q', () => Promise.resolve(answer(200)), never());
    await expect(waiting[1]).rejects.toThrow('gone too');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(await next).toMatchObject({ status: 200, cache: 'miss' });
  });

  it('that are no success are not kept', async () => {
    const cache = new AnswerCache(new FakeClock());
    const ask = () => Promise.resolve(answer(503));
    expect((await cache.get('q', ask, never())).cache).toBe('miss');
    expect((await cache.get('q', ask, never())).cache).toBe('miss');
  });
});
