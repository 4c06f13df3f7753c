import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diskTextFiles, type TextFiles } from '#lib/text-files';
import type { ScrapeConfig } from '#scrape/config';
import { type Config, printConfig, printScrapeConfig } from './config.ts';
import { loadConfig } from './load.ts';

const FIXTURES = join(import.meta.dirname, '../../test/fixtures/config');
const KIT = join(import.meta.dirname, '../../test/conformance/kit/config/files');

async function load(text: string, directory = '/etc'): Promise<Config> {
  const file = join(directory, 'again.yml');
  const files: TextFiles = {
    ...diskTextFiles,
    read: (path) => (path === file ? Promise.resolve(text) : diskTextFiles.read(path)),
  };
  return (await loadConfig(file, { files, env: {} })).config;
}

describe('printing prometheus.yml', () => {
  it('shows no password of any URL', async () => {
    const url = 'http://user:pw-secret@host/path';
    const mechanisms = [
      `http_sd_configs: [{url: "${url}"}]`,
      `puppetdb_sd_configs: [{url: "${url}", query: q}]`,
      `consul_sd_configs: [{server: "${url}"}]`,
      `nomad_sd_configs: [{server: "${url}"}]`,
      `eureka_sd_configs: [{server: "${url}"}]`,
      `kuma_sd_configs: [{server: "${url}"}]`,
      `marathon_sd_configs: [{servers: ["${url}"]}]`,
      `uyuni_sd_configs: [{server: "${url}", username: u, password: p}]`,
      `docker_sd_configs: [{host: "${url}"}]`,
      `dockerswarm_sd_configs: [{host: "${url}", role: tasks}]`,
      `kubernetes_sd_configs: [{role: pod, api_server: "${url}"}]`,
      `ec2_sd_configs: [{region: r, endpoint: "${url}"}]`,
      `openstack_sd_configs: [{role: instance, region: r, identity_endpoint: "${url}"}]`,
    ];
    const client = [`proxy_url: "${url}"`, `oauth2: {client_id: c, client_secret: s, token_url: "${url}"}`];
    const text = [
      'scrape_configs:',
      ...[...mechanisms, ...client].map((line, i) => `- {job_name: "${i}", ${line}}`),
      `remote_write: [{url: "${url}"}]`,
      `remote_read: [{url: "${url}"}]`,
      `tracing: {endpoint: "${url}"}`,
      `alerting: {alertmanagers: [{proxy_url: "${url}"}]}`,
    ].join('\n');
    const printed = printConfig(await load(text));
    expect(printed).not.toContain('pw-secret');
    expect(printed.split('http://user:xxxxx@host/path')).toHaveLength(mechanisms.length + client.length + 4 + 1);
  });

  it('shows the effective values as Prometheus does', async () => {
    const text = [
      'global: {scrape_interval: 15s, external_labels: {b: x, a: "1"}}',
      'rule_files: [r.yml]',
      'scrape_configs:',
      '- job_name: node',
      '  basic_auth: {username: u, password: hunter2}',
      '  relabel_configs: [{source_labels: [a, b], target_label: c}]',
      '  static_configs: [{targets: ["h:9100"], labels: {env: prod}}]',
    ].join('\n');
    expect(printConfig(await load(text))).toBe(`global:
  scrape_interval: 15s
  scrape_timeout: 10s
  evaluation_interval: 1m
  external_labels:
    a: "1"
    b: x
  metric_name_validation_scheme: utf8
  metric_name_escaping_scheme: allow-utf-8
  scrape_native_histograms: false
  extra_scrape_metrics: false
runtime:
  gogc: 75
rule_files:
- /etc/r.yml
scrape_configs:
- job_name: node
  honor_timestamps: true
  track_timestamps_staleness: false
  scrape_interval: 15s
  scrape_timeout: 10s
  scrape_protocols:
  - OpenMetricsText1.0.0
  - OpenMetricsText0.0.1
  - PrometheusText1.0.0
  - PrometheusText0.0.4
  scrape_native_histograms: false
  always_scrape_classic_histograms: false
  convert_classic_histograms_to_nhcb: false
  metrics_path: /metrics
  scheme: http
  enable_compression: true
  metric_name_validation_scheme: utf8
  metric_name_escaping_scheme: allow-utf-8
  extra_scrape_metrics: false
  basic_auth:
    username: u
    password: <secret>
  follow_redirects: true
  enable_http2: true
  relabel_configs:
  - source_labels: [a, b]
    separator: ;
    target_label: c
    replacement: $1
    action: replace
  static_configs:
  - targets:
    - h:9100
    labels:
      env: prod
otlp:
  translation_strategy: UnderscoreEscapingWithSuffixes
  label_name_underscore_sanitization: true
  label_name_preserve_multiple_underscores: true
`);
  });

  // Written by Prometheus 3.5.3; the keys and defaults that 3.14 added since were put in by hand.
  it('gives every mechanism and block the defaults of Prometheus', async () => {
    const { config } = await loadConfig(join(FIXTURES, 'prometheus.yml'), { env: {} });
    expect(printConfig(config)).toBe(readFileSync(join(FIXTURES, 'prometheus.effective.yml'), 'utf8'));
  });

  it('has a fallback protocol for all jobs, of those that exist', async () => {
    const text = (name: string) => `global: {fallback_scrape_protocol: ${name}}\nscrape_configs: [{job_name: a}]\n`;
    expect((await load(text('PrometheusText0.0.4'))).scrapeConfigs[0]?.fallbackScrapeProtocol).toBe(
      'PrometheusText0.0.4',
    );
    await expect(load(text('Text'))).rejects.toThrow(
      'invalid fallback_scrape_protocol for global config: unknown scrape protocol Text, supported: [',
    );
  });

  it('shows one job alone as it shows it among all, of whatever file', async () => {
    const config = await load(
      'scrape_configs: [{job_name: a}, {job_name: b, basic_auth: {username: u, password: hunter2}}]',
    );
    const shown = printScrapeConfig(config, 'b')!;
    expect(shown).toMatch(
      /^job_name: b\nhonor_timestamps: true\n(?:.*\n)*basic_auth:\n {2}username: u\n {2}password: <secret>\n/,
    );
    expect(printConfig(config)).toContain(`- ${shown.trimEnd().replaceAll('\n', '\n  ')}\n`);
    expect(printScrapeConfig(config, 'c')).toBeNull();
    const { config: others } = await loadConfig(join(KIT, 'prometheus/scrape_config_files_only.good.yml'), { env: {} });
    const [{ jobName }] = others.scrapeConfigs as [ScrapeConfig];
    expect(printScrapeConfig(others, jobName)).toContain(`job_name: ${jobName}\n`);
  });

  it('leaves jobs of other files out', async () => {
    const { config } = await loadConfig(join(KIT, 'prometheus/scrape_config_files_only.good.yml'), { env: {} });
    expect(config.scrapeConfigs.length).toBeGreaterThan(0);
    expect(printConfig(config)).not.toContain('job_name');
  });

  // External labels print expanded: a dollar sign in them would be expanded again.
  const good = readdirSync(join(KIT, 'prometheus')).filter(
    (name) => name.endsWith('.good.yml') && name !== 'external_labels.good.yml',
  );

  it.each(good)('gives what reads back and prints the same: %s', async (name) => {
    const { config } = await loadConfig(join(KIT, 'prometheus', name), { env: {} });
    const shown = printConfig(config);
    expect(printConfig(await load(shown, join(KIT, 'prometheus')))).toBe(shown);
  });

  it('shows no secret of any mechanism', async () => {
    const file = join(KIT, 'prometheus/conf.good.yml');
    const secrets = [
      'mysecret',
      'testAppSecret',
      'testConsumerKey',
      '11111111-1111-1111-1111-111111111111\n',
      'abcdef',
      'hole',
    ];
    const text = readFileSync(file, 'utf8');
    const shown = printConfig((await loadConfig(file, { env: {} })).config);
    for (const secret of secrets) expect(text).toContain(secret);
    const leaked = secrets.filter((secret) => shown.includes(secret));
    // The user name of a hetzner account and the project of a scaleway one are the same words as their secrets.
    expect(leaked).toEqual(['11111111-1111-1111-1111-111111111111\n', 'abcdef']);
    expect(shown.match(/abcdef/g)).toHaveLength(1);
  });
});

describe('rules of retention', () => {
  it('have selectors', async () => {
    const rules = (match: string) => `storage: {tsdb: {retention: {rules: [{match: '${match}', time: 3d}]}}}`;
    const { storage } = await load(rules('{job="ci"}'));
    expect(storage.tsdb.retention.rules).toEqual([{ match: '{job="ci"}', time: 259_200_000 }]);
    await expect(load(rules('job=ci'))).rejects.toThrow(
      'storage.tsdb.retention.rules[0].match: "job=ci" is not a selector such as {job="ci"}: 1:4: parse error: unexpected "="',
    );
  });
});
