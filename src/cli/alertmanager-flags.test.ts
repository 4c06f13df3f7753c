import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { silentLog } from '#lib/log';
import { ALERTMANAGER_FLAG_HINTS, ALERTMANAGER_FLAGS, alertmanagerFlagProblems } from './alertmanager-flags.ts';
import { alertmanagerOptions } from './alertmanager-options.ts';
import { parseFlags } from './flags.ts';

const HOUR = 3_600_000;

function problems(...argv: readonly string[]): readonly string[] {
  const parsed = parseFlags(argv, ALERTMANAGER_FLAGS, ALERTMANAGER_FLAG_HINTS);
  return [...parsed.problems, ...alertmanagerFlagProblems(parsed.values)];
}

function options(...argv: readonly string[]) {
  expect(problems(...argv)).toEqual([]);
  const { values } = parseFlags(argv, ALERTMANAGER_FLAGS);
  return alertmanagerOptions(values, { log: silentLog, logOptions: {} });
}

describe('an Alertmanager alone', () => {
  it('has the defaults of Alertmanager', () => {
    expect(options()).toMatchObject({
      ...{ role: 'alertmanager', lifecycle: true, listen: [{ host: '', port: 9093 }], prefix: '', externalUrl: null },
      ...{ configFile: '/built-in/nothing.yml', alertmanagerFile: resolve('alertmanager.yml') },
      ...{ dataDir: resolve('data'), heartbeat: null, query: { threads: 0, cacheBytes: 0 } },
      alertmanager: {
        ...{ retention: 120 * HOUR, garbageInterval: HOUR / 2, startDelay: 0, alertsPerName: 0, logSilences: false },
        silences: { most: 0, mostBytes: 0 },
      },
      requestLimits: { timeout: 0 },
      cluster: { listen: { host: '0.0.0.0', port: 9094 }, peers: [], settleTimeout: 60_000 },
    });
    expect(options().requestLimits!.concurrentGets).toBeGreaterThanOrEqual(8);
  });

  it('starts with the command line of a unit file', () => {
    const line = [
      ...['--config.file=/etc/alertmanager/alertmanager.yml', '--storage.path=/var/lib/alertmanager'],
      ...['--data.retention=48h0m0s', '--web.external-url=https://am.example.org/alerts/', '--log.level=warn'],
      ...['--cluster.listen-address=', '--web.get-concurrency=3', '--web.timeout=30s', '--log.silences'],
      ...['--silences.max-silences=10', '--silences.max-silence-size-bytes', '4096', '--alerts.gc-interval=1m'],
      ...['--alerts.per-alertname-limit=500', '--dispatch.start-delay=1m', '--data.maintenance-interval=5m'],
    ];
    expect(options(...line)).toMatchObject({
      ...{ alertmanagerFile: '/etc/alertmanager/alertmanager.yml', dataDir: '/var/lib/alertmanager' },
      ...{ externalUrl: 'https://am.example.org/alerts', prefix: '/alerts', cluster: null },
      requestLimits: { concurrentGets: 3, timeout: 30_000 },
      alertmanager: {
        ...{ retention: 48 * HOUR, garbageInterval: 60_000, startDelay: 60_000, alertsPerName: 500 },
        ...{ logSilences: true, silences: { most: 10, mostBytes: 4096 } },
      },
    });
  });

  it('starts with the command line of the Kubernetes operator', () => {
    const line = [
      ...['--config.file=/etc/alertmanager/config_out/alertmanager.env.yaml', '--storage.path=/alertmanager'],
      ...['--data.retention=120h', '--cluster.listen-address=[fd00::7]:9094', '--web.listen-address=:9093'],
      ...['--web.route-prefix=/', '--cluster.label=monitoring/main', '--cluster.reconnect-timeout=5m'],
      ...['--cluster.peer=alertmanager-main-0.alertmanager-operated:9094', '--log.format=json'],
    ];
    expect(options(...line)).toMatchObject({
      ...{ prefix: '', dataDir: '/alertmanager' },
      cluster: {
        ...{ listen: { host: 'fd00::7', port: 9094 }, label: 'monitoring/main', reconnectTimeout: 300_000 },
        peers: [{ host: 'alertmanager-main-0.alertmanager-operated', port: 9094 }],
      },
    });
  });

  it('takes negative limits for none', () => {
    const negative = ['--silences.max-silences=-1', '--alerts.per-alertname-limit=-1', '--web.timeout=-1s'];
    expect(options(...negative, '--web.get-concurrency=-1')).toMatchObject({
      alertmanager: { alertsPerName: 0, silences: { most: 0 } },
      requestLimits: { timeout: 0, concurrentGets: options().requestLimits!.concurrentGets },
    });
  });
});

it.each([
  ['--storage.tsdb.path=x', 'unknown flag --storage.tsdb.path: an Alertmanager alone keeps its data in --storage.path'],
  ['--query.timeout=1m', 'unknown flag --query.timeout: it is one of the whole server'],
  ['--config.fil=x', 'unknown flag --config.fil, did you mean --config.file?'],
  ['--data.retention=long', 'flag --data.retention: not a valid duration string: "long"'],
  ['--config.file=', 'flag --config.file: a file is needed, e.g. alertmanager.yml'],
  ['--web.systemd-socket', 'flag --web.systemd-socket: sockets are not taken over from systemd'],
  ['--silences.max-silences=many', 'flag --silences.max-silences: "many" is not a whole number'],
  ['--web.listen-address=9093', '--web.listen-address: "9093" is not an address'],
  ['--log.level=loud', 'flag --log.level: "loud" is not one of debug, info, warn, error'],
])('%s is refused with what to do', (flag, problem) => {
  expect(problems(flag)).toEqual([expect.stringContaining(problem)]);
});
