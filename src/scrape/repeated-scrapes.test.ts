import { describe, expect, it } from 'vitest';
import { ScrapeWorld } from '#test/scrape-world';

const page = (...values: readonly number[]) =>
  `# TYPE a counter\n${values.map((v, i) => `a{i="${i}"} ${v}`).join('\n')}\n`;

/** A world in which target a:1 says one page after the other, at 0 s, 10 s, … */
async function saying(yaml: string, ...pages: readonly string[]): Promise<ScrapeWorld> {
  const world = new ScrapeWorld();
  world.says.set('a:1', pages[0]!);
  world.scrape(yaml, 'a:1');
  await world.pass(10);
  for (const next of pages.slice(1)) {
    world.says.set('a:1', next);
    await world.pass(10);
  }
  return world;
}

const DROP_FIRST = 'metric_relabel_configs: [{source_labels: [i], regex: "0", action: drop}]';

describe('a target that says the same again and again', () => {
  it('has all its values stored', async () => {
    const world = await saying('', page(1, 2), page(3, 4), page(5, 6), page(7, 8));
    const seen = [await world.samples('a', { i: '0' }), await world.samples('a', { i: '1' })];
    expect(seen.map((samples) => samples.map(([, value]) => value))).toEqual([
      [1, 3, 5, 7],
      [2, 4, 6, 8],
    ]);
    expect(await world.last('scrape_samples_scraped')).toBe(2);
    expect(await world.last('scrape_series_added')).toBe(0);
  });

  it('has only those that relabeling leaves', async () => {
    const world = await saying(DROP_FIRST, page(1, 2, 3), page(4, 5, 6), page(7, 8, 9));
    expect(await world.samples('a', { i: '0' })).toEqual([]);
    expect(await world.last('a', { i: '1' })).toBe(8);
    expect(await world.last('a', { i: '2' })).toBe(9);
    expect(await world.last('scrape_samples_scraped')).toBe(3);
    expect(await world.last('scrape_samples_post_metric_relabeling')).toBe(2);
  });

  it('gets a marker for what goes, once', async () => {
    const world = await saying('', page(1, 2), page(1, 2), page(1, 2), page(1, 2), page(1), page(1), page(1), page(1));
    expect((await world.samples('a', { i: '1' })).map(([, value]) => value)).toEqual([2, 2, 2, 2, 'stale']);
    expect(await world.samples('a', { i: '0' })).toHaveLength(8);
  });

  it('goes on after a page that failed, and is marked in between', async () => {
    const same = [page(1), page(2), page(3)];
    const world = await saying('', ...same, 'a{\n', page(4), page(5), page(6), 'a{\n');
    expect((await world.samples('a', { i: '0' })).map(([, value]) => value)).toEqual([
      1,
      2,
      3,
      'stale',
      4,
      5,
      6,
      'stale',
    ]);
  });

  it('is failed by a value that is none', async () => {
    const world = await saying('', page(1), page(2), page(3), 'a{i="0"} x\n');
    expect(await world.last('a', { i: '0' })).toBe('stale');
    expect(await world.last('up')).toBe(0);
  });

  it('comes under new limits and rules at once', async () => {
    const world = await saying('', page(1, 2), page(1, 2), page(1, 2), page(1, 2));
    world.scrape('sample_limit: 1', 'a:1');
    await world.pass(10);
    expect(await world.last('up')).toBe(0);
    world.scrape(DROP_FIRST, 'a:1');
    await world.pass(40);
    expect(await world.last('a', { i: '0' })).toBe('stale');
    expect(await world.last('a', { i: '1' })).toBe(2);
  });
});
