import { describe, expect, it } from 'vitest';
import { ScrapeWorld } from '#test/scrape-world';

/** Of three scrapes: one in time, one that is so late, and one in time again; in ms since the first. */
async function timestamps(late: number, timestampTolerance?: number): Promise<number[]> {
  const world = new ScrapeWorld(timestampTolerance === undefined ? {} : { timestampTolerance });
  world.says.set('a:1', 'm 1\n');
  world.scrape('', 'a:1');
  await world.pass(10);
  // The timer comes late.
  world.clock.jump(late);
  await world.pass(20);
  return (await world.samples('m')).map(([seconds]) => Math.round(seconds * 1000));
}

describe('the timestamp of a scrape that begins late', () => {
  it('is the one that was due within 2 ms, or within the tolerance that was chosen', async () => {
    expect(await timestamps(2)).toEqual([0, 10_000, 20_000]);
    expect(await timestamps(3)).toEqual([0, 10_003, 20_000]);
    expect(await timestamps(80, 80)).toEqual([0, 10_000, 20_000]);
    expect(await timestamps(1, 0)).toEqual([0, 10_001, 20_000]);
  });

  it('is never the one before by more than one hundredth of the interval', async () => {
    expect(await timestamps(100, 500)).toEqual([0, 10_000, 20_000]);
    expect(await timestamps(101, 500)).toEqual([0, 10_101, 20_000]);
  });
});
