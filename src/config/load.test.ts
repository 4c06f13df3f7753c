import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatProblem } from '#lib/schema-decode';
import { diskTextFiles, type TextFiles } from '#lib/text-files';
import { Labels } from '#model/labels';
import type { Config } from './config.ts';
import { type LoadOptions, loadConfig, readConfig } from './load.ts';

/** Files in memory, by absolute path. */
function memoryFiles(contents: Readonly<Record<string, string>>): TextFiles {
  return {
    read(path) {
      const text = contents[path];
      return text === undefined
        ? Promise.reject(new Error(`open ${path}: no such file or directory`))
        : Promise.resolve(text);
    },
    list: (directory) =>
      Promise.resolve(
        Object.keys(contents)
          .filter((path) => path.startsWith(`${directory}/`) && !path.slice(directory.length + 1).includes('/'))
          .map((path) => path.slice(directory.length + 1))
          .sort(),
      ),
  };
}

const MAIN = '/etc/prometheus/prometheus.yml';

function read(text: string, others: Readonly<Record<string, string>> = {}, options: Partial<LoadOptions> = {}) {
  return readConfig(MAIN, { files: memoryFiles({ [MAIN]: text, ...others }), env: {}, ...options });
}

async function good(
  text: string,
  others: Readonly<Record<string, string>> = {},
  options: Partial<LoadOptions> = {},
): Promise<Config> {
  const { config, problems } = await read(text, others, options);
  if (config === undefined) throw new Error(problems.map(formatProblem).join('\n'));
  return config;
}

async function problemsOf(
  text: string,
  others: Readonly<Record<string, string>> = {},
  options: Partial<LoadOptions> = {},
): Promise<string[]> {
  return (await read(text, others, options)).problems.map((problem) =>
    formatProblem(problem).replaceAll('/etc/prometheus/', ''),
  );
}

describe('prometheus.yml', () => {
  it('may be empty', async () => {
    expect(await good('')).toMatchObject({
      file: MAIN,
      global: {
        scrapeInterval: 60_000,
        scrapeTimeout: 10_000,
        evaluationInterval: 60_000,
        ruleQueryOffset: 0,
        externalLabels: Labels.EMPTY,
        metricNameValidationScheme: 'utf8',
        metricNameEscapingScheme: 'allow-utf-8',
      },
      runtime: { gogc: 75 },
      scrapeConfigs: [],
      ruleFiles: [],
      alerting: { alertmanagers: [] },
      remoteWrite: [],
    });
  });

  it('gives jobs what they take from global', async () => {
    const text =
      'global: {scrape_interval: 15s, sample_limit: 5}\nscrape_configs:\n- job_name: a\n- job_name: b\n  scrape_interval: 5s\n';
    const { scrapeConfigs } = await good(text);
    expect(scrapeConfigs).toMatchObject([
      { jobName: 'a', scrapeInterval: 15_000, scrapeTimeout: 10_000, sampleLimit: 5 },
      { jobName: 'b', scrapeInterval: 5000, scrapeTimeout: 5000 },
    ]);
  });

  it('shortens the default timeout to a short interval', async () => {
    expect((await good('global: {scrape_interval: 5s}')).global.scrapeTimeout).toBe(5000);
  });

  it('infers underscores from the legacy scheme', async () => {
    expect((await good('global: {metric_name_validation_scheme: legacy}')).global.metricNameEscapingScheme).toBe(
      'underscores',
    );
  });

  it('resolves paths against its directory', async () => {
    const config = await good(
      'global: {query_log_file: q.log}\nrule_files: [r/*.yml, /abs.yml]\nscrape_config_files: [s/*.yml]\n',
    );
    expect(config.global.queryLogFile).toBe('/etc/prometheus/q.log');
    expect(config.ruleFiles).toEqual(['/etc/prometheus/r/*.yml', '/abs.yml']);
    expect(config.scrapeConfigFiles).toEqual(['/etc/prometheus/s/*.yml']);
  });

  it.each([
    [
      'scrape_configs: [{job_name: a}, {job_name: a}]',
      'prometheus.yml:1:44: scrape_configs[1].job_name: found multiple scrape configs with job name "a", first found in prometheus.yml:1 (give each job its own name)',
    ],
    [
      'scrape_configs: [{job_name: a, scrape_timeout: 2m}]',
      'prometheus.yml:1:48: scrape_configs[0].scrape_timeout: scrape timeout greater than scrape interval for scrape config with job name "a" (raise scrape_interval or lower it)',
    ],
    [
      'global: {scrape_timeout: 2m}',
      'prometheus.yml:1:26: global.scrape_timeout: global scrape timeout greater than scrape interval (raise scrape_interval or lower scrape_timeout)',
    ],
    [
      'global: {scrape_intervall: 1m}',
      'prometheus.yml:1:10: global.scrape_intervall: field scrape_intervall not found in type config.plain (did you mean scrape_interval?)',
    ],
    [
      'global: {external_labels: {"": x}}',
      'prometheus.yml:1:32: global.external_labels.: "" is not a valid label name',
    ],
    [
      'rule_files: ["a/*/b.yml"]',
      'prometheus.yml:1:14: rule_files[0]: invalid rule file path "a/*/b.yml" (* may only stand in the last part of the path)',
    ],
    ['scrape_configs: [~]', 'prometheus.yml:1:18: scrape_configs[0]: empty or null scrape config section'],
    [
      'remote_write: [{url: "http://a", name: x}, {url: "http://b", name: x}]',
      'prometheus.yml:1:68: remote_write[1].name: found multiple remote write configs with job name "x" (give each its own name)',
    ],
    [
      'remote_write: [{url: "http://a", write_relabel_configs: [{action: replace}]}]',
      "prometheus.yml:1:58: remote_write[0].write_relabel_configs[0].target_label: relabel configuration for replace action requires 'target_label' value",
    ],
    [
      'global: {metric_name_validation_scheme: legacy}\notlp: {translation_strategy: NoTranslation}',
      'prometheus.yml:2:30: otlp.translation_strategy: OTLP translation strategy "NoTranslation" is not allowed when UTF8 is disabled',
    ],
    [
      'alerting: {alert_relabel_configs: [{action: hashmod, target_label: a}]}',
      'prometheus.yml:1:36: alerting.alert_relabel_configs[0].modulus: relabel configuration for hashmod requires non-zero modulus (add modulus: <number of shards>)',
    ],
    [
      'tracing: {compression: zip, endpoint: a}',
      'prometheus.yml:1:24: tracing.compression: invalid compression type zip provided, valid options: gzip',
    ],
    ['tracing: {}', 'prometheus.yml:1:10: tracing.endpoint: tracing endpoint must be set (add endpoint: host:port)'],
    [
      'nonsense: 1',
      'prometheus.yml:1:1: nonsense: field nonsense not found in type config.plain (known keys: global, runtime, alerting, rule_files, scrape_config_files, scrape_configs, storage, tracing, remote_write, remote_read, otlp)',
    ],
    [
      'global: {scrape_interval: 1m}\nglobal: {}',
      'prometheus.yml:2:1: global: field global already set in type config.plain (write each key once)',
    ],
  ])('%j is refused', async (text, problem) => {
    expect(await problemsOf(text)).toEqual([problem]);
  });

  it('reports all of its problems, in order, and not what follows from them', async () => {
    const text =
      'global: {scrape_interval: 1x}\nscrape_configs:\n- job_name: a\n  scrape_timeout: 2m\n- job_name: b\n  schem: https\n- scheme: http\n';
    expect((await problemsOf(text)).map((problem) => problem.replace(/ \(.*/, ''))).toEqual([
      'prometheus.yml:1:27: global.scrape_interval: not a valid duration string: "1x"',
      'prometheus.yml:6:3: scrape_configs[1].schem: field schem not found in type config.ScrapeConfig',
      'prometheus.yml:7:3: scrape_configs[2].job_name: job_name is empty',
    ]);
  });

  it('that cannot be read is a problem too', async () => {
    const { problems } = await readConfig('/nowhere.yml', { files: memoryFiles({}), env: {} });
    expect(problems.map(formatProblem)).toEqual([
      '/nowhere.yml:1:1: open /nowhere.yml: no such file or directory (check that the path is right and the file may be read)',
    ]);
  });

  it('refuses in agent mode what an agent does not do', async () => {
    const text = 'rule_files: [a.yml]\nalerting: {alertmanagers: [{}]}\nremote_read: [{url: "http://a"}]\n';
    expect(await problemsOf(text)).toEqual([]);
    expect(await problemsOf(text, {}, { agent: true })).toEqual([
      'prometheus.yml:1:13: rule_files: field rule_files is not allowed in agent mode (remove rule_files)',
      'prometheus.yml:2:11: alerting: field alerting is not allowed in agent mode (remove alerting)',
      'prometheus.yml:3:14: remote_read: field remote_read is not allowed in agent mode (remove remote_read)',
    ]);
  });
});

describe('loading', () => {
  it('rejects with every problem in one error', async () => {
    const files = memoryFiles({ [MAIN]: 'global: {scrape_interval: 1x}\nfoo: 1\n' });
    await expect(loadConfig(MAIN, { files, env: {} })).rejects.toMatchObject({
      kind: 'bad-config',
      code: 'invalid-config',
      at: { file: MAIN, line: 1, column: 27 },
      message: [
        `parsing YAML file ${MAIN}`,
        `${MAIN}:1:27: global.scrape_interval: not a valid duration string: "1x" (write a number and a unit, largest unit first: 30s, 5m, 1h30m, 1d)`,
        `${MAIN}:2:1: foo: field foo not found in type config.plain (known keys: global, runtime, alerting, rule_files, scrape_config_files, scrape_configs, storage, tracing, remote_write, remote_read, otlp)`,
      ].join('\n'),
    });
  });

  it('says of a file that cannot be read that and no more', async () => {
    await expect(loadConfig('/nowhere.yml', { files: memoryFiles({}), env: {} })).rejects.toMatchObject({
      kind: 'bad-config',
      code: 'config-unreadable',
      message: '/nowhere.yml: open /nowhere.yml: no such file or directory',
      hint: 'check that the path is right and the file may be read',
    });
  });

  it('gives the configuration and its warnings', async () => {
    const files = memoryFiles({ [MAIN]: 'global: {external_labels: {a: $HOME_X}}' });
    const { config, warnings } = await loadConfig(MAIN, { files, env: {} });
    expect(config.global.externalLabels.size).toBe(0);
    expect(warnings).toEqual(['Empty environment variable HOME_X used in external_labels']);
  });
});

describe('external labels', () => {
  const env = { HOST: 'h1', A_1: 'x', EMPTY: '' };

  it.each([
    ['$HOST', 'h1'],
    ['${HOST}-${A_1}', 'h1-x'],
    ['a$HOST.b', 'ah1.b'],
    ['$$HOST', '$HOST'],
    ['cost: 5$', 'cost: 5$'],
    ['$ x', '$ x'],
    ['x${NOPE}y', 'xy'],
    ['x${EMPTY}y', 'xy'],
    ['x${}y', 'xy'],
  ])('expand %j to %j', async (value, expanded) => {
    const { global } = await good(`global: {external_labels: {a: ${JSON.stringify(value)}}}`, {}, { env });
    expect(global.externalLabels.get('a')).toBe(expanded);
  });

  it('are the only place with variables', async () => {
    const config = await good(
      'scrape_configs: [{job_name: $HOST, static_configs: [{targets: ["$HOST:1"]}]}]',
      {},
      { env },
    );
    expect(config.scrapeConfigs[0]).toMatchObject({
      jobName: '$HOST',
      discovery: { staticConfigs: [{ targets: ['$HOST:1'] }] },
    });
  });
});

describe('scrape_config_files', () => {
  const text =
    'global: {scrape_interval: 7s}\nscrape_config_files: ["jobs/*.yml"]\nscrape_configs: [{job_name: main}]\n';

  it('add jobs, with paths against their own directory', async () => {
    const { scrapeConfigs } = await good(text, {
      '/etc/prometheus/jobs/b.yml': 'scrape_configs: [{job_name: b, bearer_token_file: token}]',
      '/etc/prometheus/jobs/a.yml': 'scrape_configs: [{job_name: a, scrape_interval: 9s}]',
      '/etc/prometheus/jobs/empty.yml': '',
      '/etc/prometheus/jobs/other.txt': 'nonsense',
    });
    expect(scrapeConfigs.map(({ jobName, scrapeInterval }) => [jobName, scrapeInterval])).toEqual([
      ['main', 7000],
      ['a', 9000],
      ['b', 7000],
    ]);
    expect(scrapeConfigs[2]?.httpClientConfig.authorization?.credentialsFile).toBe('/etc/prometheus/jobs/token');
  });

  it('share the names of jobs', async () => {
    const others = {
      '/etc/prometheus/jobs/a.yml': 'scrape_configs: [{job_name: x}, {job_name: main}]',
      '/etc/prometheus/jobs/b.yml': 'scrape_configs: [{job_name: x}]',
    };
    expect(await problemsOf(text, others)).toEqual([
      'jobs/a.yml:1:44: scrape_configs[1].job_name: found multiple scrape configs with job name "main", first found in prometheus.yml:3 (give each job its own name)',
      'jobs/b.yml:1:29: scrape_configs[0].job_name: found multiple scrape configs with job name "x", first found in jobs/a.yml:1 (give each job its own name)',
    ]);
  });

  it('are checked like the main file', async () => {
    expect(
      await problemsOf(text, {
        '/etc/prometheus/jobs/a.yml': 'global: {}\nscrape_configs: [{job_name: a, scrape_timeout: 8s}]',
      }),
    ).toEqual([
      'jobs/a.yml:1:1: global: field global not found in type config.ScrapeConfigs (known keys: scrape_configs)',
      'jobs/a.yml:2:48: scrape_configs[0].scrape_timeout: scrape timeout greater than scrape interval for scrape config with job name "a" (raise scrape_interval or lower it)',
    ]);
  });

  it('are left alone when only the main file counts', async () => {
    expect(await problemsOf(text, { '/etc/prometheus/jobs/a.yml': '[' }, { mainFileOnly: true })).toEqual([]);
  });
});

describe("the user's own files", () => {
  it('load', async () => {
    const user = join(import.meta.dirname, '../../test/conformance/kit/user/prometheus.yml');
    const { config, problems } = await readConfig(user, { files: diskTextFiles, env: {} });
    expect(problems).toEqual([]);
    expect(config?.scrapeConfigs[0]).toMatchObject({
      jobName: 'kubernetes-pods',
      scrapeInterval: 15_000,
      discovery: { kubernetesSdConfigs: [{ role: 'pod' }] },
      relabelConfigs: [
        { action: 'keep', regex: 'true' },
        { targetLabel: '__metrics_path__' },
        { replacement: '$1:$2' },
        { targetLabel: 'service' },
      ],
    });
    expect(readFileSync(config?.ruleFiles[0] ?? '', 'utf8')).toContain('HighErrorRate');
  });
});
