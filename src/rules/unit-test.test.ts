import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diskTextFiles } from '#lib/text-files';
import { filesOf } from '#test/notifier';
import { runUnitTests } from './unit-test.ts';

const KIT = join(import.meta.dirname, '../../test/conformance/kit/config');

interface Case {
  readonly id: string;
  readonly kind: string;
  readonly file: string;
  readonly expect: 'ok' | 'fail';
  readonly args?: readonly string[];
}

const { cases } = JSON.parse(readFileSync(join(KIT, 'cases.json'), 'utf8')) as { cases: readonly Case[] };

function runKit(file: string, args: readonly string[] = []): Promise<readonly string[]> {
  const name = args[args.indexOf('--run') + 1];
  return runUnitTests(join(KIT, file), {
    files: diskTextFiles,
    resolve: (path) => resolve(dirname(join(KIT, file)), path),
    ...(args.includes('--run') ? { run: (test: string) => test.includes(name!) } : {}),
    ignoreUnknownKeys: args.includes('--ignore-unknown-fields'),
    warn: () => {},
  });
}

/** Runs one test file over rules that stand beside it. */
function run(rules: string, test: string): Promise<readonly string[]> {
  const text = `rule_files: [r.yml]\nevaluation_interval: 1m\n${test}`;
  return runUnitTests('/t/t.yml', {
    files: filesOf({ '/t/r.yml': rules, '/t/t.yml': text }),
    resolve: (path) => resolve('/t', path),
    ignoreUnknownKeys: false,
    warn: () => {},
  });
}

describe('the unit tests of the conformance kit', () => {
  for (const { id, file, args, expect: verdict } of cases.filter(({ kind }) => kind === 'unit')) {
    it(`${id} ${verdict === 'ok' ? 'succeed' : 'fail'}`, { timeout: 60_000 }, async () => {
      const failures = await runKit(file, args);
      if (verdict === 'ok') expect(failures).toEqual([]);
      else expect(failures).not.toEqual([]);
    });
  }
});

describe('what failed', () => {
  it('is told in the words of promtool', async () => {
    expect((await runKit('files/promtool/failing.yml')).join('\n')).toBe(
      [
        '    name: Failing test,',
        '    alertname: Test, time: 0s, ',
        '        exp:[',
        '            0:',
        '              Labels:{alertname="Test"}',
        '              Annotations:{}',
        '            ], ',
        '        got:[]',
        '    expr: "test", time: 0s,',
        '        exp: {__name__="test"} 1E+00',
        '        got: {__name__="test"} 0E+00',
        '    name: Failing alert test,',
        '    alertname: InstanceDown, time: 5m, ',
        '        exp:[], ',
        '        got:[',
        '            0:',
        '              Labels:{alertname="InstanceDown", job="test", severity="page"}',
        '              Annotations:{description=" of job test has been down for more than 5 minutes.", summary="Instance  down"}',
        '            ]',
        '    name: Failing alert test,',
        '    alertname: AlwaysFiring, time: 5m, ',
        '        exp:[], ',
        '        got:[',
        '            0:',
        '              Labels:{alertname="AlwaysFiring"}',
        '              Annotations:{}',
        '            ]',
      ].join('\n'),
    );
  });

  it('is told of series and rules that cannot be read', async () => {
    expect(await runKit('files/promtool/bad-input-series.yml')).toEqual([
      "2:48: parse error: unexpected character inside braces: '0'",
    ]);
    expect(await run('groups: [{name: g, rules: [{record: a, expr: "1 +"}]}]', 'tests: [{}]')).toEqual([
      expect.stringContaining('could not parse expression'),
    ]);
    expect(await run('groups: []', 'tests: [{input_series: [{series: a, values: "1 b"}]}]')).toEqual([
      'cannot read "b" as values of a series',
    ]);
    expect(await run('groups: []', 'test: []')).toEqual([expect.stringContaining('field test not found')]);
    expect(await run('groups: []', 'tests: [{alert_rule_test: [{eval_time: 5m}], name: n}]')).toEqual([
      'an item under alert_rule_test misses required attribute alertname at eval_time 5m (in TestGroup n)',
    ]);
  });

  it('says what an expression came to, or why to nothing', async () => {
    const test = (expr: string, samples: string) =>
      run(
        'groups: []',
        `tests: [{input_series: [{series: 'a{b="c"}', values: "1+0.5x3"}], promql_expr_test: [{expr: '${expr}', eval_time: 2m, exp_samples: ${samples}}]}]`,
      );
    expect(await test('a', '[{labels: "a{b=\\"c\\"}", value: 2}]')).toEqual([]);
    expect(await test('a', '[]')).toEqual([
      '    expr: "a", time: 2m,\n        exp: nil\n        got: {__name__="a", b="c"} 2E+00',
    ]);
    expect(await test('a[1m]', '[]')).toEqual([
      '    expr: "a[1m]", time: 2m, err: rule result is not a vector or scalar',
    ]);
    expect(await test('a', '[{labels: "a{", value: 2}]')).toEqual([
      expect.stringMatching(/^ {4}expr: "a", time: 2m, err: labels "a\{": 1:\d+: parse error/),
    ]);
  });
});

describe('rules under test', () => {
  const rules = `
groups:
- name: second
  rules:
  - {record: twice, expr: 2 * once}
- name: first
  rules:
  - {record: once, expr: a + 1}
  - alert: High
    expr: once > 2
    for: 2m
    labels: {severity: page, where: '{{ $externalLabels.zone }}'}
    annotations: {text: '{{ $value }} at {{ $externalURL }}'}`;
  const input = '{series: a, values: "1 2 2 2 2 1"}';

  it('are evaluated in the order that the file wishes', async () => {
    const test = (order: string, value: number) =>
      run(
        rules,
        `group_eval_order: ${order}\ntests: [{input_series: [${input}], promql_expr_test: [{expr: twice, eval_time: 1m, exp_samples: [{labels: twice, value: ${value}}]}]}]`,
      );
    expect(await test('[first, second]', 6)).toEqual([]);
    expect(await test('[second, first]', 4)).toEqual([]);
  });

  it('raise alerts at their time, with the labels and the address of the test', async () => {
    const firing = '[{exp_labels: {severity: page, where: z}, exp_annotations: {text: "3 at http://b"}}]';
    const cases = [
      ['2m', '[]'],
      ['3m', firing],
      ['4m59s', firing],
      ['5m', '[]'],
    ].map(([time, alerts]) => `{eval_time: ${time}, alertname: High, exp_alerts: ${alerts}}`);
    const test = `{external_labels: {zone: z}, external_url: "http://b", input_series: [${input}], alert_rule_test: [${cases.join(', ')}]}`;
    expect(await run(rules, `group_eval_order: [first]\ntests: [${test}]`)).toEqual([]);
  });
});
