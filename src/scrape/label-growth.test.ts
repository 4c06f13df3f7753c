import { describe, expect, it } from 'vitest';
import { Labels } from '#model/labels';
import { scrapeConfig } from '#test/scrape-config';
import { ScrapeWorld } from '#test/scrape-world';
import { LabelGrowth } from './label-growth.ts';

const TARGET = Labels.from({ instance: 'a:1', job: 'test' });
const MINUTE = 60_000;
const series = (labels: Record<string, string>) => Labels.from({ ...TARGET.toRecord(), ...labels });

/** New series, `perMinute` of them in each minute; `labels` makes those of the i-th. */
function grown(minutes: number, perMinute: number, labels: (i: number) => Record<string, string>) {
  const growth = new LabelGrowth();
  for (let i = 0; i < minutes * perMinute; i++) {
    growth.note(series(labels(i)), TARGET, Math.floor(i / perMinute) * MINUTE);
  }
  return growth.growing((minutes - 1) * MINUTE);
}

const names = (labels: readonly { readonly label: string }[]) => labels.map(({ label }) => label);

describe('a label', () => {
  it('grows when it gets ever new values, and is named with its metrics', () => {
    const growing = grown(50, 20, (i) => ({
      ...{ __name__: i % 2 ? 'hits_total' : 'errors_total', user_id: `u${i}`, code: String(i % 5), zone: 'x' },
    }));
    expect(growing).toEqual([
      {
        label: 'user_id',
        kind: 'growing',
        values: expect.closeTo(1000, -2),
        within: 'hour',
        metrics: ['errors_total', 'hits_total'],
        hasOthers: false,
        since: 42 * MINUTE,
      },
    ]);
  });

  it('grows within half an hour at 5,000 values an hour, and within ten minutes at 30,000 and more', () => {
    const since = (perMinute: number) => {
      const growing = grown(60, perMinute, (i) => ({ __name__: 'hits_total', user_id: `u${i}` }));
      expect(growing).toMatchObject([{ label: 'user_id', kind: 'growing', within: 'hour' }]);
      return growing[0]!.since;
    };
    const slower = since(83);
    expect(slower).toBeGreaterThanOrEqual(25 * MINUTE);
    expect(slower).toBeLessThan(30 * MINUTE);
    expect([600, 1667].map(since)).toEqual([9 * MINUTE, 9 * MINUTE]);
  });

  it('does not grow when pods are added for half an hour, whenever that begins', () => {
    for (const pods of [500, 1000, 1900]) {
      for (let begin = 0; begin < 10; begin++) {
        const growth = new LabelGrowth();
        growth.note(series({ __name__: 'kube_pod_info', pod: 'first' }), TARGET, 0);
        for (let i = 0; i < pods; i++) {
          const t = (begin + 25 * (i / pods)) * MINUTE;
          growth.note(series({ __name__: 'kube_pod_info', pod: `web-${i}` }), TARGET, t);
        }
        for (let hour = 1; hour < 30; hour++) {
          growth.note(series({ __name__: 'kube_pod_info', pod: `later-${hour}` }), TARGET, hour * 60 * MINUTE);
        }
        expect(growth.takeNews()).toEqual([]);
      }
    }
  });

  it('does not grow when its values are many but come again', () => {
    expect(grown(10, 1000, (i) => ({ __name__: 'hits_total', path: `/p${i % 300}` }))).toEqual([]);
  });

  it('does not grow when new values are rare', () => {
    expect(grown(600, 1, (i) => ({ __name__: 'up', pod: `p${i}` }))).toEqual([]);
  });

  it('is forgotten two hours after it has stopped', () => {
    const growth = new LabelGrowth();
    for (let i = 0; i < 1000; i++) growth.note(series({ __name__: 'x', id: String(i) }), TARGET, i * 3000);
    expect(names(growth.growing((50 + 119) * MINUTE))).toEqual(['id']);
    expect(growth.growing((50 + 121) * MINUTE)).toEqual([]);
  });

  it('is told once as news', () => {
    const growth = new LabelGrowth();
    for (let i = 0; i < 1000; i++) growth.note(series({ __name__: 'x', id: String(i) }), TARGET, i * 3000);
    expect(names(growth.takeNews())).toEqual(['id']);
    for (let i = 1000; i < 2000; i++) growth.note(series({ __name__: 'x', id: String(i) }), TARGET, i * 3000);
    expect(growth.takeNews()).toEqual([]);
  });

  it('is one of 32 at most, of a target that invents names', () => {
    const growing = grown(60, 1000, (i) => ({ __name__: 'x', [`label_${i % 40}`]: String(i) }));
    expect(growing.length).toBe(32);
  });

  it('is found after 40 others that stopped growing', () => {
    const growth = new LabelGrowth();
    for (let i = 0; i < 8000; i++) growth.note(series({ __name__: 'x', [`other_${i % 40}`]: `v${i}` }), TARGET, 0);
    for (let i = 0; i < 2000; i++) growth.note(series({ __name__: 'x', user_id: `u${i}` }), TARGET, i * 1500);
    expect(names(growth.growing(50 * MINUTE))).toEqual(['user_id']);
  });
});

const HOUR = 60 * MINUTE;

describe('a label that gets new values slowly', () => {
  it('grows when 400 come in each hour and stay: it is told after three hours, and as long as they come', () => {
    const growth = new LabelGrowth();
    const told: unknown[] = [];
    for (let i = 0; i < 400 * 24 * 3; i++) {
      growth.note(series({ __name__: 'hits_total', user_id: `u${i}` }), TARGET, (i / 400) * HOUR);
      if (i % 400 === 399) told.push(...names(growth.growing((i / 400) * HOUR)));
    }
    expect(told.length).toBe(3 * 24 - 3);
    expect(growth.growing(3 * 24 * HOUR)).toEqual([
      expect.objectContaining({ label: 'user_id', kind: 'growing', within: 'day', since: 3 * HOUR }),
    ]);
    expect(growth.growing(3 * 24 * HOUR)[0]!.values).toBeGreaterThan(5000);
    expect(names(growth.takeNews())).toEqual(['user_id']);
    expect(growth.growing((3 * 24 + 3) * HOUR)).toEqual([]);
  });

  it('grows in a program that begins anew each day', () => {
    const growth = new LabelGrowth();
    const of = (i: number) => series({ __name__: 'hits_total', user_id: `u${i}` });
    for (let i = 0; i < 400 * 40; i++) {
      growth.note(of(i), TARGET, (i / 400) * HOUR);
      if (i === 400 * 20) for (let j = 0; j < i; j++) growth.noteEnd(of(j), TARGET, (i / 400) * HOUR);
    }
    expect(names(growth.growing(40 * HOUR))).toEqual(['user_id']);
  });

  it('grows when they come in one step each hour', () => {
    const growth = new LabelGrowth();
    for (let i = 0; i < 400 * 12; i++) {
      growth.note(series({ __name__: 'hits_total', user_id: `u${i}` }), TARGET, Math.floor(i / 400) * HOUR);
    }
    expect(growth.growing(11 * HOUR)).toEqual([
      expect.objectContaining({ label: 'user_id', kind: 'growing', within: 'day', since: 6 * HOUR }),
    ]);
  });

  it('does not grow by one step, however many come beside it', () => {
    for (const step of [1200, 20_000]) {
      const growth = new LabelGrowth();
      for (let i = 0; i < 20 * 24; i++) {
        growth.note(series({ __name__: 'kube_pod_info', pod: `web-${i}` }), TARGET, (i / 20) * HOUR);
        if (i !== 50) continue;
        for (let j = 0; j < step; j++) {
          growth.note(series({ __name__: 'kube_pod_info', pod: `new-${j}` }), TARGET, 2.5 * HOUR);
        }
      }
      expect(growth.takeNews()).toEqual([]);
    }
  });

  it('does not grow when it only finds its 1,500 values bit by bit', () => {
    const growth = new LabelGrowth();
    // Each hour brings a third of those that are missing: 450, 300, 200…
    let missing = 1500;
    for (let hour = 0; hour < 24; hour++) {
      const found = Math.floor(missing * 0.3);
      for (let i = 0; i < found; i++) {
        growth.note(series({ __name__: 'hits_total', path: `/${missing - i}` }), TARGET, (hour + i / found) * HOUR);
      }
      missing -= found;
      expect(growth.growing(hour * HOUR)).toEqual([]);
    }
  });
});

describe('a label whose old values end as new ones come', () => {
  /** A page of kube-state-metrics: each pod has the series of four metrics. */
  const pod = (i: number) =>
    Array.from({ length: 4 }, (_, metric) =>
      series({ __name__: `kube_pod_${metric}`, namespace: 'shop', pod: `web-${i}`, uid: `0-${i}` }),
    );

  /** 600 pods, of which one is replaced every so many ms: the new one comes before the old one goes. */
  function replaced(hours: number, every: number): LabelGrowth {
    const growth = new LabelGrowth();
    for (let i = 0; i * every < hours * HOUR; i++) {
      for (const one of pod(600 + i)) growth.note(one, TARGET, i * every);
      if (i >= 30) for (const one of pod(i - 30)) growth.noteEnd(one, TARGET, i * every);
    }
    return growth;
  }

  it('does not grow: 600 pods are replaced all day, each after six hours', () => {
    const growth = replaced(48, 36_000);
    expect(growth.growing(48 * HOUR)).toEqual([]);
    expect(growth.takeNews()).toEqual([]);
  });

  it('does not grow when all are replaced within an hour, or the page is empty for a moment', () => {
    expect(replaced(3, 6_000).takeNews()).toEqual([]);
    const growth = new LabelGrowth();
    for (let i = 0; i < 600; i++) for (const one of pod(i)) growth.noteEnd(one, TARGET, 0);
    for (let i = 0; i < 600; i++) for (const one of pod(i)) growth.note(one, TARGET, MINUTE);
    expect(growth.growing(MINUTE)).toEqual([]);
  });

  it('passes when each value is gone after a minute', () => {
    const growth = new LabelGrowth();
    const run = (i: number) => series({ __name__: 'last_run', timestamp: String(1_700_000_000 + i) });
    for (let i = 1; i < 60 * 24; i++) {
      growth.noteEnd(run(i - 1), TARGET, i * MINUTE);
      growth.note(run(i), TARGET, i * MINUTE);
    }
    expect(growth.growing(24 * HOUR)).toEqual([
      expect.objectContaining({ label: 'timestamp', kind: 'passing', within: 'day', metrics: ['last_run'] }),
    ]);
  });

  it('grows in one metric although its series in another one come and go', () => {
    const growth = new LabelGrowth();
    for (let i = 0; i < 800; i++) {
      growth.note(series({ __name__: 'hits_total', user_id: `u${i}` }), TARGET, i * 4000);
      growth.note(series({ __name__: 'sessions', user_id: `u${i}` }), TARGET, i * 4000);
      if (i > 9) growth.noteEnd(series({ __name__: 'sessions', user_id: `u${i - 10}` }), TARGET, i * 4000);
    }
    expect(names(growth.growing(3_200_000))).toEqual(['user_id']);
  });
});

const MINUTELY = 'relabel_configs: [{target_label: __scrape_interval__, replacement: 1m}]\n';

describe('a target with a growing label', () => {
  const page = (users: number) =>
    `up_time 1\n${Array.from({ length: users }, (_, i) => `hits_total{user_id="u${i}"} 1\n`).join('')}`;

  it('is shown, counted and told once in the log, and is well again with the rule', async () => {
    const world = new ScrapeWorld();
    world.scrape(MINUTELY, 'a:1', 'b:1');
    for (let scrape = 0; scrape < 11; scrape++) {
      for (const address of ['a:1', 'b:1']) world.says.set(address, page(10 + 100 * scrape));
      await world.pass(300);
    }
    const growing = () => world.manager.targets().active.map(({ growingLabels }) => growingLabels);
    expect(growing().map(names)).toEqual([['user_id'], ['user_id']]);
    const rule = growing()[0]![0]!.rule!;
    expect(rule).toBe(
      "metric_relabel_configs:\n  - source_labels: [__name__, user_id]\n    regex: '(?:hits_total);.+'\n    action: drop\n",
    );
    expect(world.metric('barograph_target_growing_labels')).toBe(2);
    const told = world.logged.filter((line) => line.includes('ever new values'));
    expect(told.length).toBe(1);
    expect(told[0]).toContain('label=user_id');
    world.manager.applyConfig([scrapeConfig(MINUTELY + rule)]);
    await world.pass(60);
    expect(await world.last('hits_total', { user_id: 'u0' })).toBe('stale');
    for (const address of ['a:1', 'b:1']) world.says.set(address, '');
    await world.pass(3 * 3600);
    expect(growing()).toEqual([[], []]);
    expect(world.metric('barograph_target_growing_labels')).toBe(0);
  });

  it('is not one whose labels have many values from the beginning', async () => {
    const world = new ScrapeWorld();
    world.says.set('a:1', page(700));
    world.scrape('', 'a:1');
    await world.pass(30);
    world.manager.applyConfig([scrapeConfig('honor_labels: true')]);
    await world.pass(30);
    expect(world.manager.targets().active[0]!.growingLabels).toEqual([]);
  });

  it('is found over the pods of a job, of which none has many by itself', async () => {
    const world = new ScrapeWorld();
    const pods = Array.from({ length: 5 }, (_, i) => `pod-${i}:1`);
    const users = (pod: string, n: number) =>
      Array.from({ length: n }, (_, i) => `hits_total{user_id="${pod}-${i}"} 1\n`).join('');
    world.scrape(MINUTELY, ...pods);
    for (let scrape = 0; scrape < 11; scrape++) {
      for (const pod of pods) world.says.set(pod, users(pod, 20 * scrape));
      await world.pass(300);
    }
    const shown = world.manager.targets().active.map(({ growingLabels }) => names(growingLabels));
    expect(shown).toEqual(pods.map(() => ['user_id']));
    expect(world.logged.filter((line) => line.includes('ever new values')).length).toBe(1);
  });

  it('is told to take the label off where its values pass and it is of no use', async () => {
    const world = new ScrapeWorld();
    world.scrape('', 'a:1');
    for (let scrape = 0; scrape < 1500; scrape++) {
      world.says.set('a:1', `last_run{timestamp="t${scrape}"} 1\nlast_size{timestamp="t${scrape}"} 1\nup_time 1\n`);
      await world.pass(10);
    }
    const [growing] = world.manager.targets().active[0]!.growingLabels;
    expect(growing).toMatchObject({ label: 'timestamp', kind: 'passing', metrics: ['last_run', 'last_size'] });
    expect(growing!.rule).toBe("metric_relabel_configs:\n  - regex: 'timestamp'\n    action: labeldrop\n");
    expect(world.metric('barograph_target_growing_labels')).toBe(1);
    expect(world.logged.filter((line) => line.includes('take it off')).length).toBe(1);
    world.manager.applyConfig([scrapeConfig(growing!.rule!)]);
    await world.pass(10);
    expect(await world.last('last_run')).toBe(1);
    expect(world.manager.targets().active[0]!.growingLabels).toEqual([]);
  });

  it('has no rule where values pass and tell series apart, as those of short jobs do, and nothing warns of it', async () => {
    const world = new ScrapeWorld();
    world.scrape('', 'a:1');
    const jobs = (first: number) =>
      Array.from({ length: 5 }, (_, i) => `kube_pod_info{pod="job-${first + i}",uid="0-${first + i}"} 1\n`).join('');
    for (let scrape = 0; scrape < 1500; scrape++) {
      world.says.set('a:1', jobs(scrape));
      await world.pass(10);
    }
    expect(world.manager.targets().active[0]!.growingLabels).toMatchObject([
      { label: 'pod', kind: 'passing', rule: null },
      { label: 'uid', kind: 'passing', rule: null },
    ]);
    expect(world.metric('barograph_target_growing_labels')).toBe(0);
    expect(world.logged.filter((line) => line.includes('makes new series'))).toEqual([]);
  });

  it('is named when it has grown beyond the limit of samples', async () => {
    const world = new ScrapeWorld();
    world.scrape(`${MINUTELY}sample_limit: 300`, 'a:1');
    for (let scrape = 0; scrape < 10; scrape++) {
      world.says.set('a:1', page(10 + 100 * scrape));
      await world.pass(300);
    }
    const [target] = world.manager.targets().active;
    expect(target).toMatchObject({ health: 'down', lastError: 'sample limit exceeded' });
    expect(names(target!.growingLabels)).toEqual(['user_id']);
  });
});
