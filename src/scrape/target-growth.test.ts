import { describe, expect, it } from 'vitest';
import { Labels } from '#model/labels';
import { ScrapeWorld } from '#test/scrape-world';
import { LabelGrowth } from './label-growth.ts';
import { TargetGrowth } from './target-growth.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A target of the job, whose first page was at `born`. */
function targetOf(job: LabelGrowth, instance: string, born: number) {
  const target = Labels.from({ instance, job: 'test' });
  const growth = new TargetGrowth(job);
  growth.begin(born);
  const valued = (id: string) => Labels.from({ __name__: 'connections', client_id: id, instance, job: 'test' });
  const has: Labels[] = [];
  return {
    growth,
    /** New values of client_id, which nobody else has. */
    brings(count: number, t: number): void {
      const came = Array.from({ length: count }, (_, i) => valued(`${instance}-${has.length + i}`));
      has.push(...came);
      growth.note({ came, gone: [], target, t });
    },
    retires(t: number): void {
      growth.end(has, target, t);
    },
  };
}

describe('the targets of a job', () => {
  it('do not make a label grow that has 600 values more at once', () => {
    const job = new LabelGrowth();
    const target = targetOf(job, 'a:1', 0);
    target.brings(3000, MINUTE);
    target.brings(600, HOUR);
    expect(job.growing(HOUR)).toEqual([]);
    for (let t = HOUR; t < 24 * HOUR; t += MINUTE) target.brings(t % (10 * MINUTE) === 0 ? 1 : 0, t);
    expect(job.takeNews()).toEqual([]);
  });

  /** 20 targets, one of them replaced each minute; each makes 20 values, two in each half minute from an age on. */
  function replaced(age: number): LabelGrowth {
    const job = new LabelGrowth();
    let now = Array.from({ length: 20 }, (_, i) => ({
      born: i * MINUTE,
      target: targetOf(job, `pod-${i}`, i * MINUTE),
    }));
    for (let t = 20 * MINUTE; t < 27 * HOUR; t += MINUTE / 2) {
      if (t % MINUTE === 0) {
        now[0]!.target.retires(t);
        now = [...now.slice(1), { born: t, target: targetOf(job, `pod-${t}`, t) }];
      }
      for (const { born, target } of now) {
        if (t - born >= age && t - born < age + 5 * MINUTE) target.brings(2, t);
      }
    }
    return job;
  }

  it('do not make a label grow whose values each makes when it starts, and which end as it is replaced', () => {
    expect(replaced(0).takeNews()).toEqual([]);
  });

  it('do not when they make them later either', () => {
    expect(replaced(7 * MINUTE).takeNews()).toEqual([]);
  });

  it('do not make a label grow when one after the other starts, finds its ten values within five minutes, and stays', () => {
    const job = new LabelGrowth();
    for (let born = 0; born < 5 * HOUR; born += 30_000) {
      const target = targetOf(job, `pod-${born}`, born);
      for (let t = born + 30_000; t < born + 5 * MINUTE; t += 30_000) target.brings(1, t);
    }
    expect(job.takeNews()).toEqual([]);
  });

  it('make one grow when 50 of them bring 400 values an hour each', () => {
    const job = new LabelGrowth();
    const pods = Array.from({ length: 50 }, (_, i) => targetOf(job, `pod-${i}`, 0));
    for (let t = 0; t < HOUR; t += 1.5 * MINUTE) for (const pod of pods) pod.brings(10, t);
    expect(job.takeNews()).toMatchObject([{ label: 'client_id', kind: 'growing', metrics: ['connections'] }]);
    expect(pods.filter(({ growth }) => growth.growing(HOUR).length === 1).length).toBe(50);
  });
});

const page = (name: string, values: number) =>
  `up_time 1\n${Array.from({ length: values }, (_, i) => `hits_total{pod="${name}-${i}"} 1\n`).join('')}`;

function expectNothingTold(world: ScrapeWorld): void {
  expect(world.manager.targets().active.flatMap(({ growingLabels }) => growingLabels)).toEqual([]);
  expect(world.metric('barograph_target_growing_labels')).toBe(0);
  expect(world.logged.filter((line) => line.includes('makes new series'))).toEqual([]);
}

describe('a target that is scraped', () => {
  it('may find its 600 pods after the first page', async () => {
    const world = new ScrapeWorld();
    world.says.set('a:1', page('web', 600));
    world.scrape('', 'a:1');
    await world.pass(30);
    world.says.set('b:1', page('web', 0));
    world.targets('b:1');
    await world.pass(11);
    for (let pods = 100; pods <= 600; pods += 100) {
      world.says.set('b:1', page('web', pods));
      await world.pass(20);
    }
    expectNothingTold(world);
  });

  it('takes its values with it when it is gone', async () => {
    const world = new ScrapeWorld();
    world.scrape('');
    for (const address of ['a:1', 'b:1']) {
      world.says.set(address, page(address, 0));
      world.targets(address);
      await world.pass(320);
      for (let step = 1; step <= 3; step++) {
        world.says.set(address, page(address, 100 * step));
        await world.pass(300);
      }
    }
    expectNothingTold(world);
  });
});
