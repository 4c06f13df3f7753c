import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { parseListenAddress } from '#lib/listen-address';
import { BUILT_IN_NOTHING } from '#server/built-in';
import type { ServerOptions } from '#server/options';
import { clusterFlags } from './cluster-flags.ts';
import { matcherModeOf } from './feature-flags.ts';
import { type FlagValues, parseFlags } from './flags.ts';
import { SERVER_FLAGS } from './server-flags.ts';
import { fileOf, heartbeat, type Logging, routePrefix, serverOptions } from './server-options.ts';

/** Upstream's least number of GET requests at a time. */
const LEAST_GETS = 8;

/**
 * What the flags of an Alertmanager alone ask for: the whole server with nothing to scrape and no rules, in one thread. What
 * such a server has no flag for is as the whole server's defaults say.
 */
export function alertmanagerOptions(values: FlagValues, logging: Logging): ServerOptions {
  const whole = serverOptions(parseFlags([], SERVER_FLAGS).values, logging);
  const externalUrl = values.text('web.external-url').replace(/\/+$/, '');
  const dataDir = resolve(values.text('storage.path'));
  return {
    ...whole,
    role: 'alertmanager',
    listen: values.list('web.listen-address').map((address) => parseListenAddress(address)),
    webConfigFile: fileOf(values, 'web.config.file'),
    maxConnections: null,
    externalUrl: externalUrl === '' ? null : externalUrl,
    prefix: routePrefix(values, externalUrl),
    lifecycle: true,
    requestLimits: {
      concurrentGets: atLeastOne(values, 'web.get-concurrency') ?? Math.max(LEAST_GETS, cpus().length),
      timeout: Math.max(0, values.duration('web.timeout')!),
    },
    configFile: BUILT_IN_NOTHING,
    alertmanagerFile: resolve(values.text('config.file')),
    dataDir,
    query: { ...whole.query, threads: 0, cacheBytes: 0 },
    cluster: clusterFlags(values),
    alertmanager: {
      retention: values.duration('data.retention')!,
      garbageInterval: values.duration('alerts.gc-interval')!,
      startDelay: values.duration('dispatch.start-delay')!,
      alertsPerName: atLeastOne(values, 'alerts.per-alertname-limit') ?? 0,
      silences: {
        most: atLeastOne(values, 'silences.max-silences') ?? 0,
        mostBytes: atLeastOne(values, 'silences.max-silence-size-bytes') ?? 0,
      },
      logSilences: values.bool('log.silences'),
      matcherMode: matcherModeOf(values.list('enable-feature')),
    },
    resolveWhenMuted: values.text('alertmanager.resolve-when-muted'),
    heartbeat: heartbeat(values),
    // A folder beside the program of that name is not meant for it.
    provisioning: resolve(dataDir, 'provisioning'),
    flags: values.all(),
  };
}

/** Zero and less stand for the default. */
function atLeastOne(values: FlagValues, name: string): number | null {
  const number = values.number(name);
  return number > 0 ? number : null;
}
