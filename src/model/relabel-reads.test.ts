import { describe, expect, it } from 'vitest';
import { scrapeConfig } from '#test/scrape-config';
import { Labels } from './labels.ts';
import { relabelsAlike } from './relabel-reads.ts';

const BEFORE = { __address__: 'a:1', __meta_pod: 'p', __meta_changed: '1' };

describe('relabeling makes the same of labels that differ', () => {
  it.each([
    ['in nothing', '{source_labels: [__meta_changed], target_label: x}', BEFORE, true],
    ['where no rule looks', '{source_labels: [__meta_pod], target_label: x}', { ...BEFORE, __meta_changed: '2' }, true],
    [
      'where a rule only writes',
      '{target_label: __meta_changed, replacement: "3"}',
      { ...BEFORE, __meta_changed: '2' },
      true,
    ],
    [
      'where a rule only removes',
      '{regex: __meta_changed, action: labeldrop}',
      { ...BEFORE, __meta_changed: '2' },
      true,
    ],
    [
      'in a source label',
      '{source_labels: [__meta_pod, __meta_changed], action: keep}',
      { ...BEFORE, __meta_changed: '2' },
      false,
    ],
    [
      'in a source label that is gone',
      '{source_labels: [__meta_pod], action: keep}',
      { __address__: 'a:1', __meta_changed: '1' },
      false,
    ],
    [
      'in a source label that is new',
      '{source_labels: [__meta_node], action: keep}',
      { ...BEFORE, __meta_node: 'n' },
      false,
    ],
    ['in a name that is mapped', '{regex: __meta_(ch.+), action: labelmap}', { ...BEFORE, __meta_changed: '2' }, false],
    [
      'in what is compared with',
      '{source_labels: [__meta_pod], target_label: __meta_changed, action: keepequal}',
      { ...BEFORE, __meta_changed: '2' },
      false,
    ],
    [
      'in what a target is made of',
      '{source_labels: [__meta_pod], action: keep}',
      { ...BEFORE, __address__: 'b:1' },
      false,
    ],
  ])('%s', (_, rule, after, alike) => {
    const { relabelConfigs } = scrapeConfig(`relabel_configs: [${rule}]`);
    expect(relabelsAlike(relabelConfigs, Labels.from(BEFORE), Labels.from(after))).toBe(alike);
  });
});
