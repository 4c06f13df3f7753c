import { describe, expect, it } from 'vitest';
import { parseRelabelConfigs } from '#model/relabel-config';
import { labelChanges, type RelabelRuleJson, rulesYaml } from './relabel-rules.ts';

const rule = (fields: Partial<RelabelRuleJson>): RelabelRuleJson => ({
  ...{ separator: ';', regex: '(.*)', replacement: '$1', action: 'replace' },
  ...fields,
});

describe('rules', () => {
  it('are written without what they do not say', () => {
    const rules = [
      rule({ source_labels: ['__meta_kubernetes_pod_name'], target_label: 'pod' }),
      rule({ source_labels: ['a', 'b'], separator: '', regex: "it's \\d+", action: 'drop' }),
    ];
    expect(rulesYaml(rules)).toBe(
      [
        '- source_labels: [__meta_kubernetes_pod_name]',
        '  target_label: pod',
        '  action: replace',
        '- source_labels: [a, b]',
        "  separator: ''",
        "  regex: 'it''s \\d+'",
        '  action: drop',
        '',
      ].join('\n'),
    );
  });

  it('mean the same when they are read again', () => {
    const rules = [
      rule({ source_labels: ['no', 'k8s.pod'], regex: 'a\n: #', target_label: 'on', replacement: '' }),
      rule({ source_labels: ['x'], modulus: 8, target_label: 'shard', action: 'hashmod' }),
    ];
    expect(parseRelabelConfigs(rulesYaml(rules), 'utf8')).toEqual({
      problems: [],
      value: [
        {
          ...{ sourceLabels: ['no', 'k8s.pod'], separator: ';', regex: 'a\n: #', modulus: 0n, targetLabel: 'on' },
          ...{ replacement: '', action: 'replace' },
        },
        {
          ...{ sourceLabels: ['x'], separator: ';', regex: '(.*)', modulus: 8n, targetLabel: 'shard' },
          ...{ replacement: '$1', action: 'hashmod' },
        },
      ],
    });
  });
});

it('changes of labels are told apart', () => {
  const kinds = (all: boolean) =>
    labelChanges({ a: '1', b: '1', c: '1' }, { b: '2', c: '1', d: '1' }, all).map(({ name, kind }) => [name, kind]);
  expect(kinds(false)).toEqual([
    ['a', 'removed'],
    ['b', 'changed'],
    ['d', 'added'],
  ]);
  expect(kinds(true)).toHaveLength(4);
});
