import { CLUSTER_FLAGS, DEFAULT_LISTEN } from './cluster-flags.ts';
import { type FlagHints, type FlagTable, type FlagValues, flag, ignored } from './flags.ts';
import { commonFlagProblems } from './server-flag-problems.ts';
import { SERVER_FLAGS } from './server-flags.ts';

const AT_ONCE = 'silences and notifications are written as soon as they are made.';

/** A limit that is none when it is negative, as upstream has them. */
const anyDuration = { least: Number.NEGATIVE_INFINITY };

/** The flags of an Alertmanager alone: Alertmanager's names and defaults, and the few of this program's that mean something there. */
export const ALERTMANAGER_FLAGS: FlagTable = {
  'config.file': flag('string', 'alertmanager.yml', 'The configuration: routes and receivers of notifications.'),
  'storage.path': flag('string', 'data/', 'Folder of the data.'),
  'data.retention': flag('go-duration', '120h', 'How long expired silences and notifications are remembered.'),
  'data.maintenance-interval': ignored('go-duration', '15m', 'How often data is written to the disk.', AT_ONCE),
  'alerts.gc-interval': {
    ...flag('go-duration', '30m', 'How often alerts that have ended, and old silences, are dropped.'),
    least: 1000,
  },
  'alerts.per-alertname-limit': flag('int', '0', 'Most alerts of one name. Zero or negative: any number.'),
  'silences.max-silences': flag('int', '0', 'Most silences, expired ones too. Zero or negative: any number.'),
  'silences.max-silence-size-bytes': flag('int', '0', 'Most bytes of one silence. Zero or negative: any number.'),
  'log.silences': flag('bool', 'false', 'Log which silences are made, changed and ended.'),
  'dispatch.maintenance-interval': ignored(
    'go-duration',
    '30s',
    'How often empty groups are looked for.',
    'a group goes as soon as it is empty.',
  ),
  'dispatch.start-delay': SERVER_FLAGS['dispatch.start-delay']!,
  'alertmanager.take-over': SERVER_FLAGS['alertmanager.take-over']!,
  'alertmanager.resolve-when-muted': SERVER_FLAGS['alertmanager.resolve-when-muted']!,
  'heartbeat.url': SERVER_FLAGS['heartbeat.url']!,
  'heartbeat.url-file': SERVER_FLAGS['heartbeat.url-file']!,
  'heartbeat.interval': SERVER_FLAGS['heartbeat.interval']!,
  'web.listen-address': flag('list', ':9093', 'Address to listen on; may be repeated.'),
  'web.external-url': SERVER_FLAGS['web.external-url']!,
  'web.route-prefix': SERVER_FLAGS['web.route-prefix']!,
  'web.config.file': SERVER_FLAGS['web.config.file']!,
  'web.get-concurrency': flag(
    'int',
    '0',
    'GET requests at a time; further ones are refused. Zero or negative: as many as there are CPUs, at least 8.',
  ),
  'web.timeout': {
    ...flag('go-duration', '0', 'Longest time until an answer begins. Zero or negative: any.'),
    ...anyDuration,
  },
  'web.systemd-socket': flag('bool', 'false', 'Listen on sockets that systemd hands over. Not possible here.'),
  'web.ui-path': ignored('string', '', 'Folder of the web interface.', 'it is part of the program.'),
  ...CLUSTER_FLAGS,
  'cluster.listen-address': flag(
    'string',
    DEFAULT_LISTEN,
    'Address on which other instances reach this one. Empty: no cluster.',
  ),
  'enable-feature': SERVER_FLAGS['enable-feature']!,
  'auto-gomemlimit.ratio': SERVER_FLAGS['auto-gomemlimit.ratio']!,
  'log.level': SERVER_FLAGS['log.level']!,
  'log.format': SERVER_FLAGS['log.format']!,
  version: SERVER_FLAGS['version']!,
  help: SERVER_FLAGS['help']!,
};

/** Flags of the whole server that have another name here, or are not needed. */
const OTHER_NAMES: FlagHints = {
  'alertmanager.config-file': 'an Alertmanager alone reads --config.file',
  'storage.tsdb.path': 'an Alertmanager alone keeps its data in --storage.path',
  'storage.tsdb.retention.time': 'an Alertmanager alone has no samples; --data.retention is about silences',
  'web.enable-lifecycle': 'leave it out, an Alertmanager alone always allows POST /-/reload',
};

/** What to write instead of flags of the whole server. */
export const ALERTMANAGER_FLAG_HINTS: FlagHints = {
  ...Object.fromEntries(
    Object.keys(SERVER_FLAGS)
      .filter((name) => !Object.hasOwn(ALERTMANAGER_FLAGS, name))
      .map((name) => [
        name,
        'it is one of the whole server (barograph without "alertmanager"), not of an Alertmanager',
      ]),
  ),
  ...OTHER_NAMES,
};

/** What is wrong with values that are good for their kind, one line each. */
export function alertmanagerFlagProblems(values: FlagValues): string[] {
  const problems = commonFlagProblems(values);
  if (values.text('config.file') === '') problems.push('flag --config.file: a file is needed, e.g. alertmanager.yml');
  if (values.bool('web.systemd-socket'))
    problems.push('flag --web.systemd-socket: sockets are not taken over from systemd; use --web.listen-address');
  return problems;
}
