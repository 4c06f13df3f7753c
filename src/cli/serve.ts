import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseListenAddress } from '#lib/http-server';
import { createLog, type Log, type LogLevel, type LogOptions } from '#lib/log';
import { machineFacts } from '#lib/machine';
import { App } from '#server/app';
import type { ServerOptions } from '#server/options';
import { clusterFlagNote, clusterFlags } from './cluster-flags.ts';
import { errorText } from './error-text.ts';
import { featureNote } from './feature-flags.ts';
import { type FlagValues, flagHelp, parseFlags } from './flags.ts';
import { serverFlagProblems } from './server-flag-problems.ts';
import { SERVER_FLAGS } from './server-flags.ts';
import { VERSION } from './version.ts';

/** Runs the server until it is told to stop. Resolves with the exit code. */
export async function serve(argv: readonly string[]): Promise<number> {
  const { values, rest, problems } = parseFlags(argv, SERVER_FLAGS);
  if (values.bool('help'))
    return print(`usage: barograph [flags] | barograph promtool … | barograph amtool …\n\n${flagHelp(SERVER_FLAGS)}`);
  if (values.bool('version')) return print(`barograph ${VERSION}`);
  const wrong = [
    ...problems,
    ...serverFlagProblems(values),
    ...rest.map((argument) => `unexpected argument ${JSON.stringify(argument)}`),
  ];
  if (wrong.length > 0) {
    for (const problem of wrong) console.error(problem);
    return 1;
  }
  const logOptions = logOptionsOf(values);
  const log = createLog(logOptions);
  mentionIgnored(values, log);
  return run(serverOptions(values, log, logOptions), log);
}

async function run(options: ServerOptions, log: Log): Promise<number> {
  let end: (code: number) => void;
  const ended = new Promise<number>((done) => {
    end = done;
  });
  const app = new App(options, (code) => end(code));
  const asked = (signal: string) => {
    log.info(`Stopping (${signal})`);
    end(0);
  };
  process.on('SIGTERM', asked);
  process.on('SIGINT', asked);
  process.on('SIGHUP', () => void app.reload().catch(() => {}));
  try {
    const started = Date.now();
    log.info(
      options.configFile
        ? `Starting with ${options.configFile}`
        : 'Starting without a configuration: this machine is watched',
    );
    // Who asks it to end need not wait until it has read all its data.
    const url = await Promise.race([app.start(), ended.then(() => null)]);
    if (url !== null)
      log.info(`Ready after ${((Date.now() - started) / 1000).toFixed(1)} s: open ${url}/ in a browser`);
  } catch (error) {
    console.error(errorText(error));
    return 1;
  }
  const code = await ended;
  const allEnded = await app.stop();
  log.info('Stopped');
  // A thread that the system holds would hold the exit too: nothing but this ends it.
  if (!allEnded) process.kill(process.pid, 'SIGKILL');
  // Keep-alive sockets of others must not hold the process.
  setTimeout(() => process.exit(code), 1000).unref();
  return code;
}

function print(text: string): number {
  console.log(text);
  return 0;
}

/** Helm charts and unit files start unchanged, and whoever reads the log knows. */
function mentionIgnored(values: FlagValues, log: Log): void {
  const named = Object.entries(SERVER_FLAGS).filter(([name, { ignored }]) => ignored !== undefined && values.has(name));
  for (const [name, { ignored }] of named) log.info(`--${name} is accepted without effect: ${ignored}`);
  for (const feature of values.list('enable-feature')) mentionFeature(feature, log);
  const note = clusterFlagNote(values);
  if (note !== null) log.warn(note);
}

function mentionFeature(feature: string, log: Log): void {
  const note = featureNote(feature);
  if (note?.kind === 'unknown') log.warn(note.text);
  else if (note !== null) log.info(note.text);
}

function logOptionsOf(values: FlagValues): Pick<LogOptions, 'level' | 'format'> {
  const format = values.text('log.format') || (process.stderr.isTTY ? 'plain' : 'logfmt');
  return { level: values.text('log.level') as LogLevel, format: format as 'plain' | 'logfmt' | 'json' };
}

function serverOptions(values: FlagValues, log: Log, logOptions: Pick<LogOptions, 'level' | 'format'>): ServerOptions {
  const externalUrl = values.text('web.external-url').replace(/\/+$/, '');
  const autoReload = values.bool('config.auto-reload') || values.list('enable-feature').includes('auto-reload-config');
  const packageFolder = fileURLToPath(new URL('..', import.meta.url));
  return {
    version: VERSION,
    listen: values.list('web.listen-address').map((address) => parseListenAddress(address)),
    externalUrl: externalUrl === '' ? null : externalUrl,
    prefix: routePrefix(values, externalUrl),
    corsOrigin: values.text('web.cors.origin'),
    lifecycle: values.bool('web.enable-lifecycle'),
    remoteWriteReceiver: values.bool('web.enable-remote-write-receiver'),
    adminApi: values.bool('web.enable-admin-api'),
    configFile: configFile(values),
    alertmanagerFile:
      values.text('alertmanager.config-file') === '' ? null : resolve(values.text('alertmanager.config-file')),
    autoReloadInterval: autoReload ? values.duration('config.auto-reload-interval') : null,
    dataDir: resolve(values.text('storage.tsdb.path')),
    walSync: values.text('storage.tsdb.wal-sync') as ServerOptions['walSync'],
    blocksAtEnd: values.bool('storage.tsdb.write-blocks-on-stop'),
    retention: {
      time: values.duration('storage.tsdb.retention.time') ?? 0,
      sizeBytes: values.size('storage.tsdb.retention.size') ?? 0,
    },
    blockDuration: {
      min: values.duration('storage.tsdb.min-block-duration')!,
      max: values.duration('storage.tsdb.max-block-duration'),
    },
    timestampTolerance: values.bool('scrape.adjust-timestamps') ? values.duration('scrape.timestamp-tolerance')! : 0,
    query: {
      lookbackDelta: values.duration('query.lookback-delta')!,
      timeout: values.duration('query.timeout')!,
      maxConcurrency: values.number('query.max-concurrency'),
      maxSamples: values.number('query.max-samples'),
      maxBytes: values.size('query.max-memory') ?? defaultQueryBytes(),
      cacheBytes: values.size('query.cache-size') ?? 0,
      threads: values.text('threads') === '' ? Math.max(2, cpus().length - 1) : values.number('threads'),
    },
    cluster: clusterFlags(values),
    dispatchStartDelay: values.duration('dispatch.start-delay')!,
    alertQueue: {
      capacity: values.number('alertmanager.notification-queue-capacity'),
      batchSize: values.number('alertmanager.notification-batch-size'),
      drain: values.bool('alertmanager.drain-notification-queue-on-shutdown'),
    },
    rules: {
      outageTolerance: values.duration('rules.alert.for-outage-tolerance')!,
      forGracePeriod: values.duration('rules.alert.for-grace-period')!,
      resendDelay: values.duration('rules.alert.resend-delay')!,
      maxConcurrentEvals: values.number('rules.max-concurrent-evals'),
      afterScrape: values.bool('rules.evaluate-after-scrape'),
    },
    resolveWhenMuted: values.text('alertmanager.resolve-when-muted'),
    heartbeat: heartbeat(values),
    dashboards: [resolve(packageFolder, 'dashboards'), resolve(values.text('dashboards.path'))],
    provisioning: resolve(values.text('provisioning.path')),
    allowLinkLocal: values.bool('datasources.allow-link-local'),
    assets: resolve(packageFolder, 'dist', 'ui'),
    pictures: resolve(packageFolder, 'dist', 'picture'),
    flags: values.all(),
    env: process.env,
    log,
    logOptions,
  };
}

function heartbeat(values: FlagValues): ServerOptions['heartbeat'] {
  const url = values.text('heartbeat.url');
  const file = values.text('heartbeat.url-file');
  if (url === '' && file === '') return null;
  return { url, urlFile: file === '' ? '' : resolve(file), interval: values.duration('heartbeat.interval')! };
}

/** Half of what a query thread's heap may hold by then; on a small machine less, so that the other half of it is left. */
function defaultQueryBytes(): number {
  return Math.min(512 * 2 ** 20, machineFacts().memoryBytes / 4);
}

function routePrefix(values: FlagValues, externalUrl: string): string {
  const given = values.text('web.route-prefix');
  const path = values.has('web.route-prefix') ? given : externalUrl === '' ? '' : new URL(externalUrl).pathname;
  const trimmed = path.replace(/^\/+|\/+$/g, '');
  return trimmed === '' ? '' : `/${trimmed}`;
}

/** The built-in configuration only where nobody asked for a file and none is there. */
function configFile(values: FlagValues): string | null {
  const file = resolve(values.text('config.file'));
  return values.has('config.file') || existsSync(file) ? file : null;
}
