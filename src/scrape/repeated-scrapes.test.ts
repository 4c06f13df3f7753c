import { describe, expect, it } from 'vitest';
import { Labels } from '#model/labels';
import type { Appendable, Appender, SeriesRef } from '#storage/appender';
import { MemoryStorage } from '#storage/memory';
import { ScrapeWorld } from '#test/scrape-world';

/** A storage that can name all its series anew, as a head does when it is replaced; it tells the new names, or does not. */
class ForgetfulStorage implements Appendable {
  /** Samples of `a` that came with labels. */
  labelled = 0;
  private readonly storage: MemoryStorage;
  private readonly tells: boolean;
  private generation = 1;

  constructor(storage: MemoryStorage, tells: boolean) {
    this.storage = storage;
    this.tells = tells;
  }

  forget(): void {
    this.generation++;
  }

  appender(): Appender {
    const inner = this.storage.appender();
    const first = this.generation * 1000;
    const known = (ref: SeriesRef) =>
      ref > first && ref < first + 1000 ? ((ref - first) as SeriesRef) : (0 as SeriesRef);
    const given = (ref: number) => (ref > 0 ? ((ref + first) as SeriesRef) : (ref as SeriesRef));
    const checked = (ref: SeriesRef, labels: Labels) => {
      if (labels.get('__name__') === 'a') this.labelled++;
      if (known(ref) === 0 && labels.size === 0) throw new Error('neither a ref that is known nor labels');
      return known(ref);
    };
    return {
      knows: (ref) => known(ref) > 0,
      renew: (refs) => {
        const isOfBefore = (ref: number) => ref > first - 1000 && ref <= first;
        if (this.tells) for (const [i, ref] of refs.entries()) if (isOfBefore(ref)) refs[i] = ref + 1000;
      },
      float: (ref, labels, t, v) => given(inner.float(checked(ref, labels), labels, t, v)),
      floats: (refs, t, values, from) => {
        let i = from;
        while (i < refs.length && known(refs[i] as SeriesRef) > 0) {
          inner.float(known(refs[i] as SeriesRef), Labels.EMPTY, t as number, values[i]!);
          i++;
        }
        return i;
      },
      histogram: (ref, labels, t, h) => given(inner.histogram(checked(ref, labels), labels, t, h)),
      stale: (ref, labels, t) => given(inner.stale(checked(ref, labels), labels, t)),
      end: (ref, labels, t) => given(inner.end(checked(ref, labels), labels, t)),
      commit: () => inner.commit(),
      rollback: () => inner.rollback(),
    };
  }
}

const page = (...values: readonly number[]) =>
  `# TYPE a counter\n${values.map((v, i) => `a{i="${i}"} ${v}`).join('\n')}\n`;

/** A world in which target a:1 says one page after the other, at 0 s, 10 s, … */
async function saying(yaml: string, ...pages: readonly string[]): Promise<ScrapeWorld> {
  return sayingTo(new ScrapeWorld(), yaml, ...pages);
}

async function sayingTo(world: ScrapeWorld, yaml: string, ...pages: readonly string[]): Promise<ScrapeWorld> {
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

  describe.each([
    ['has forgotten', false],
    ['has renewed', true],
  ] as const)('to a storage that %s the refs of its series', (_, tells) => {
    async function forgetting(yaml: string, ...pages: readonly string[]) {
      const storage = new MemoryStorage();
      const forgetful = new ForgetfulStorage(storage, tells);
      const world = await sayingTo(new ScrapeWorld({ appendable: forgetful, storage }), yaml, ...pages);
      forgetful.forget();
      forgetful.labelled = 0;
      return { world, forgetful };
    }
    const values = async (world: ScrapeWorld, i: string) => (await world.samples('a', { i })).map(([, value]) => value);

    it('goes to the same series', async () => {
      const { world, forgetful } = await forgetting('', page(1, 2), page(1, 2), page(3, 4), page(5, 6));
      await world.pass(10);
      await world.pass(10);
      forgetful.forget();
      await world.pass(10);
      // Both series, each time.
      expect(forgetful.labelled).toBe(tells ? 0 : 4);
      expect(await values(world, '0')).toEqual([1, 1, 3, 5, 5, 5, 5]);
      expect(await values(world, '1')).toEqual([2, 2, 4, 6, 6, 6, 6]);
      expect(await world.all('a')).toHaveLength(2);
    });

    it('goes to the series that relabeling leaves', async () => {
      const { world } = await forgetting(DROP_FIRST, page(1, 2, 3), page(1, 2, 3), page(4, 5, 6), page(7, 8, 9));
      await world.pass(10);
      expect([await values(world, '1'), await values(world, '2')]).toEqual([
        [2, 2, 5, 8, 8],
        [3, 3, 6, 9, 9],
      ]);
      expect(await world.all('a')).toHaveLength(2);
    });

    it('ends under the labels of the rules that were', async () => {
      const rename = 'metric_relabel_configs: [{source_labels: [i], target_label: j}]';
      const { world } = await forgetting('', page(1, 2), page(1, 2), page(1, 2), page(1, 2));
      world.scrape(rename, 'a:1');
      await world.pass(10);
      expect(await values(world, '0')).toEqual([1, 1, 1, 1, 'stale']);
      expect(await world.last('a', { i: '0', j: '0' })).toBe(1);
    });

    it('ends when the target fails or a line goes', async () => {
      const { world, forgetful } = await forgetting('', page(1, 2), page(1, 2), page(1, 2));
      world.says.set('a:1', page(1));
      await world.pass(10);
      expect([await values(world, '0'), await values(world, '1')]).toEqual([
        [1, 1, 1, 1],
        [2, 2, 2, 'stale'],
      ]);
      forgetful.forget();
      world.says.delete('a:1');
      await world.pass(10);
      expect(await values(world, '0')).toEqual([1, 1, 1, 1, 'stale']);
    });
  });
});
