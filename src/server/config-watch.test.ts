import { expect, it } from 'vitest';
import { FakeClock } from '#test/clock';
import { watchConfiguration } from './config-watch.ts';

it('tells each problem of the files once, goes on looking, and ends when it is told to', async () => {
  const clock = new FakeClock();
  const answers = ['', 'bad', 'bad', 'worse', '', 'bad'];
  let looks = 0;
  const told: unknown[] = [];
  const end = watchConfiguration({
    clock,
    interval: 1000,
    look: async () => {
      const problem = answers[looks++];
      if (problem) throw new Error(problem);
    },
    refused: (error) => told.push((error as Error).message),
  });
  for (let i = 0; i < answers.length; i++) await clock.advance(1000);
  expect([looks, told]).toEqual([6, ['bad', 'worse', 'bad']]);
  end();
  await clock.advance(5000);
  expect([looks, clock.pending]).toEqual([6, 0]);
});
