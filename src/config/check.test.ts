import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatProblem } from '#lib/schema-decode';
import { checkAlertmanagerFile, checkConfigFile, checkRulesFile } from './check.ts';

let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'check-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

/** Writes files and gives the path of the first. */
async function write(files: Readonly<Record<string, string>>): Promise<string> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  return join(directory, Object.keys(files)[0]!);
}

async function check(files: Readonly<Record<string, string>>, syntaxOnly = false) {
  const report = await checkConfigFile(await write(files), { env: {}, syntaxOnly });
  return {
    ...report,
    problems: report.problems.map((problem) => formatProblem(problem).replaceAll(`${directory}/`, '')),
    warnings: report.warnings.map((warning) => warning.replaceAll(`${directory}/`, '')),
  };
}

describe('checking prometheus.yml', () => {
  it('looks into rule files', async () => {
    const { problems, ruleFiles } = await check({
      'p.yml': 'rule_files: ["r*.yml", missing.yml]',
      'r1.yml': 'groups: [{name: a, rules: [{alert: A, expr: up}]}]',
      'r2.yml': 'groups: [{name: a, rules: [{alert: A}]}]',
    });
    expect(problems).toEqual([
      'p.yml:1:13: rule_files: "missing.yml" does not point to an existing file (create the file or correct the path)',
      "r2.yml:1:28: groups[0].rules[0]: field 'expr' must be set in rule (add expr: ...)",
    ]);
    expect(ruleFiles.map(({ groups }) => groups.length)).toEqual([1, 1]);
  });

  it('checks names in rule files by the global scheme', async () => {
    const { problems } = await check({
      'p.yml': 'global: {metric_name_validation_scheme: legacy}\nrule_files: [r.yml]',
      'r.yml': 'groups: [{name: a, rules: [{record: "a.b", expr: up}]}]',
    });
    expect(problems).toEqual(['r.yml:1:37: groups[0].rules[0].record: invalid recording rule name: a.b']);
  });

  it('looks for tokens and certificates', async () => {
    const { problems } = await check({
      'p.yml':
        'scrape_configs:\n- job_name: a\n  bearer_token_file: token\n  tls_config: {cert_file: c, key_file: k}\n',
      k: '',
    });
    expect(problems).toEqual([
      'p.yml:2:3: scrape_configs[0]: error checking authorization credentials or bearer token file "token": stat token: no such file or directory (create the file or correct the path)',
      'p.yml:2:3: scrape_configs[0]: error checking client cert file "c": stat c: no such file or directory (create the file or correct the path)',
    ]);
  });

  it('looks into target files', async () => {
    const { problems, warnings } = await check({
      'p.yml': 'scrape_configs: [{job_name: a, file_sd_configs: [{files: ["t*.json", none.yml]}]}]',
      't1.json': '[{"targets": ["h:1"]}]',
      't2.json': '[{"target": ["h:1"]}]',
    });
    expect(problems).toEqual([
      't2.json:1:3: [0].target: field target not found in type targetgroup.Group (did you mean targets?)',
    ]);
    expect(warnings).toEqual(['file "none.yml" for file_sd does not exist']);
  });

  it('looks at targets as relabeling leaves them', async () => {
    const relabeled = (rule: string, target: string) =>
      check({
        'p.yml': `scrape_configs:\n- job_name: a\n  relabel_configs: [${rule}]\n  static_configs:\n  - targets: ["${target}"]\n`,
      });
    const hint = '(correct the target, or what relabel_configs makes of it)';
    expect((await relabeled('{target_label: __address__, replacement: "h:1"}', 'http://x/y')).problems).toEqual([]);
    expect(
      (await relabeled('{action: drop, source_labels: [__address__], regex: "http.*"}', 'http://x/y')).problems,
    ).toEqual([]);
    expect((await relabeled('{target_label: x}', 'http://x/y')).problems).toEqual([
      `p.yml:5:5: scrape_configs[0].static_configs[0]: "http://x/y" is not a valid hostname ${hint}`,
    ]);
    expect((await relabeled('{target_label: __address__, replacement: ""}', 'h:1')).problems).toEqual([
      `p.yml:5:5: scrape_configs[0].static_configs[0]: no address for target "h:1" ${hint}`,
    ]);
  });

  it.each([
    ['{__scrape_interval__: foo}', 'error parsing scrape interval: not a valid duration string: "foo"'],
    ['{__scrape_interval__: 0s}', 'scrape interval cannot be 0'],
    ['{__scrape_interval__: 1s}', 'scrape timeout cannot be greater than scrape interval ("10s" > "1s")'],
    ['{__scrape_timeout__: "-1s"}', 'error parsing scrape timeout: not a valid duration string: "-1s"'],
    [
      '{__scrape_native_histograms__: maybe}',
      'error parsing scrape native histograms: strconv.ParseBool: parsing "maybe": invalid syntax',
    ],
    ['{"": x}', '"" is not a valid label name'],
  ])('finds what a target with the labels %s cannot be scraped for', async (labels, message) => {
    const config = `scrape_configs: [{job_name: a, static_configs: [{targets: ["h:1", "h:2"], labels: ${labels}}]}]`;
    const { problems } = await check({ 'p.yml': config });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(message);
    const file = await check({
      'p.yml': 'scrape_configs: [{job_name: a, file_sd_configs: [{files: [t.yml]}]}]',
      't.yml': `[{targets: ["h:1"], labels: ${labels}}]`,
    });
    expect(file.problems).toHaveLength(1);
    expect(file.problems[0]).toMatch(/^t\.yml:1:/);
    expect(file.problems[0]).toContain(message);
  });

  it('looks at the addresses of Alertmanagers too', async () => {
    const { problems } = await check({
      'p.yml':
        'alerting: {alertmanagers: [{relabel_configs: [{target_label: x}], static_configs: [{targets: ["http://a"]}]}]}',
    });
    expect(problems[0]).toContain('alerting.alertmanagers[0].static_configs[0]: "http://a" is not a valid hostname');
  });

  it('relabels Alertmanagers by the names that the global scheme allows', async () => {
    const rules =
      '[{source_labels: [__address__], target_label: "a.b"}, {source_labels: ["a.b"], target_label: __address__, replacement: "x/y"}]';
    const { problems } = await check({
      'p.yml': `alerting: {alertmanagers: [{relabel_configs: ${rules}, static_configs: [{targets: [h]}]}]}`,
    });
    expect(problems[0]).toContain('"x/y" is not a valid hostname');
  });

  it('can leave all of that', async () => {
    expect(
      (await check({ 'p.yml': 'rule_files: [missing.yml]\nscrape_config_files: ["s.yml"]', 's.yml': '[' }, true))
        .problems,
    ).toEqual([]);
  });
});

describe('checking a rule file', () => {
  it('gives its groups', async () => {
    const file = await write({ 'r.yml': 'groups: [{name: a, rules: [{alert: A, expr: up}]}]' });
    expect(await checkRulesFile(file)).toMatchObject({ problems: [], groups: [{ name: 'a' }] });
  });

  it('shows where an expression is wrong', async () => {
    const file = await write({
      'r.yml': 'groups:\n- name: g\n  rules:\n  - record: a\n    expr: |\n      up ==\n        sum(\n',
    });
    const { problems } = await checkRulesFile(file);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ at: { file, line: 7 } });
    expect(problems[0]?.message).toContain('group "g", rule 1, "a": could not parse expression: ');
  });

  it('checks templates', async () => {
    const file = await write({
      'r.yml': 'groups: [{name: g, rules: [{alert: A, expr: up, annotations: {b: "{{ $nope }}"}}]}]',
    });
    expect((await checkRulesFile(file)).problems[0]?.message).toContain('annotation "b"');
  });

  it('says when there is none', async () => {
    const { problems } = await checkRulesFile(join(directory, 'nowhere.yml'));
    expect(problems[0]?.message).toContain('ENOENT');
  });
});

describe('checking alertmanager.yml', () => {
  it('gives the configuration only when it is good', async () => {
    const good = await write({ 'a.yml': 'route: {receiver: a}\nreceivers: [{name: a}]' });
    expect((await checkAlertmanagerFile(good)).config?.route.receiver).toBe('a');
    const bad = await write({ 'b.yml': 'route: {receiver: b}\nreceivers: [{name: a}]' });
    expect(await checkAlertmanagerFile(bad)).toMatchObject({
      config: undefined,
      problems: [{ message: 'undefined receiver "b" used in route' }],
    });
  });

  it('says when there is none', async () => {
    expect((await checkAlertmanagerFile(join(directory, 'nowhere.yml'))).problems).toHaveLength(1);
  });
});
