import { describe, expect, it } from 'vitest';
import { FakeClock } from '#test/clock';
import { MetricRegistry } from './metrics.ts';

describe('the metric registry', () => {
  it('collects counters and gauges in the order of registration', () => {
    const registry = new MetricRegistry();
    const reloads = registry.counters({ name: 'reloads_total', help: 'Reloads.', labels: ['result'] });
    const size = registry.gauge({ name: 'size_bytes', help: 'Size.' });
    reloads.labels('ok').inc();
    reloads.labels('ok').inc(2);
    reloads.labels('failed').inc();
    size.set(5);
    expect(registry.collect()).toEqual([
      {
        name: 'reloads_total',
        help: 'Reloads.',
        type: 'counter',
        samples: [
          { suffix: '', labels: ['result', 'ok'], value: 3 },
          { suffix: '', labels: ['result', 'failed'], value: 1 },
        ],
      },
      { name: 'size_bytes', help: 'Size.', type: 'gauge', samples: [{ suffix: '', labels: [], value: 5 }] },
    ]);
  });

  it('makes one family of what several sources have under one name', () => {
    const registry = new MetricRegistry();
    const family = (job: string) => ({
      ...{ name: 'targets', help: 'Targets.', type: 'gauge' as const },
      samples: [{ suffix: '', labels: ['job', job], value: 1 }],
    });
    registry.collector(() => [family('a')]);
    registry.collector(() => [family('b')]);
    expect(registry.collect()).toEqual([{ ...family('a'), samples: [...family('a').samples, ...family('b').samples] }]);
  });

  it('refuses a series that two sources have', () => {
    const registry = new MetricRegistry();
    const family = (...labels: string[]) => ({
      ...{ name: 'targets', help: 'Targets.', type: 'gauge' as const },
      samples: [{ suffix: '', labels, value: 1 }],
    });
    registry.collector(() => [family('job', 'a', 'name', 'scrape')]);
    registry.collector(() => [family('name', 'scrape', 'job', 'a')]);
    expect(() => registry.collect()).toThrow('BUG: metric targets{job="a",name="scrape"} is there twice');
  });

  it('leaves the second of them out where somebody listens', () => {
    const twins: string[] = [];
    const registry = new MetricRegistry((series) => twins.push(series));
    const family = (name: string, value: number) => ({
      ...{ name, help: 'Targets.', type: 'gauge' as const },
      samples: [{ suffix: '', labels: ['job', 'a'], value }],
    });
    registry.collector(() => [family('targets', 1), family('others', 2)]);
    registry.collector(() => [family('targets', 3)]);
    expect(registry.collect()).toEqual([family('targets', 1), family('others', 2)]);
    expect(twins).toEqual(['targets{job="a"}']);
  });

  it('gives quantiles of the last ten minutes beside sum and count of all', () => {
    const clock = new FakeClock();
    const registry = new MetricRegistry();
    const quantiles = [0.5, 0.99].map((quantile) => ({ quantile, error: 0.01 }));
    const now = () => clock.monotonic();
    const seconds = registry.summaries({ name: 'seconds', help: 'Time.', labels: ['job'], quantiles, now });
    const lines = () =>
      registry
        .collect()
        .flatMap(({ samples }) => samples.map(({ suffix, labels, value }) => `${suffix}{${labels}} ${value}`));
    expect(lines()).toEqual([]);
    for (const value of [4, 1, 3]) seconds.labels('a').observe(value);
    clock.jump(7 * 60_000);
    seconds.labels('a').observe(2);
    expect(lines()).toEqual(['{job,a,quantile,0.5} 2', '{job,a,quantile,0.99} 4', '_sum{job,a} 10', '_count{job,a} 4']);
    clock.jump(4 * 60_000);
    expect(lines().slice(0, 2)).toEqual(['{job,a,quantile,0.5} 2', '{job,a,quantile,0.99} 2']);
    clock.jump(60 * 60_000);
    expect(lines()).toEqual([
      '{job,a,quantile,0.5} NaN',
      '{job,a,quantile,0.99} NaN',
      '_sum{job,a} 10',
      '_count{job,a} 4',
    ]);
    seconds.remove('a');
    expect(lines()).toEqual([]);
  });

  it('counts a histogram cumulatively, bounds inclusive', () => {
    const registry = new MetricRegistry();
    const seconds = registry.histogram({ name: 'seconds', help: 'Time.', buckets: [0.1, 1] });
    for (const value of [0.05, 0.1, 0.5, 7]) seconds.observe(value);
    const [family] = registry.collect();
    expect(family!.samples.map(({ suffix, labels, value }) => `${suffix}${labels.join('=')} ${value}`)).toEqual([
      '_bucketle=0.1 2',
      '_bucketle=1 3',
      '_bucketle=+Inf 4',
      '_sum 7.65',
      '_count 4',
    ]);
  });

  it('writes the bounds of a histogram as Go does', () => {
    const registry = new MetricRegistry();
    registry.histogram({ name: 'bytes', help: 'Length.', buckets: [1e5, 1e6] });
    const [family] = registry.collect();
    expect(family!.samples.slice(0, 3).map(({ labels }) => labels[1])).toEqual(['100000', '1e+06', '+Inf']);
  });

  it('refuses a second metric of the same name', () => {
    const registry = new MetricRegistry();
    registry.gauge({ name: 'x', help: '' });
    expect(() => registry.counter({ name: 'x', help: '' })).toThrow('metric x is registered twice');
  });
});
