import { describe, expect, it } from 'vitest';
import { formatProblem } from '#lib/schema-decode';
import { parseRuleFile, type RuleFileOptions, textsOf } from './config.ts';

function problems(text: string, options: RuleFileOptions = { file: 'r.yml' }): string[] {
  return parseRuleFile(text, options).problems.map(formatProblem);
}

/** A file with one group of the rules given. */
function withRules(...rules: string[]): string {
  return ['groups:', '- name: g', '  rules:', ...rules.map((rule) => `  - ${rule}`), ''].join('\n');
}

describe('a rule file', () => {
  it('has groups of recording and alerting rules', () => {
    const text = [
      'groups:',
      '- name: example',
      '  interval: 30s',
      '  query_offset: 1m',
      '  limit: 10',
      '  labels: {team: a}',
      '  rules:',
      '  - record: job:up:sum',
      '    expr: sum by (job) (up)',
      '  - alert: Down',
      '    expr: |',
      '      up == 0',
      '    for: 5m',
      '    keep_firing_for: 1m',
      '    labels: {severity: page, level: 1}',
      '    annotations: {summary: "down"}',
    ].join('\n');
    const { groups, problems: found, warnings } = parseRuleFile(text);
    expect(found).toEqual([]);
    expect(warnings).toEqual([]);
    expect(groups).toMatchObject([
      { name: 'example', interval: 30_000, queryOffset: 60_000, limit: 10, labels: { team: 'a' } },
    ]);
    const [record, alert] = groups[0]!.rules;
    expect(record).toMatchObject({ record: 'job:up:sum', alert: '', for: 0, labels: {}, annotations: {} });
    expect(record!.expr.text).toBe('sum by (job) (up)');
    expect(alert).toMatchObject({
      record: '',
      alert: 'Down',
      for: 300_000,
      keepFiringFor: 60_000,
      labels: { severity: { text: 'page' }, level: { text: '1' } },
      annotations: { summary: { text: 'down' } },
    });
    expect(alert!.expr.text).toBe('up == 0\n');
  });

  it('leaves what is global open', () => {
    expect(parseRuleFile('groups: [{name: a, rules: []}]').groups[0]).toEqual({
      name: 'a',
      interval: 0,
      limit: 0,
      rules: [],
      labels: {},
    });
  });

  it('tells where in the file an expression is wrong', () => {
    const { groups } = parseRuleFile(
      withRules('alert: A\n    expr: |\n      sum(\n        up', 'record: b\n    expr: "x +"'),
      { file: 'r.yml' },
    );
    const [first, second] = groups[0]!.rules;
    expect(first!.expr.position(first!.expr.text.indexOf('up'))).toEqual({ file: 'r.yml', line: 7, column: 9 });
    expect(second!.expr.position(2)).toEqual({ file: 'r.yml', line: 9, column: 14 });
  });

  it('may be empty', () => {
    expect(parseRuleFile('')).toEqual({ groups: [], problems: [], warnings: [] });
    expect(parseRuleFile('groups:').groups).toEqual([]);
  });

  it('counts only up to the end of its first document, and says so', () => {
    const { groups, problems: found, warnings } = parseRuleFile('groups: [{name: a}]\n---\nnonsense: true\n');
    expect(groups).toHaveLength(1);
    expect(found).toEqual([]);
    expect(warnings).toEqual([
      'Multiple document yaml rules files are not supported, only the first document is processed',
    ]);
  });

  it('may use anchors', () => {
    const text =
      'groups:\n- name: a\n  rules:\n  - &base {alert: A, expr: up, labels: {x: y}}\n  - {<<: *base, alert: B}\n';
    expect(parseRuleFile(text).groups[0]!.rules.map(({ alert, labels }) => [alert, textsOf(labels)])).toEqual([
      ['A', { x: 'y' }],
      ['B', { x: 'y' }],
    ]);
  });

  it.each([
    [withRules('record: a'), "r.yml:4:5: groups[0].rules[0]: field 'expr' must be set in rule (add expr: ...)"],
    [
      withRules('{record: a, expr: ""}'),
      "r.yml:4:23: groups[0].rules[0].expr: field 'expr' must be set in rule (write a PromQL expression)",
    ],
    [withRules('expr: up'), "r.yml:4:5: groups[0].rules[0]: one of 'record' or 'alert' must be set"],
    [
      withRules('{record: a, alert: b, expr: up}'),
      "r.yml:4:24: groups[0].rules[0].alert: only one of 'record' and 'alert' must be set",
    ],
    [
      withRules('{record: a, expr: up, for: 1m}'),
      "r.yml:4:32: groups[0].rules[0].for: invalid field 'for' in recording rule (remove for, or write alert instead of record)",
    ],
    [
      withRules('{record: a, expr: up, keep_firing_for: 1m}'),
      "r.yml:4:44: groups[0].rules[0].keep_firing_for: invalid field 'keep_firing_for' in recording rule (remove keep_firing_for, or write alert instead of record)",
    ],
    [
      withRules('{record: a, expr: up, annotations: {b: c}}'),
      "r.yml:4:40: groups[0].rules[0].annotations: invalid field 'annotations' in recording rule (remove annotations, or write alert instead of record)",
    ],
    [
      withRules('{record: "up{a=1}", expr: up}'),
      'r.yml:4:14: groups[0].rules[0].record: braces present in the recording rule name; should it be in expr?: up{a=1}',
    ],
    [
      withRules('{alert: A, expr: up, labels: {__name__: x}}'),
      'r.yml:4:45: groups[0].rules[0].labels.__name__: invalid label name: __name__ (a rule cannot change the metric name; use record)',
    ],
    ['groups: [{rules: []}]', 'r.yml:1:10: groups[0].name: Groupname must not be empty (add name: ...)'],
    [
      'groups:\n- name: a\n- name: a\n',
      'r.yml:3:9: groups[1].name: groupname: "a" is repeated in the same file (merge the groups or rename one)',
    ],
    [
      withRules('{alert: A, expr: up, fro: 1m}'),
      'r.yml:4:26: groups[0].rules[0].fro: field fro not found in type rulefmt.Rule (did you mean for?)',
    ],
    [
      withRules('{alert: A, expr: up, for: 5}'),
      'r.yml:4:31: groups[0].rules[0].for: not a valid duration string: "5" (write a number and a unit, largest unit first: 30s, 5m, 1h30m, 1d)',
    ],
    ['groups: 5', 'r.yml:1:9: groups: cannot unmarshal !!int `5` into []rulefmt.RuleGroup'],
    ['rules: []', 'r.yml:1:1: rules: field rules not found in type rulefmt.RuleGroups (known keys: groups)'],
  ])('%j is refused', (text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });

  it('shows a syntax error where it is', () => {
    expect(problems('groups:\n- name: a\n  rules:\n  - alert: [')[0]).toMatch(/^r\.yml:4:13: yaml: line 4: /);
  });

  it('reports every problem at once', () => {
    const found = problems(withRules('{record: a, expr: up, for: 1m, foo: 1}', 'expr: up', 'alert: A'));
    expect(found.map((problem) => problem.replace(/ \(.*/, ''))).toEqual([
      "r.yml:4:32: groups[0].rules[0].for: invalid field 'for' in recording rule",
      'r.yml:4:36: groups[0].rules[0].foo: field foo not found in type rulefmt.Rule',
      "r.yml:5:5: groups[0].rules[1]: one of 'record' or 'alert' must be set",
      "r.yml:6:5: groups[0].rules[2]: field 'expr' must be set in rule",
    ]);
  });

  it('passes over unknown keys when asked to', () => {
    expect(problems(withRules('{alert: A, expr: up, extra: 1}'), { ignoreUnknownKeys: true })).toEqual([]);
  });

  it('is stricter about names under the legacy scheme', () => {
    const text = withRules(
      '{record: a.b, expr: up, labels: {c.d: e}}',
      '{alert: "any name", expr: up, annotations: {f.g: h}}',
    );
    expect(problems(text)).toEqual([]);
    expect(problems(text, { scheme: 'legacy' })).toEqual([
      '4:14: groups[0].rules[0].record: invalid recording rule name: a.b',
      '4:43: groups[0].rules[0].labels.c.d: invalid label name: c.d',
      '5:54: groups[0].rules[1].annotations.f.g: invalid annotation name: f.g',
    ]);
  });
});
