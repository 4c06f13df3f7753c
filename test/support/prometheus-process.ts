import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { eventually, find, freePort, type RunningProcess, start } from '#test/process';
import { packed } from '#test/protobuf';

/** A real Prometheus that a test talks to. */
export interface PrometheusProcess extends RunningProcess {
  readonly url: string;
}

/** The programs to test with: the one in PATH, and those that BAROGRAPH_TEST_PROMETHEUS names. */
export function prometheusPrograms(): string[] {
  const named = (process.env['BAROGRAPH_TEST_PROMETHEUS'] ?? '').split(delimiter).filter((path) => path !== '');
  const own = find('prometheus');
  return own === null ? named : [own, ...named];
}

/** Starts it on a data directory; it takes remote write, with native histograms, and deletes, and looks back 14 s. */
export async function startPrometheus(program: string, dir: string): Promise<PrometheusProcess> {
  mkdirSync(dir, { recursive: true });
  const port = await freePort();
  const config = join(dir, '..', 'peer.yml');
  writeFileSync(config, 'global: {scrape_interval: 1h}\n');
  const flags = [
    ...[`--config.file=${config}`, `--storage.tsdb.path=${dir}`, `--web.listen-address=127.0.0.1:${port}`],
    ...['--web.enable-remote-write-receiver', '--web.enable-admin-api', '--enable-feature=native-histograms'],
    ...[
      '--storage.tsdb.retention.time=10y',
      '--query.lookback-delta=14s',
      '--web.console.templates=/',
      '--web.console.libraries=/',
    ],
  ];
  const running = start(program, flags, join(dir, '..'));
  const url = `http://127.0.0.1:${port}`;
  try {
    await eventually(async () => {
      const { status } = await fetch(`${url}/-/ready`);
      if (status !== 200) throw new Error(`not ready: ${status}`);
    });
  } catch (error) {
    await running.stop('SIGKILL');
    throw new Error(`${error}\n${running.output()}`);
  }
  return { ...running, url };
}

/** Sends a remote write 1.0 message. */
export async function remoteWrite(url: string, ...content: readonly (readonly number[])[]): Promise<void> {
  const response = await fetch(`${url}/api/v1/write`, {
    method: 'POST',
    headers: { 'content-encoding': 'snappy', 'content-type': 'application/x-protobuf' },
    body: packed(...content),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
}
