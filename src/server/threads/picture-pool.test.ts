import { describe, expect, it } from 'vitest';
import { type PictureRequest, pictureRequest } from '#dashboards/picture';
import { BarographError } from '#lib/errors';
import { FakeClock } from '#test/clock';
import { type AskPicture, PicturePool, type PictureThread } from './picture-pool.ts';

/** A thread whose pictures are finished by the test. */
class HeldThread implements PictureThread {
  killed = false;
  drawing: { readonly uid: string; readonly ask: AskPicture } | null = null;
  private end: { resolve: (bytes: Uint8Array) => void; reject: (error: Error) => void } | null = null;

  draw({ uid }: PictureRequest, ask: AskPicture): Promise<Uint8Array> {
    this.drawing = { uid, ask };
    return new Promise((resolve, reject) => {
      this.end = { resolve, reject };
    });
  }

  finish(byte: number): void {
    this.drawing = null;
    this.end!.resolve(Uint8Array.of(byte));
  }

  fail(error: Error): void {
    this.drawing = null;
    this.end!.reject(error);
  }

  kill(): void {
    this.killed = true;
    this.end?.reject(new BarographError('gone', { kind: 'unavailable', code: 'picture-thread-died' }));
  }
}

const request = (uid: string): PictureRequest => pictureRequest(uid, 'dashboard', new URLSearchParams('timeout=10'));
const ask: AskPicture = () => Promise.reject(new Error('nobody asks here'));

function world(size = 1, maxWaiting = 1) {
  const clock = new FakeClock(0);
  const threads: HeldThread[] = [];
  const spawn = (): PictureThread => {
    const thread = new HeldThread();
    threads.push(thread);
    return thread;
  };
  const pool = new PicturePool({ size, maxWaiting, spawn, clock });
  const draw = (uid: string, signal = new AbortController().signal): Promise<Uint8Array> => {
    return pool.draw(request(uid), ask, signal);
  };
  return { clock, threads, pool, draw };
}

const refusal = (drawn: Promise<unknown>): Promise<string> => {
  return drawn.then(
    () => 'drawn',
    (error: BarographError) => `${error.code}: ${error.message}`,
  );
};

describe('the threads for pictures', () => {
  it('start with the first picture, and draw one at a time in the order they were asked', async () => {
    const { threads, draw } = world();
    expect(threads).toHaveLength(0);
    const [first, second] = [draw('a'), draw('b')];
    expect(threads.map(({ drawing }) => drawing?.uid)).toEqual(['a']);
    threads[0]!.finish(1);
    expect([...(await first)]).toEqual([1]);
    await Promise.resolve();
    expect(threads.map(({ drawing }) => drawing?.uid)).toEqual(['b']);
    threads[0]!.finish(2);
    expect([...(await second)]).toEqual([2]);
  });

  it('are as many as allowed; what cannot even wait is refused', async () => {
    const { threads, draw } = world(2, 1);
    const all = ['a', 'b', 'c', 'd'].map((uid) => refusal(draw(uid)));
    expect(threads.map(({ drawing }) => drawing?.uid)).toEqual(['a', 'b']);
    expect(await all[3]).toBe('picture-busy: too many pictures: 1 are waiting already');
  });

  it('end when their picture takes too long, and the next one gets a new thread', async () => {
    const { clock, threads, draw } = world();
    const late = refusal(draw('a'));
    await clock.advance(4000);
    const next = draw('b');
    await clock.advance(6000);
    expect(await late).toBe('picture-timeout: not drawn within 10 s');
    expect(threads.map(({ killed, drawing }) => [killed, drawing?.uid])).toEqual([
      [true, 'a'],
      [false, 'b'],
    ]);
    threads[1]!.finish(7);
    expect([...(await next)]).toEqual([7]);
  });

  it('do not draw what nobody waits for any more', async () => {
    const { threads, draw } = world();
    const first = draw('a');
    const gone = new AbortController();
    const second = refusal(draw('b', gone.signal));
    gone.abort();
    expect(await second).toBe('picture-canceled: nobody waits for it');
    threads[0]!.finish(1);
    await first;
    await Promise.resolve();
    expect(threads[0]!.drawing).toBe(null);
  });

  it('are replaced when they die', async () => {
    const { threads, draw } = world();
    const first = refusal(draw('a'));
    threads[0]!.fail(new BarographError('it ended', { kind: 'unavailable', code: 'picture-thread-died' }));
    expect(await first).toBe('picture-thread-died: it ended');
    void refusal(draw('b'));
    expect(threads.map(({ drawing }) => drawing?.uid)).toEqual([undefined, 'b']);
  });

  it('are kept after a picture that fails, and end when there are none for a minute', async () => {
    const { clock, threads, draw } = world();
    const first = refusal(draw('a'));
    threads[0]!.fail(new BarographError('Dashboard not found', { kind: 'bad-request', code: 'dashboard-not-found' }));
    expect(await first).toBe('dashboard-not-found: Dashboard not found');
    await clock.advance(59_000);
    expect(threads[0]!.killed).toBe(false);
    await clock.advance(1000);
    expect(threads[0]!.killed).toBe(true);
  });

  it('end with the server', async () => {
    const { threads, pool, draw } = world();
    const [running, waiting] = [refusal(draw('a')), refusal(draw('b'))];
    pool.close();
    expect(await waiting).toBe('picture-stopped: the server is shutting down');
    expect(await running).toBe('picture-thread-died: gone');
    expect(threads[0]!.killed).toBe(true);
    expect(await refusal(draw('c'))).toBe('picture-stopped: the server is shutting down');
  });
});
