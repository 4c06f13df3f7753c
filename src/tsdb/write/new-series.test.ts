import { expect, it } from 'vitest';
import { FakeClock } from '#test/clock';
import { NewSeries } from './new-series.ts';

it('new series are counted over about an hour', async () => {
  const clock = new FakeClock();
  const news = new NewSeries(clock);
  for (let i = 0; i < 100; i++) news.add('a');
  news.add('b');
  expect([news.lastHour('a'), news.lastHour('b'), news.lastHour('c')]).toEqual([100, 1, 0]);
  await clock.advance(90 * 60_000);
  for (let i = 0; i < 10; i++) news.add('a');
  expect(news.lastHour('a')).toBe(60);
  await clock.advance(30 * 60_000);
  expect(news.lastHour('a')).toBe(10);
  await clock.advance(3 * 3_600_000);
  expect(news.lastHour('a')).toBe(0);
});
