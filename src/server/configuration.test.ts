import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BUILT_IN_NOTHING, type OwnAccess } from './built-in.ts';
import { readConfiguration, sameAlertmanager, sameFiles } from './configuration.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'barograph-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const OWN = { address: 'localhost:9090', prefix: '' };

function read(prometheus: string | null, own = OWN) {
  const file = prometheus === null ? null : join(folder, 'prometheus.yml');
  if (file !== null) writeFileSync(file, prometheus!);
  return readConfiguration({ file, alertmanagerFile: null, env: {}, own });
}

describe('the configuration that is there without a file', () => {
  it('scrapes this server where it listens and below its prefix', async () => {
    const { config, unsupported } = await read(null, { address: '[fd00::1]:9091', prefix: '/mon' });
    const targets = config.scrapeConfigs.map(({ metricsPath, discovery }) => [
      ...discovery.staticConfigs.flatMap((group) => group.targets),
      metricsPath,
    ]);
    expect(targets).toEqual([
      ['[fd00::1]:9091', '/mon/metrics'],
      ['[fd00::1]:9091', '/mon/metrics/host'],
    ]);
    expect(unsupported).toEqual([]);
  });
});

it('the built-in configuration knows how to get in where others need a password', async () => {
  const jobsWith = async (access: OwnAccess) => {
    const { config, yaml } = await readConfiguration({
      file: null,
      alertmanagerFile: null,
      env: {},
      own: { ...OWN, access },
    });
    expect(yaml).not.toContain('token-of-mine');
    return config.scrapeConfigs.map(({ scheme, httpClientConfig: { authorization, tlsConfig } }) => [
      ...[scheme, authorization?.credentials?.reveal(), tlsConfig?.insecureSkipVerify, tlsConfig?.certFile],
    ]);
  };
  const plain = ['http', 'token-of-mine', undefined, undefined];
  expect(await jobsWith({ isSecure: false, token: 'token-of-mine', certificate: null })).toEqual([plain, plain]);
  const certificate = { certFile: '/c: "1".pem', keyFile: '/k.pem' };
  const secure = ['https', 'token-of-mine', true, certificate.certFile];
  expect(await jobsWith({ isSecure: true, token: 'token-of-mine', certificate })).toEqual([secure, secure]);
});

it('with extra-scrape-metrics jobs have what they do not refuse, whoever reads the files again', async () => {
  const file = join(folder, 'prometheus.yml');
  writeFileSync(file, 'scrape_configs: [{job_name: a}, {job_name: b, extra_scrape_metrics: false}]');
  const extra = async (extraScrapeMetrics: boolean) => {
    const read = await readConfiguration({ file, alertmanagerFile: null, extraScrapeMetrics, env: {}, own: OWN });
    return [...read.config.scrapeConfigs.map((job) => job.extraScrapeMetrics), read.source.extraScrapeMetrics];
  };
  expect([await extra(true), await extra(false)]).toEqual([
    [true, false, true],
    [false, false, false],
  ]);
});

describe('the configuration of an Alertmanager alone', () => {
  it('scrapes nothing and has no rules', async () => {
    const nothing = { file: BUILT_IN_NOTHING, alertmanagerFile: null, env: {}, own: OWN };
    const { config, ruleGroups, unsupported, warnings } = await readConfiguration(nothing);
    expect([config.scrapeConfigs, ruleGroups, unsupported, warnings]).toEqual([[], [], [], []]);
  });

  it('names the file that is missing, and says what to do', async () => {
    const alertmanagerFile = join(folder, 'alertmanager.yml');
    const reading = readConfiguration({ file: BUILT_IN_NOTHING, alertmanagerFile, env: {}, own: OWN });
    await expect(reading).rejects.toMatchObject({
      message: expect.stringContaining(`${alertmanagerFile}: ENOENT`),
      hint: 'Check that the path is right and that this user may read the file.',
    });
  });
});

describe('two readings of the configuration', () => {
  it('are the same when the files say the same, in whatever order they were read', async () => {
    const first = await read('global: {scrape_interval: 5s}');
    const second = await read('global: {scrape_interval: 5s}');
    const texts = Object.fromEntries(Object.entries(second.source.texts).reverse());
    expect(sameFiles(first, { ...second, source: { ...second.source, texts } })).toBe(true);
  });

  it('differ when a text changed, or when there is another file', async () => {
    const first = await read('global: {scrape_interval: 5s}');
    expect(sameFiles(first, await read('global: {scrape_interval: 6s}'))).toBe(false);
    writeFileSync(join(folder, 'a.rules'), 'groups: []');
    const withRules = await read('rule_files: [a.rules]');
    writeFileSync(join(folder, 'b.rules'), 'groups: []');
    expect(sameFiles(withRules, await read('rule_files: [a.rules]'))).toBe(true);
    expect(sameFiles(await read('rule_files: ["*.rules"]'), withRules)).toBe(false);
  });

  it('differ for the Alertmanager when its file or a template changed, and not when a rule did', async () => {
    const alertmanagerFile = join(folder, 'alertmanager.yml');
    const template = join(folder, 'mail.tmpl');
    const reading = async (rules: string, subject: string) => {
      writeFileSync(join(folder, 'a.rules'), rules);
      writeFileSync(template, subject);
      writeFileSync(alertmanagerFile, 'route: {receiver: r}\nreceivers: [{name: r}]\ntemplates: ["*.tmpl"]');
      const file = join(folder, 'prometheus.yml');
      writeFileSync(file, 'rule_files: [a.rules]');
      return readConfiguration({ file, alertmanagerFile, env: {}, own: OWN });
    };
    const first = await reading('groups: []', 'one');
    const otherRules = await reading('groups: [{name: g}]', 'one');
    expect([sameFiles(first, otherRules), sameAlertmanager(first, otherRules)]).toEqual([false, true]);
    const otherTemplate = await reading('groups: []', 'two');
    expect([sameFiles(first, otherTemplate), sameAlertmanager(first, otherTemplate)]).toEqual([false, false]);
  });
});

it('tells the mistakes of a rule file at once, in its form as in its expressions and templates', async () => {
  const rules =
    "groups: [{name: g, rules: [{alert: A, expr: 'up ==', for: 10sec, annotations: {summary: '{{ .Foo'}}]}]";
  writeFileSync(join(folder, 'rules.yml'), rules);
  const error = await read('rule_files: [rules.yml]').catch(String);
  for (const told of ['for: not a valid duration string', 'unexpected end of input', 'unclosed action']) {
    expect(error).toContain(told);
  }
});

describe('a bad alertmanager.yml', () => {
  it('is told all at once: unknown fields and receivers that do not exist', async () => {
    const alertmanagerFile = join(folder, 'alertmanager.yml');
    const lines = [
      'route:',
      '  receiver: nobody',
      '  nonsense: 1',
      'receivers:',
      '  - name: chat',
      '    nonsense: 2',
      '    telegram_configs: [{bot_token: t, chat_id: 1, nonsense: 3}]',
    ];
    writeFileSync(alertmanagerFile, lines.join('\n'));
    const error = await readConfiguration({ file: null, alertmanagerFile, env: {}, own: OWN }).catch(String);
    for (const told of [
      ':2:13: route.receiver: undefined receiver "nobody" used in route',
      ':3:3: route.nonsense: field nonsense not found',
      ':6:5: receivers[0].nonsense: field nonsense not found',
      'receivers[0].telegram_configs[0].nonsense: field nonsense not found',
    ]) {
      expect(error).toContain(told);
    }
  });
});
