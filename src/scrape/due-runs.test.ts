import { describe, expect, it } from 'vitest';
import { FakeClock } from '#test/clock';
import { DueRuns } from './due-runs.ts';

function world() {
  const clock = new FakeClock();
  const called: string[] = [];
  const due = new DueRuns(clock);
  const at = (ms: number, name: string) => due.at(clock.now() + ms, () => called.push(name));
  return { clock, called, due, at };
}

describe('runs that are due', () => {
  it('are called at their moment, with one timer for all of one moment', async () => {
    const { clock, called, at } = world();
    at(100, 'a');
    at(200, 'b');
    at(100, 'c');
    expect(clock.pending).toBe(2);
    await clock.advance(100);
    expect(called).toEqual(['a', 'c']);
    await clock.advance(100);
    expect([called, clock.pending]).toEqual([['a', 'c', 'b'], 0]);
  });

  it('are called soon when their moment has passed', async () => {
    const { clock, called, at } = world();
    at(-50, 'late');
    await clock.advance(0);
    expect(called).toEqual(['late']);
  });

  it('hear one time, however long those before them take', async () => {
    const { clock, due } = world();
    const moment = clock.now() + 10;
    const heard: number[] = [];
    for (let i = 0; i < 3; i++) {
      due.at(moment, (now) => {
        heard.push(now - moment);
        clock.jump(2);
      });
    }
    await clock.advance(10);
    expect(heard).toEqual([0, 0, 0]);
  });

  it('can be cancelled, and nothing waits when all are', async () => {
    const { clock, called, at } = world();
    const cancelA = at(100, 'a');
    const cancelB = at(100, 'b');
    cancelA();
    cancelA();
    expect(clock.pending).toBe(1);
    cancelB();
    expect(clock.pending).toBe(0);
    at(100, 'c');
    cancelA();
    await clock.advance(100);
    expect(called).toEqual(['c']);
  });

  it('cancel each other at their moment', async () => {
    const { clock, called, due } = world();
    const moment = clock.now() + 10;
    let cancel = () => {};
    due.at(moment, () => cancel());
    cancel = due.at(moment, () => called.push('cancelled'));
    await clock.advance(10);
    expect(called).toEqual([]);
  });

  it('may ask for the same moment again when it has come', async () => {
    const { clock, called, due } = world();
    const moment = clock.now() + 10;
    due.at(moment, () => due.at(moment, () => called.push('again')));
    await clock.advance(10);
    expect([called, clock.pending]).toEqual([['again'], 0]);
  });
});
