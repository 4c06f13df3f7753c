import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { forgetAnswers, keptAnswer } from './kept-answers.ts';

let asked = 0;
const ask = (): Promise<number> => Promise.resolve(++asked);

beforeEach(() => {
  vi.useFakeTimers();
  asked = 0;
});
afterEach(() => {
  forgetAnswers('values');
  vi.useRealTimers();
});

describe('an answer', () => {
  it('is kept while it is fresh, also while it is on its way', async () => {
    const both = [keptAnswer(['values', 'job'], 1000, ask), keptAnswer(['values', 'job'], 1000, ask)];
    expect(await Promise.all(both)).toEqual([1, 1]);
    vi.advanceTimersByTime(999);
    expect(await keptAnswer(['values', 'job'], 1000, ask)).toBe(1);
    vi.advanceTimersByTime(1);
    expect(await keptAnswer(['values', 'job'], 1000, ask)).toBe(2);
  });

  it('belongs to its question', async () => {
    await keptAnswer(['values', 'job'], 1000, ask);
    expect(await keptAnswer(['values', 'pod'], 1000, ask)).toBe(2);
  });

  it('that failed is asked for again', async () => {
    await expect(keptAnswer(['values', 'job'], 1000, () => Promise.reject(new Error('down')))).rejects.toThrow('down');
    expect(await keptAnswer(['values', 'job'], 1000, ask)).toBe(1);
  });

  it('is asked for again when the clock was set back', async () => {
    await keptAnswer(['values', 'job'], 1000, ask);
    vi.setSystemTime(Date.now() - 86_400_000);
    expect(await keptAnswer(['values', 'job'], 1000, ask)).toBe(2);
  });

  it('is kept for the newest questions only, however many there are', async () => {
    for (let i = 0; i <= 500; i++) await keptAnswer(['values', i], 1e9, ask);
    expect(await keptAnswer(['values', 1], 1e9, ask)).toBe(2);
    expect(await keptAnswer(['values', 0], 1e9, ask)).toBe(502);
  });

  it('is forgotten with all others of its kind', async () => {
    await keptAnswer(['values', 'job'], 1000, ask);
    forgetAnswers('values');
    expect(await keptAnswer(['values', 'job'], 1000, ask)).toBe(2);
  });
});
