import { describe, expect, it } from 'vitest';
import { checkRuleTemplate } from '#template/rule-template';
import { parseRuleFile } from './config.ts';
import { DEFAULT_RULES_YAML } from './default-rules.ts';

describe('the default rules', () => {
  const { groups, problems, warnings } = parseRuleFile(DEFAULT_RULES_YAML);
  const rules = groups.flatMap((group) => group.rules);

  it('are a valid rule file', () => {
    expect(problems).toEqual([]);
    expect(warnings).toEqual([]);
    expect(rules.map(({ alert }) => alert)).toEqual([
      'TargetDown',
      'LabelGrows',
      'TooManyNewSeries',
      'NewSeriesRefused',
      'DiskFillingUp',
      'MemoryPressure',
      'CpuSaturated',
      'WalFailing',
      'RuleEvaluationFailing',
      'NotificationsFailing',
      'ConfigurationNotLoaded',
    ]);
  });

  it.each(rules.map((rule) => [rule.alert, rule] as const))(
    '%s says how bad it is, what is wrong and what to do',
    (_, rule) => {
      expect(['critical', 'warning']).toContain(rule.labels['severity']?.text);
      expect(Object.keys(rule.annotations).sort()).toEqual(['description', 'summary']);
      for (const { text } of Object.values(rule.annotations)) expect(checkRuleTemplate(rule.alert, text)).toBeNull();
      expect(rule.annotations['summary']!.text.length).toBeLessThan(100);
    },
  );

  it('do not flap: each waits or lingers', () => {
    for (const rule of rules) expect(rule.for + rule.keepFiringFor).toBeGreaterThan(0);
  });
});
