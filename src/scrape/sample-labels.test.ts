import { describe, expect, it } from 'vitest';
import { Labels } from '#model/labels';
import { scrapeConfig } from '#test/scrape-config';
import { seriesLabels } from './sample-labels.ts';

const TARGET = Labels.from({ job: 'j', instance: 'i' });
const of = (own: readonly string[], yaml = '') => seriesLabels(own, TARGET, scrapeConfig(yaml))?.toRecord() ?? null;

describe('the labels of a scraped series', () => {
  it('are joined with those of the target, which win', () => {
    expect(of(['__name__', 'a', 'x', '1', 'job', 'own'])).toEqual({
      __name__: 'a',
      exported_job: 'own',
      instance: 'i',
      job: 'j',
      x: '1',
    });
  });

  it('are renamed until the name is free', () => {
    expect(of(['__name__', 'a', 'job', 'own', 'exported_job', 'x', 'instance', ''])).toEqual({
      __name__: 'a',
      exported_exported_job: 'own',
      exported_job: 'x',
      instance: 'i',
      job: 'j',
    });
  });

  it('are renamed the shorter name first', () => {
    const target = Labels.from({ job: 'j', exported_job: 'e' });
    const own = ['__name__', 'a', 'exported_job', 'y', 'job', 'x'];
    expect(seriesLabels(own, target, scrapeConfig())?.toRecord()).toEqual({
      __name__: 'a',
      exported_exported_exported_job: 'y',
      exported_exported_job: 'x',
      exported_job: 'e',
      job: 'j',
    });
  });

  it('win with honor_labels, where an empty one keeps the target’s away', () => {
    expect(of(['__name__', 'a', 'job', 'own', 'instance', ''], 'honor_labels: true')).toEqual({
      __name__: 'a',
      job: 'own',
    });
  });

  it('go through metric relabeling, which sees the target’s labels', () => {
    const drop = 'metric_relabel_configs: [{source_labels: [__name__, job], regex: "a;j", action: drop}]';
    expect(of(['__name__', 'a'], drop)).toBeNull();
    expect(of(['__name__', 'b'], drop)).toEqual({ __name__: 'b', instance: 'i', job: 'j' });
    expect(of(['__name__', 'a'], 'metric_relabel_configs: [{regex: ".*", action: labeldrop}]')).toBeNull();
  });

  it.each([
    [['x', '1'], '', 'missing metric name (__name__ label)'],
    [['__name__', 'a', 'x', '1', 'x', '1'], '', 'label name "x" is not unique: invalid sample'],
    [['__name__', 'a', '__name__', 'b'], '', 'label name "__name__" is not unique: invalid sample'],
    [
      ['__name__', 'a.b'],
      'metric_name_validation_scheme: legacy',
      'invalid metric name or label names: {"a.b", instance="i", job="j"}',
    ],
    [['__name__', 'a'], 'label_limit: 2', 'label_limit exceeded (metric: a, number of labels: 3, limit: 2)'],
    [
      ['__name__', 'a', 'é', '1'],
      'label_name_length_limit: 7',
      'label_name_length_limit exceeded (metric: a, label name: __name__, length: 8, limit: 7)',
    ],
    [
      ['__name__', 'a', 'x', 'éé'],
      'label_value_length_limit: 3',
      'label_value_length_limit exceeded (metric: a, label name: x, value: "éé", length: 4, limit: 3)',
    ],
  ])('fail the scrape: %j with %j', (own, yaml, message) => {
    expect(() => of(own, yaml)).toThrow(message);
  });
});
