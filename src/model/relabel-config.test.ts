import { describe, expect, it } from 'vitest';
import { decodeGood, printed, problemsOf } from '#test/decode';
import type { NameValidationScheme } from './name-validation.ts';
import { checkRelabelConfigs, RELABEL_ACTIONS, relabelConfigs } from './relabel-config.ts';

const rules = relabelConfigs('empty or null relabeling rule');

/** What is wrong with one rule, with its place. */
function check(text: string, scheme: NameValidationScheme = 'utf8'): string[] {
  const found: string[] = [];
  checkRelabelConfigs(decodeGood(rules, `- ${text}`), { scheme, at: ['relabel_configs'] }, (message, at) => {
    found.push(`${[at].flat().join('.')}: ${message}`);
  });
  return found;
}

describe('a relabel rule', () => {
  it('has defaults', () => {
    expect(decodeGood(rules, '- target_label: x')).toEqual([
      {
        sourceLabels: [],
        separator: ';',
        regex: '(.*)',
        modulus: 0n,
        targetLabel: 'x',
        replacement: '$1',
        action: 'replace',
      },
    ]);
  });

  it('may have an empty separator, regex and replacement', () => {
    expect(decodeGood(rules, '- {separator: "", regex: "", replacement: ""}')[0]).toMatchObject({
      separator: '',
      regex: '',
      replacement: '',
    });
    expect(decodeGood(rules, '- {regex: , target_label: x}')[0]?.regex).toBe('');
  });

  it('knows its actions in any case', () => {
    for (const action of RELABEL_ACTIONS) {
      expect(decodeGood(rules, `- action: ${action.toUpperCase()}`)[0]?.action).toBe(action);
    }
    expect(problemsOf(rules, '- action: delete')).toEqual(['1:11: [0].action: unknown relabel action "delete"']);
    expect(problemsOf(rules, '- action:')).toEqual(['1:9: [0].action: relabel action cannot be empty']);
  });

  it('may not be empty', () => {
    expect(problemsOf(rules, '-\n')).toEqual(['1:1: [0]: empty or null relabeling rule']);
  });

  it('has a regex that RE2 takes', () => {
    expect(problemsOf(rules, '- regex: "a("')[0]).toContain('error parsing regexp: missing closing ): `a(`');
  });

  it('prints as Prometheus prints it', () => {
    const text =
      '- {source_labels: [a, b], regex: x, target_label: y}\n- {action: labeldrop, regex: z}\n- {target_label: t, replacement: "", modulus: 3}\n';
    expect(printed(rules, decodeGood(rules, text))).toBe(
      [
        '- source_labels: [a, b]',
        '  separator: ;',
        '  regex: x',
        '  target_label: "y"',
        '  replacement: $1',
        '  action: replace',
        '- separator: ;',
        '  regex: z',
        '  replacement: $1',
        '  action: labeldrop',
        '- separator: ;',
        '  modulus: 3',
        '  target_label: t',
        '  replacement: ""',
        '  action: replace',
        '',
      ].join('\n'),
    );
  });
});

describe('the check of a relabel rule', () => {
  it.each([
    '{source_labels: [a], target_label: b}',
    '{target_label: "$1_x", regex: (.*)}',
    '{source_labels: [a], modulus: 8, target_label: b, action: hashmod}',
    '{regex: a.*, action: labeldrop}',
    '{regex: a.*, action: labelkeep}',
    '{regex: "a_(.*)", replacement: "b_$1", action: labelmap}',
    '{source_labels: [a], target_label: b, action: keepequal}',
    '{source_labels: [a], target_label: b, action: uppercase}',
    '{source_labels: [a], regex: b, action: keep}',
    '{target_label: "ä.ö"}',
  ])('accepts %s', (text) => {
    expect(check(text)).toEqual([]);
  });

  it.each([
    [
      '{action: replace}',
      "relabel_configs.0.target_label: relabel configuration for replace action requires 'target_label' value",
    ],
    [
      '{action: hashmod, target_label: x}',
      'relabel_configs.0.modulus: relabel configuration for hashmod requires non-zero modulus',
    ],
    [
      '{action: lowercase}',
      "relabel_configs.0.target_label: relabel configuration for lowercase action requires 'target_label' value",
    ],
    [
      '{action: uppercase, target_label: x, replacement: y}',
      "relabel_configs.0.replacement: 'replacement' can not be set for uppercase action",
    ],
    [
      '{action: labelmap, replacement: ""}',
      'relabel_configs.0.replacement: "" is invalid \'replacement\' for labelmap action',
    ],
    [
      '{action: keepequal, source_labels: [a], target_label: b, separator: x}',
      "relabel_configs.0.separator: keepequal action requires only 'source_labels' and `target_label`, and no other fields",
    ],
    [
      '{action: dropequal, source_labels: [a], target_label: b, regex: x}',
      "relabel_configs.0.regex: dropequal action requires only 'source_labels' and `target_label`, and no other fields",
    ],
    [
      '{action: labeldrop, regex: x, source_labels: [a]}',
      "relabel_configs.0.source_labels: labeldrop action requires only 'regex', and no other fields",
    ],
    [
      '{action: labelkeep, regex: x, modulus: 3}',
      "relabel_configs.0.modulus: labelkeep action requires only 'regex', and no other fields",
    ],
    [
      '{action: labelkeep, regex: x, target_label: t}',
      "relabel_configs.0.target_label: labelkeep action requires only 'regex', and no other fields",
    ],
  ])('refuses %s', (text, problem) => {
    expect(check(text)).toEqual([problem]);
  });

  it('is stricter about names under the legacy scheme', () => {
    expect(check('{target_label: "a.b"}', 'legacy')).toEqual([
      'relabel_configs.0.target_label: "a.b" is invalid \'target_label\' for replace action',
    ]);
    expect(check('{target_label: "a${1}_$2"}', 'legacy')).toEqual([]);
    expect(check('{target_label: "${1}.x"}', 'legacy')).toHaveLength(1);
    expect(check('{action: labelmap, replacement: "a-$1"}', 'legacy')).toHaveLength(1);
  });
});
