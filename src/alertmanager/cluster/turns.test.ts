import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '#test/clock';
import { ClusterTurns } from './turns.ts';

let clock: FakeClock;
let turns: ClusterTurns;
let position: number;
let begin: number;
const stop = () => new AbortController();

beforeEach(() => {
  clock = new FakeClock();
  begin = clock.now();
  position = 2;
  turns = new ClusterTurns({ clock, peerTimeout: 15_000, position: () => position });
});

/** Waits and gives when it ended, in seconds, and how; null while it waits. */
function waiting(key = 'k', isOver = () => false, signal = stop().signal) {
  const result: { ended: [second: number, mine: boolean] | null } = { ended: null };
  void turns.wait(key, isOver, signal).then((mine) => (result.ended = [(clock.now() - begin) / 1000, mine]));
  return result;
}

describe('the turn of an instance', () => {
  it('comes after its position times the timeout, of the first at once', async () => {
    expect(turns.longest()).toBe(30_000);
    const third = waiting();
    position = 0;
    const first = waiting();
    await clock.advance(29_999);
    expect([first.ended, third.ended]).toEqual([[0, true], null]);
    await clock.advance(1);
    expect(third.ended).toEqual([30, true]);
    expect(clock.pending).toBe(0);
  });

  it('comes sooner when those before it are lost, at once when it has waited long enough', async () => {
    const wait = waiting();
    await clock.advance(10_000);
    position = 1;
    turns.positionChanged();
    await clock.advance(4_999);
    expect(wait.ended).toBe(null);
    await clock.advance(1);
    expect(wait.ended).toEqual([15, true]);
    position = 2;
    const other = waiting();
    await clock.advance(20_000);
    position = 1;
    turns.positionChanged();
    await clock.advance(0);
    expect(other.ended).toEqual([35, true]);
  });

  it('never comes later than it was said', async () => {
    position = 1;
    const wait = waiting();
    position = 5;
    turns.positionChanged();
    await clock.advance(15_000);
    expect(wait.ended).toEqual([15, true]);
  });

  it('need not come when another one has said all', async () => {
    let said = false;
    const [wait, other] = [waiting('k', () => said), waiting('l', () => said)];
    turns.heard('k');
    await clock.advance(1_000);
    expect(wait.ended).toBe(null);
    said = true;
    turns.heard('k');
    await clock.advance(0);
    expect([wait.ended, other.ended]).toEqual([[1, true], null]);
    await clock.advance(60_000);
    expect(clock.pending).toBe(0);
  });

  it('does not come when the program stops', async () => {
    const end = stop();
    const wait = waiting('k', () => false, end.signal);
    await clock.advance(1_000);
    end.abort();
    await clock.advance(0);
    expect(wait.ended).toEqual([1, false]);
    expect(clock.pending).toBe(0);
    const late = waiting('k', () => false, end.signal);
    await clock.advance(0);
    expect(late.ended).toEqual([1, false]);
  });
});
