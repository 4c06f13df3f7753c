import { CLUSTER_FLAGS } from './cluster-flags.ts';
import { type FlagTable, flag, ignored } from './flags.ts';

const GO_ONLY = 'it tunes the Go runtime.';
const NO_REMOTE_READ = 'this version does not answer remote read.';

/** The server's flags, under Prometheus' names and with its defaults where the thing is the same. */
export const SERVER_FLAGS: FlagTable = {
  'config.file': flag(
    'string',
    'prometheus.yml',
    'The Prometheus configuration. Without it, a built-in one watches this machine.',
  ),
  'config.auto-reload': flag('bool', 'false', 'Load the configuration again when its files change.'),
  'config.auto-reload-interval': {
    ...flag('duration', '30s', 'How often the files are checked for changes with --config.auto-reload.'),
    least: 1000,
  },
  'alertmanager.config-file': flag(
    'string',
    '',
    'The Alertmanager configuration: routes and receivers of notifications.',
  ),
  'alertmanager.take-over': flag(
    'string',
    '',
    'The data folder of an Alertmanager that was here before: its silences, and whom it has told of what, are taken over.',
  ),
  'alertmanager.resolve-when-muted': flag(
    'string',
    '',
    'Receivers (a regular expression of their names) that hear of the end of an alert they were told of, although a silence, an inhibition or a time interval hides it.',
  ),
  'heartbeat.url': flag(
    'string',
    '',
    'A URL that is requested again and again while this server is well, for a watcher outside that raises an alarm when it is not.',
  ),
  'heartbeat.url-file': flag('string', '', 'A file with that URL, which then is shown nowhere.'),
  'heartbeat.interval': { ...flag('duration', '1m', 'How often the URL is requested.'), least: 1000 },
  'web.listen-address': flag('list', '127.0.0.1:9090', 'Address to listen on; may be repeated.'),
  'web.external-url': flag('string', '', 'The URL under which people reach this server; links in alerts use it.'),
  'web.route-prefix': flag('string', '', 'Path prefix of all routes. Default: the path of --web.external-url.'),
  'web.enable-lifecycle': flag('bool', 'false', 'Allow POST /-/reload and /-/quit.'),
  'web.enable-admin-api': flag('bool', 'false', 'Allow the endpoints of /api/v1/admin.'),
  'web.enable-remote-write-receiver': flag('bool', 'false', 'Take samples at POST /api/v1/write.'),
  'web.page-title': flag('string', '', 'Title of the pages. Default: the name of the program.'),
  'web.enable-otlp-receiver': ignored('bool', 'false', 'Take metrics by OTLP.', 'this version does not take them.'),
  'web.cors.origin': flag(
    'string',
    '.*',
    'Origins whose pages may read the API: a regular expression for the whole origin, e.g. https?://(a|b)\\.example.',
  ),
  'web.read-timeout': flag('duration', '5m', 'Longest time until a request has come in; 0 = any.'),
  'web.max-connections': {
    ...flag(
      'int',
      '512',
      'Most connections at a time. As many again wait until one ends, and those after them are closed; 0 = any number.',
    ),
    least: 0,
  },
  'web.max-notifications-subscribers': ignored(
    'int',
    '16',
    'Most subscribers of live notifications.',
    'there are none: pages ask.',
  ),
  'web.config.file': flag(
    'string',
    '',
    'A file with TLS, passwords, headers and a limit of requests for --web.listen-address, as Prometheus has it.',
  ),
  'web.user-assets': flag('string', '', 'Folder of static files that are answered under /user.'),
  'web.local-assets': ignored('string', '', 'Static files of the web interface.', 'they are part of the program.'),
  'web.console.templates': ignored('string', 'consoles', 'Console templates.', 'dashboards replace them.'),
  'web.console.libraries': ignored('string', 'console_libraries', 'Console libraries.', 'dashboards replace them.'),
  'web.remote-write-receiver.accepted-protobuf-messages': ignored(
    'list',
    'prometheus.WriteRequest',
    'Messages that remote write takes.',
    'remote write 1.0 and 2.0 are both taken.',
  ),
  'storage.tsdb.path': flag('string', 'data/', 'Folder of the data.'),
  'storage.tsdb.wal-sync': flag(
    'string',
    'second',
    'When written samples are brought onto the disk: commit (before they are acknowledged), second or system.',
  ),
  'storage.tsdb.write-blocks-on-stop': flag(
    'bool',
    'false',
    'Write everything in memory as blocks at a clean stop: Prometheus, started on the folder, then has all of it.',
  ),
  'storage.tsdb.retention.time': flag(
    'duration',
    '',
    'How long samples are kept. Default: 15d, unless a size is given.',
  ),
  'storage.tsdb.retention.size': flag('size', '', 'How many bytes the blocks may take, e.g. 512GB.'),
  'storage.tsdb.min-block-duration': {
    ...flag('duration', '2h', 'Range of the first blocks.'),
    hidden: true,
    least: 1000,
  },
  'storage.tsdb.max-block-duration': {
    ...flag('duration', '', 'Longest range of a compacted block. Default: 10% of the retention, at most 31d.'),
    hidden: true,
  },
  'storage.tsdb.no-lockfile': ignored('bool', 'false', 'Do not lock the data folder.', 'two writers would destroy it.'),
  'storage.tsdb.wal-compression': ignored('bool', 'true', 'Compress the WAL.', 'the WAL has its own compact form.'),
  'storage.tsdb.wal-compression-type': {
    ...ignored('string', 'snappy', 'Compression of the WAL.', 'the WAL has its own compact form.'),
    hidden: true,
  },
  'storage.tsdb.wal-segment-size': { ...ignored('size', '', 'Size of WAL segments.', 'it is fixed.'), hidden: true },
  'storage.tsdb.allow-overlapping-blocks': {
    ...ignored('bool', 'true', 'Overlapping blocks.', 'they are always allowed.'),
    hidden: true,
  },
  'storage.tsdb.allow-overlapping-compaction': {
    ...ignored('bool', 'true', 'Compact overlapping blocks.', 'it is always on.'),
    hidden: true,
  },
  'storage.tsdb.samples-per-chunk': { ...ignored('int', '120', 'Samples per chunk.', 'it is fixed.'), hidden: true },
  'storage.tsdb.head-chunks-write-queue-size': ignored('int', '0', 'Queue of head chunks.', 'there is no such queue.'),
  'storage.tsdb.block-reload-interval': {
    ...ignored('duration', '1m', 'How often blocks are looked for.', 'it is fixed.'),
    hidden: true,
  },
  'storage.remote.flush-deadline': ignored(
    'duration',
    '1m',
    'Time to flush remote writes at shutdown.',
    'this version does not write to others.',
  ),
  'storage.remote.read-sample-limit': ignored('int', '50000000', 'Samples in one remote read.', NO_REMOTE_READ),
  'storage.remote.read-concurrent-limit': ignored('int', '10', 'Remote reads at a time.', NO_REMOTE_READ),
  'storage.remote.read-max-bytes-in-frame': ignored('int', '1048576', 'Bytes of a remote read frame.', NO_REMOTE_READ),
  'rules.alert.for-outage-tolerance': flag(
    'duration',
    '1h',
    'Longest outage after which the "for" state of alerts is restored.',
  ),
  'rules.alert.for-grace-period': flag('duration', '10m', 'Least time between a restored alert and its firing.'),
  'rules.alert.resend-delay': flag('duration', '1m', 'Least time before an alert is sent again.'),
  'rules.max-concurrent-evals': { ...flag('int', '4', 'Rule groups that are evaluated at a time.'), least: 1 },
  'rules.evaluate-after-scrape': flag(
    'bool',
    'false',
    'Evaluate a group with alerts right after a scrape that feeds it, instead of at its next slot.',
  ),
  'alertmanager.notification-queue-capacity': {
    ...flag('int', '10000', 'Alerts that may wait for one Alertmanager of the configuration.'),
    least: 1,
  },
  'alertmanager.notification-batch-size': {
    ...flag('int', '256', 'Most alerts in one request to an Alertmanager of the configuration.'),
    least: 1,
  },
  'alertmanager.drain-notification-queue-on-shutdown': flag('bool', 'true', 'Send waiting alerts at shutdown.'),
  'dispatch.start-delay': flag(
    'go-duration',
    '0s',
    'Least time from the start to the first notification, so that alerts can arrive before; as --rules.alert.resend-delay.',
  ),
  ...CLUSTER_FLAGS,
  'query.lookback-delta': {
    ...flag('duration', '5m', 'How far back a query looks for the newest sample.'),
    least: 1,
  },
  'query.timeout': { ...flag('duration', '2m', 'Longest time that a query may take.'), least: 1 },
  'query.max-concurrency': {
    ...flag('int', '20', 'Queries that run at a time, if there are as many --threads. Fifty times as many may wait.'),
    least: 1,
  },
  'query.max-samples': {
    ...flag('int', '50000000', 'Most samples that one query may hold in memory.'),
    least: 1,
  },
  'query.max-memory': {
    ...flag(
      'size',
      '',
      'Memory that one query may use, e.g. 1GB. Default: 512MB, or a quarter of the machine when that is less.',
    ),
    least: 1,
  },
  'query.cache-size': flag('size', '64MB', 'Memory for results of range queries that are asked again; 0 = none.'),
  'scrape.adjust-timestamps': {
    ...flag(
      'bool',
      'true',
      'Put timestamps of scrapes that begin a moment late where they are due: they take less room.',
    ),
    hidden: true,
  },
  'scrape.timestamp-tolerance': {
    ...flag(
      'duration',
      '2ms',
      'How late a scrape may begin and have the timestamp that was due, with --scrape.adjust-timestamps; never more than 1 % of its interval.',
    ),
    hidden: true,
  },
  'enable-feature': flag('list', '', 'Names of features, separated by commas.'),
  'dashboards.path': flag(
    'string',
    'dashboards',
    'Folder of Grafana dashboards (JSON); those that ship are always there.',
  ),
  'provisioning.path': flag(
    'string',
    'provisioning',
    'Folder of Grafana’s provisioning files: datasources/*.yaml and dashboards/*.yaml.',
  ),
  'datasources.key-file': flag(
    'string',
    '',
    'A file with the key that encrypts passwords of data sources. Default: one that is made in the data folder.',
  ),
  'datasources.allow-link-local': flag(
    'bool',
    'false',
    'Allow data sources at link-local addresses, where clouds have their metadata services.',
  ),
  threads: {
    ...flag(
      'int',
      '',
      'Threads for queries. Default: one less than the CPUs, at least 2. 0 runs everything in one thread.',
    ),
    least: 0,
  },
  'auto-gomaxprocs': ignored('bool', 'true', 'Set GOMAXPROCS.', GO_ONLY),
  'auto-gomemlimit': ignored('bool', 'true', 'Set GOMEMLIMIT.', GO_ONLY),
  'auto-gomemlimit.ratio': ignored('float', '0.9', 'Part of the memory for GOMEMLIMIT.', GO_ONLY),
  'log.level': flag('string', 'info', 'debug, info, warn or error.'),
  'log.format': flag('string', '', 'plain, logfmt or json. Default: plain at a terminal, logfmt elsewhere.'),
  version: flag('bool', 'false', 'Print the version.'),
  help: flag('bool', 'false', 'Print this help.'),
};
