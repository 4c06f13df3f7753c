import { describe, expect, it } from 'vitest';
import { Labels } from '#model/labels';
import { parseRuleFile } from './config.ts';
import { DEFAULT_RULES_YAML } from './default-rules.ts';
import { loadRuleGroups } from './load.ts';

const DEFAULTS = { interval: 60_000, queryOffset: 5000 };

function load(text: string) {
  const { groups, problems } = parseRuleFile(text);
  expect(problems).toEqual([]);
  return loadRuleGroups([{ path: '/etc/rules.yml', groups }], DEFAULTS);
}

describe('loading rule files', () => {
  it('makes groups, with the global values where a group has none and its labels under those of the rules', () => {
    const { groups, problems } = load(`
groups:
  - name: plain
    labels: {team: infra, severity: low}
    rules:
      - record: job:up:sum
        expr: sum   by (job)(up)
      - alert: Down
        expr: up == 0
        for: 2m
        keep_firing_for: 30s
        labels: {severity: page}
        annotations: {summary: '{{ $labels.job }} is down'}
  - name: own
    interval: 10s
    query_offset: 0s
    limit: 3
    rules: []
`);
    expect(problems).toEqual([]);
    const [plain, own] = groups;
    expect(plain).toMatchObject({
      file: '/etc/rules.yml',
      name: 'plain',
      interval: 60_000,
      queryOffset: 5000,
      limit: 0,
    });
    expect(plain!.rules).toMatchObject([
      {
        kind: 'recording',
        name: 'job:up:sum',
        query: 'sum by (job) (up)',
        labels: Labels.from({ team: 'infra', severity: 'low' }),
      },
      {
        kind: 'alerting',
        name: 'Down',
        query: 'up == 0',
        holdDuration: 120_000,
        keepFiringFor: 30_000,
        labels: Labels.from({ team: 'infra', severity: 'page' }),
        annotations: Labels.from({ summary: '{{ $labels.job }} is down' }),
      },
    ]);
    expect(own).toMatchObject({ name: 'own', interval: 10_000, queryOffset: 0, limit: 3 });
  });

  it('says where in the file an expression is wrong, and which rule it belongs to', () => {
    const { groups, problems } = load(`groups:
  - name: g
    rules:
      - record: a
        expr: |
          up +
            sum(
      - record: ok
        expr: up
`);
    expect(groups).toEqual([]);
    expect(problems).toHaveLength(1);
    expect(problems[0]!.message).toMatch(/^group "g", rule 1, "a": could not parse expression: \d+:\d+: parse error: /);
    expect(problems[0]!.at).toMatchObject({ file: '/etc/rules.yml', line: 7 });
    // Nothing to advise is no empty pair of brackets.
    expect(problems[0]!.hint).toBeUndefined();
  });

  it('reports every problem of every rule', () => {
    const { problems } = load(`groups:
  - name: g
    rules:
      - alert: A
        expr: up ==
        annotations: {summary: '{{ nope }}', other: '{{ if }}'}
        labels: {x: '{{ .a'}
      - alert: B
        expr: up
        annotations: {summary: '{{ end }}'}
`);
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^group "g", rule 1, "A": could not parse expression: 1:6: parse error: /),
      'group "g", rule 1, "A": label "x": template: __alert_A:1: unclosed action',
      'group "g", rule 1, "A": annotation "summary": template: __alert_A:1: function "nope" not defined',
      'group "g", rule 1, "A": annotation "other": template: __alert_A:1: missing value for if',
      'group "g", rule 2, "B": annotation "summary": template: __alert_B:1: unexpected {{end}}',
    ]);
  });

  it('says on which line of the file a template is wrong', () => {
    const { problems } = load(`groups:
  - name: g
    rules:
      - alert: A
        expr: up
        for: 5m
        labels:
          severity: page
          team: '{{ .a'
        annotations:
          summary: "{{ nope }}"
          description: |
            All is well here,
            and {{ this }} is not.
          runbook: plain
`);
    expect(problems.map(({ at: { line, column } }) => [line, column])).toEqual([
      [9, 18],
      [11, 21],
      [14, 13],
    ]);
  });

  it('does not read templates in recording rules', () => {
    const { problems } = load(`groups:
  - name: g
    rules:
      - record: a
        expr: up
        labels: {x: '{{ not a template'}
`);
    expect(problems).toEqual([]);
  });

  it('takes the default rules', () => {
    const { groups, problems } = load(DEFAULT_RULES_YAML);
    expect(problems).toEqual([]);
    expect(groups.map(({ name, rules }) => [name, rules.length])).toEqual([
      ['targets', 4],
      ['machines', 3],
      ['monitoring', 4],
    ]);
  });
});
