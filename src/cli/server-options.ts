import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseListenAddress } from '#lib/listen-address';
import type { Log, LogLevel, LogOptions } from '#lib/log';
import { machineFacts } from '#lib/machine';
import type { ServerOptions } from '#server/options';
import { clusterFlags } from './cluster-flags.ts';
import { matcherModeOf } from './feature-flags.ts';
import type { FlagValues } from './flags.ts';
import { VERSION } from './version.ts';

/** How the flags want the log. */
export function logOptionsOf(values: FlagValues): Pick<LogOptions, 'level' | 'format'> {
  const format = values.text('log.format') || (process.stderr.isTTY ? 'plain' : 'logfmt');
  return { level: values.text('log.level') as LogLevel, format: format as 'plain' | 'logfmt' | 'json' };
}

/** How the log is written, and the log itself. */
export interface Logging {
  readonly log: Log;
  readonly logOptions: Pick<LogOptions, 'level' | 'format'>;
}

/** What the flags of the whole server ask for. */
export function serverOptions(values: FlagValues, { log, logOptions }: Logging): ServerOptions {
  const externalUrl = values.text('web.external-url').replace(/\/+$/, '');
  const features = values.list('enable-feature');
  const autoReload = values.bool('config.auto-reload') || features.includes('auto-reload-config');
  const packageFolder = fileURLToPath(new URL('..', import.meta.url));
  return {
    role: 'all',
    version: VERSION,
    listen: values.list('web.listen-address').map((address) => parseListenAddress(address)),
    webConfigFile: fileOf(values, 'web.config.file'),
    maxConnections: values.number('web.max-connections') || null,
    readTimeout: values.duration('web.read-timeout')!,
    externalUrl: externalUrl === '' ? null : externalUrl,
    prefix: routePrefix(values, externalUrl),
    corsOrigin: values.text('web.cors.origin'),
    lifecycle: values.bool('web.enable-lifecycle'),
    requestLimits: null,
    remoteWriteReceiver: values.bool('web.enable-remote-write-receiver'),
    adminApi: values.bool('web.enable-admin-api'),
    configFile: configFile(values),
    alertmanagerFile: fileOf(values, 'alertmanager.config-file'),
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
    extraScrapeMetrics: features.includes('extra-scrape-metrics'),
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
    alertmanager: {
      startDelay: values.duration('dispatch.start-delay')!,
      matcherMode: matcherModeOf(features),
    },
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
    dataSourceKeyFile: fileOf(values, 'datasources.key-file'),
    allowLinkLocal: values.bool('datasources.allow-link-local'),
    pageTitle: values.text('web.page-title'),
    userAssets: fileOf(values, 'web.user-assets'),
    assets: resolve(packageFolder, 'dist', 'ui'),
    pictures: resolve(packageFolder, 'dist', 'picture'),
    flags: values.all(),
    env: process.env,
    log,
    logOptions,
  };
}

/** The heartbeat that the flags ask for. */
export function heartbeat(values: FlagValues): ServerOptions['heartbeat'] {
  const url = values.text('heartbeat.url');
  const file = values.text('heartbeat.url-file');
  if (url === '' && file === '') return null;
  return { url, urlFile: file === '' ? '' : resolve(file), interval: values.duration('heartbeat.interval')! };
}

/** Half of what a query thread's heap may hold by then; on a small machine less, so that the other half of it is left. */
function defaultQueryBytes(): number {
  return Math.min(512 * 2 ** 20, machineFacts().memoryBytes / 4);
}

/** The path prefix that the flags ask for. */
export function routePrefix(values: FlagValues, externalUrl: string): string {
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

/** The absolute path of a file that a flag names; null when it names none. */
export function fileOf(values: FlagValues, name: string): string | null {
  const path = values.text(name);
  return path === '' ? null : resolve(path);
}
