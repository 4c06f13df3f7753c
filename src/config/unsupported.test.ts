import { describe, expect, it } from 'vitest';
import { parseAlertmanagerConfig } from '#alertmanager/config';
import type { TextFiles } from '#lib/text-files';
import { loadConfig } from './load.ts';
import { unsupportedAlertmanagerFeatures, unsupportedFeatures, unsupportedText } from './unsupported.ts';

async function unsupported(text: string, supported?: ReadonlySet<string>): Promise<string[]> {
  const files: TextFiles = { read: () => Promise.resolve(text), list: () => Promise.resolve([]) };
  const { config } = await loadConfig('/p.yml', { files, env: {} });
  return unsupportedFeatures(config, supported).map(
    ({ at, path, feature, job }) => `${at.file}:${at.line}:${at.column} ${path} ${feature} ${job ?? '-'}`,
  );
}

const TEXT = `scrape_configs:
- job_name: a
  static_configs: [{targets: [h]}]
  file_sd_configs: [{files: [a.json]}]
- job_name: b
  eureka_sd_configs:
  - server: http://a
  - server: http://b
  nomad_sd_configs: [{server: "http://x"}]
alerting:
  alertmanagers:
  - kuma_sd_configs: [{server: "http://a"}]
remote_write: [{url: "http://w"}]
remote_read: [{url: "http://r"}]
otlp: {}
tracing: {endpoint: x}
`;

describe('what nothing acts on', () => {
  it('is named with its place', async () => {
    expect(await unsupported(TEXT)).toEqual([
      '/p.yml:7:5 scrape_configs[1].eureka_sd_configs[0] eureka_sd_configs b',
      '/p.yml:8:5 scrape_configs[1].eureka_sd_configs[1] eureka_sd_configs b',
      '/p.yml:9:22 scrape_configs[1].nomad_sd_configs[0] nomad_sd_configs b',
      '/p.yml:12:23 alerting.alertmanagers[0].kuma_sd_configs[0] kuma_sd_configs -',
      '/p.yml:13:16 remote_write[0] remote_write -',
      '/p.yml:14:15 remote_read[0] remote_read -',
      '/p.yml:15:7 otlp otlp -',
      '/p.yml:16:10 tracing tracing -',
    ]);
  });

  it('is told in one line', () => {
    const at = { file: '/p.yml', line: 13, column: 16 };
    expect(unsupportedText({ at, path: 'remote_write[0]', feature: 'remote_write' })).toBe(
      '/p.yml:13:16: remote_write[0]: remote_write is not supported yet and does nothing',
    );
  });

  it('is a key that asks for more than is there', async () => {
    const text = `storage:
  tsdb:
    stale_series_compaction_threshold: 0.5
    retention: {time: 1d}
`;
    expect(await unsupported(text)).toEqual([
      '/p.yml:3:5 storage.tsdb.stale_series_compaction_threshold stale_series_compaction_threshold -',
    ]);
  });

  it('is nothing in a configuration of static discovery', async () => {
    expect(await unsupported('scrape_configs:\n- job_name: a\n  static_configs: [{targets: [h]}]\n')).toEqual([]);
  });

  it('is less when the caller acts on more', async () => {
    const supported = new Set([
      'eureka_sd_configs',
      'nomad_sd_configs',
      'kuma_sd_configs',
      'remote_write',
      'remote_read',
      'otlp',
    ]);
    expect(await unsupported(TEXT, supported)).toEqual(['/p.yml:16:10 tracing tracing -']);
  });

  it('is tracing and the event recorder in alertmanager.yml', () => {
    const text =
      'route: {receiver: a}\nreceivers: [{name: a}]\ntracing: {endpoint: x}\nevent_recorder: {stdout_outputs: [{}]}\n';
    const { value } = parseAlertmanagerConfig(text, '/a.yml');
    expect(unsupportedAlertmanagerFeatures(value!).map(({ feature, at }) => [feature, at.line])).toEqual([
      ['tracing', 3],
      ['event_recorder', 4],
    ]);
  });
});
