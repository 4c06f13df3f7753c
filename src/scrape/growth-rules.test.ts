import { describe, expect, it } from 'vitest';
import { Labels } from '#model/labels';
import { relabel } from '#model/relabel';
import { parseRelabelConfigs } from '#model/relabel-config';
import { areDistinctWithout, dropRule, labelDropRule } from './growth-rules.ts';

const relabelled = (rule: string, labels: Record<string, string>) => {
  const { value, problems } = parseRelabelConfigs(rule, 'utf8');
  expect(problems).toEqual([]);
  return relabel(Labels.from(labels), value!)?.toRecord() ?? null;
};

describe('the rule that drops', () => {
  const kept = (rule: string, labels: Record<string, string>) => relabelled(rule, labels) !== null;

  it('takes the series with the label, of these metrics only', () => {
    const rule = dropRule({ label: 'user_id', metrics: ['hits_total', "odd.it's"] });
    expect(kept(rule, { __name__: 'hits_total', user_id: '1' })).toBe(false);
    expect(kept(rule, { __name__: "odd.it's", user_id: '1' })).toBe(false);
    expect(kept(rule, { __name__: 'hits_total' })).toBe(true);
    expect(kept(rule, { __name__: 'logins_total', user_id: '1' })).toBe(true);
  });

  it('takes a label of any name', () => {
    const rule = dropRule({ label: 'user.id', metrics: ['hits_total'] });
    expect(kept(rule, { __name__: 'hits_total', 'user.id': '1' })).toBe(false);
    expect(kept(rule, { __name__: 'hits_total' })).toBe(true);
  });
});

describe('the rule that takes labels off', () => {
  it('leaves the series and all other labels', () => {
    const rule = labelDropRule(["it's", 'started.at']);
    const labels = { __name__: 'last_run', "it's": '1', 'started.at': '2', started_at: '3' };
    expect(relabelled(rule, labels)).toEqual({ __name__: 'last_run', started_at: '3' });
  });

  it('is only for series that are different ones without them', () => {
    const series = [{ __name__: 'a', id: '1', zone: 'x' }, { __name__: 'a', id: '2', zone: 'y' }, { __name__: 'a' }];
    const areDistinct = (...names: string[]) => areDistinctWithout(new Set(names), series.map(Labels.from));
    expect(areDistinct('id')).toBe(true);
    expect(areDistinct('zone')).toBe(true);
    expect(areDistinct('id', 'zone')).toBe(false);
  });
});
