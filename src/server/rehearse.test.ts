import { describe, expect, it } from 'vitest';
import type { QueryJob } from '#promql/job';
import { FakeClock } from '#test/clock';
import { rehearse } from './rehearse.ts';
import type { PoolRunOptions } from './threads/query-pool.ts';
import { rehearsalJobs } from './threads/rehearsal.ts';

const ALL = [...rehearsalJobs()].length;

/** A pool that answers at once; from the `fails`th job on it is closed. */
function pool(fails = Number.POSITIVE_INFINITY) {
  const ran: PoolRunOptions[] = [];
  const run = async (_: QueryJob, options: PoolRunOptions) => {
    ran.push(options);
    if (ran.length >= fails) throw new Error('closed');
    return { kind: 'json', data: new Uint8Array(), warnings: [], infos: [] } as const;
  };
  return { ran, run };
}

describe('the rehearsal of a start', () => {
  it('begins when the start is over, on each thread, and is not counted', async () => {
    const clock = new FakeClock();
    const { ran, run } = pool();
    rehearse({ threads: 2, pool: { run }, clock });
    await clock.advance(1_999);
    expect(ran).toEqual([]);
    await clock.advance(1);
    await expect.poll(() => ran.length).toBe(2 * ALL);
    expect(ran.every(({ uncounted }) => uncounted === true)).toBe(true);
  });

  it('ends with the pool, and when it is told to', async () => {
    const clock = new FakeClock();
    const closed = pool(5);
    rehearse({ threads: 1, pool: closed, clock });
    const never = pool();
    rehearse({ threads: 1, pool: never, clock })();
    await clock.advance(10_000);
    await expect.poll(() => closed.ran.length).toBe(5);
    expect(never.ran).toEqual([]);
  });
});
