import { describe, expect, it } from 'vitest';
import { Labels } from '#model/labels';
import { relabel } from '#model/relabel';
import { parseRelabelConfigs } from '#model/relabel-config';
import { scrapeConfig } from '#test/scrape-config';
import { ScrapeWorld } from '#test/scrape-world';
import { dropRule, LabelGrowth } from './label-growth.ts';

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
    const growing = grown(10, 100, (i) => ({
      ...{ __name__: i % 2 ? 'hits_total' : 'errors_total', user_id: `u${i}`, code: String(i % 5), zone: 'x' },
    }));
    expect(growing).toEqual([
      {
        label: 'user_id',
        values: expect.closeTo(1000, -2),
        metrics: ['errors_total', 'hits_total'],
        since: 5 * MINUTE,
      },
    ]);
  });

  it('does not grow when its values are many but come again', () => {
    expect(grown(10, 1000, (i) => ({ __name__: 'hits_total', path: `/p${i % 300}` }))).toEqual([]);
  });

  it('does not grow when new values are rare', () => {
    expect(grown(600, 1, (i) => ({ __name__: 'up', pod: `p${i}` }))).toEqual([]);
  });

  it('is forgotten two hours after it has stopped', () => {
    const growth = new LabelGrowth();
    for (let i = 0; i < 1000; i++) growth.note(series({ __name__: 'x', id: String(i) }), TARGET, 0);
    expect(names(growth.growing(119 * MINUTE))).toEqual(['id']);
    expect(growth.growing(121 * MINUTE)).toEqual([]);
  });

  it('is told once as news', () => {
    const growth = new LabelGrowth();
    for (let i = 0; i < 1000; i++) growth.note(series({ __name__: 'x', id: String(i) }), TARGET, 0);
    expect(names(growth.takeNews())).toEqual(['id']);
    for (let i = 1000; i < 2000; i++) growth.note(series({ __name__: 'x', id: String(i) }), TARGET, 0);
    expect(growth.takeNews()).toEqual([]);
  });

  it('is not told beyond the first 32 of a target that invents names', () => {
    const growing = grown(1, 40_000, (i) => ({ __name__: 'x', [`label_${i % 40}`]: String(i) }));
    expect(growing.length).toBe(32);
  });
});

describe('the rule that drops', () => {
  const kept = (rule: string, labels: Record<string, string>) => {
    const { value, problems } = parseRelabelConfigs(rule, 'utf8');
    expect(problems).toEqual([]);
    return relabel(Labels.from(labels), value!) !== null;
  };

  it('takes the series with the label, of these metrics only', () => {
    const rule = dropRule({ label: 'user_id', values: 600, metrics: ['hits_total', "odd.it's"], since: 0 });
    expect(kept(rule, { __name__: 'hits_total', user_id: '1' })).toBe(false);
    expect(kept(rule, { __name__: "odd.it's", user_id: '1' })).toBe(false);
    expect(kept(rule, { __name__: 'hits_total' })).toBe(true);
    expect(kept(rule, { __name__: 'logins_total', user_id: '1' })).toBe(true);
  });

  it('takes all series with the label when its metrics are many', () => {
    const rule = dropRule({ label: 'user.id', values: 600, metrics: null, since: 0 });
    expect(kept(rule, { __name__: 'hits_total', 'user.id': '1' })).toBe(false);
    expect(kept(rule, { __name__: 'hits_total' })).toBe(true);
  });
});

describe('a target with a growing label', () => {
  const page = (users: number) =>
    `up_time 1\n${Array.from({ length: users }, (_, i) => `hits_total{user_id="u${i}"} 1\n`).join('')}`;

  it('is shown, counted and told once in the log, and is well again with the rule', async () => {
    const world = new ScrapeWorld();
    world.scrape('', 'a:1', 'b:1');
    for (let scrape = 0; scrape < 8; scrape++) {
      for (const address of ['a:1', 'b:1']) world.says.set(address, page(10 + 100 * scrape));
      await world.pass(10);
    }
    const growing = () => world.manager.targets().active.map(({ growingLabels }) => growingLabels);
    expect(growing().map(names)).toEqual([['user_id'], ['user_id']]);
    const { rule } = growing()[0]![0]!;
    expect(rule).toBe(
      "metric_relabel_configs:\n  - source_labels: [__name__, user_id]\n    regex: '(?:hits_total);.+'\n    action: drop\n",
    );
    expect(world.metric('barograph_target_growing_labels')).toBe(2);
    const told = world.logged.filter((line) => line.includes('ever new values'));
    expect(told.length).toBe(1);
    expect(told[0]).toContain('label=user_id');
    world.manager.applyConfig([scrapeConfig(rule)]);
    await world.pass(10);
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
});
