import { describe, expect, it } from 'vitest';
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

  it('refuses a second metric of the same name', () => {
    const registry = new MetricRegistry();
    registry.gauge({ name: 'x', help: '' });
    expect(() => registry.counter({ name: 'x', help: '' })).toThrow('metric x is registered twice');
  });
});
