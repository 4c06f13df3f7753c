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
    }, new AbortController().signal),
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

it('does not do what was given up before its turn', async () => {
  const turns = new Turns(1);
  const begun: string[] = [];
  let end = () => {};
  const work = (name: string, signal = new AbortController().signal) =>
    turns.take(() => {
      begun.push(name);
      return new Promise<void>((resolve) => {
        end = resolve;
      });
    }, signal);
  const controller = new AbortController();
  const first = work('first');
  const second = work('second', controller.signal);
  const third = work('third');
  controller.abort(new Error('too late'));
  await expect(second).rejects.toThrow('too late');
  await expect(work('fourth', controller.signal)).rejects.toThrow('too late');
  end();
  await first;
  end();
  await third;
  expect(begun).toEqual(['first', 'third']);
});
