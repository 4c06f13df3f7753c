import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

it('lets so many go on at a time, the others in order, also after a failure', async () => {
  const turns = new Turns(2);
  const begun: number[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const results = Array.from({ length: 5 }, (_, i) =>
    turns.take(() => {
      begun.push(i);
      return new Promise<number>((resolve, reject) => {
        ends[i] = (error) => (error ? reject(error) : resolve(i));
      });
    }),
  );
  const settled = Promise.allSettled(results);
  expect(begun).toEqual([0, 1]);
  ends[1]!(new Error('bad'));
  await expect(results[1]).rejects.toThrow('bad');
  expect(begun).toEqual([0, 1, 2]);
  ends[0]!();
  ends[2]!();
  await results[2];
  await results[0];
  expect(begun).toEqual([0, 1, 2, 3, 4]);
  ends[3]!();
  ends[4]!();
  expect((await settled).map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
  ]);
});
