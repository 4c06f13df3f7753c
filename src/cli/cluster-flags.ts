import { errorMessage } from '#lib/errors';
import { type ListenAddress, parseListenAddress } from '#lib/listen-address';
import type { ClusterFlags } from '#server/options';
import { type Flag, type FlagTable, type FlagValues, flag } from './flags.ts';

/** Where a cluster listens when peers are named and nothing else is, and where an Alertmanager alone always does. */
export const DEFAULT_LISTEN = '0.0.0.0:9094';

/** No interval of 0: it would never wait. */
function interval(fallback: string, help: string): Flag {
  return { ...flag('go-duration', fallback, help), least: 1 };
}

/** The flags of the cluster, under Alertmanager's names and with its defaults. */
export const CLUSTER_FLAGS: FlagTable = {
  'cluster.listen-address': flag(
    'string',
    '',
    `Address on which other instances reach this one. Default: ${DEFAULT_LISTEN} with --cluster.peer, otherwise no cluster.`,
  ),
  'cluster.advertise-address': flag(
    'string',
    '',
    'The address that other instances are told, e.g. 10.0.0.1:9094. Default: the listen address, or a private one.',
  ),
  'cluster.allow-insecure-public-advertise-address-discovery': flag(
    'bool',
    'false',
    'Tell other instances a public address when the machine has no private one.',
  ),
  'cluster.peer': flag('list', '', 'Another instance, host:port; may be repeated. All addresses of the name count.'),
  'cluster.peer-name': flag('string', '', 'Name of this instance in the cluster. Default: a new one at each start.'),
  'cluster.peer-timeout': flag('go-duration', '15s', 'How long an instance waits for each one before it to notify.'),
  'cluster.peers-resolve-timeout': interval('15s', 'Longest time to resolve the name of a peer.'),
  'cluster.gossip-interval': interval('200ms', 'How long news wait for more before they are sent to the others.'),
  'cluster.pushpull-interval': interval('1m', 'How often the whole state is compared with another instance.'),
  'cluster.tcp-timeout': interval('10s', 'Longest time for a request that carries state.'),
  'cluster.probe-timeout': interval('500ms', 'Longest time for another instance to say that it is alive.'),
  'cluster.probe-interval': interval('1s', 'How often the others are asked whether they are alive; four misses: lost.'),
  'cluster.settle-timeout': interval('1m', 'Longest wait for the state of the others before the first notification.'),
  'cluster.reconnect-interval': interval('10s', 'How often a lost instance is looked for.'),
  'cluster.reconnect-timeout': flag(
    'go-duration',
    '6h',
    'How long a lost instance is looked for that no flag names; 0: for ever.',
  ),
  'cluster.label': flag('string', '', 'Only instances with the same label form a cluster.'),
  'cluster.secret-file': flag('string', '', 'A file with the secret that all instances of the cluster know.'),
  'cluster.tls-config': flag('string', '', 'A file with tls_server_config and tls_client_config of the cluster.'),
};

/** The cluster that the flags ask for; null for none. */
export function clusterFlags(values: FlagValues): ClusterFlags | null {
  const listen = listenText(values);
  if (listen === '') return null;
  const advertise = values.text('cluster.advertise-address');
  const orNull = (name: string) => (values.text(name) === '' ? null : values.text(name));
  const millis = (name: string) => values.duration(`cluster.${name}`)!;
  return {
    listen: parseListenAddress(listen, 'cluster.listen-address'),
    advertise: advertise === '' ? null : parsePeer(advertise, 'cluster.advertise-address'),
    allowPublicAddress: values.bool('cluster.allow-insecure-public-advertise-address-discovery'),
    peers: values.list('cluster.peer').map((peer) => parsePeer(peer, 'cluster.peer')),
    peerName: orNull('cluster.peer-name'),
    label: values.text('cluster.label'),
    secretFile: orNull('cluster.secret-file'),
    tlsConfigFile: orNull('cluster.tls-config'),
    resolveTimeout: millis('peers-resolve-timeout'),
    peerTimeout: millis('peer-timeout'),
    gossipInterval: millis('gossip-interval'),
    pushPullInterval: millis('pushpull-interval'),
    tcpTimeout: millis('tcp-timeout'),
    probeTimeout: millis('probe-timeout'),
    probeInterval: millis('probe-interval'),
    settleTimeout: millis('settle-timeout'),
    reconnectInterval: millis('reconnect-interval'),
    reconnectTimeout: millis('reconnect-timeout'),
  };
}

/** What is wrong with them, one line each. */
export function clusterFlagProblems(values: FlagValues): string[] {
  try {
    clusterFlags(values);
    return [];
  } catch (error) {
    return [`flag ${errorMessage(error)}`];
  }
}

/** What a reader of the log should know: flags that do nothing because there is no cluster. Null: nothing. */
export function clusterFlagNote(values: FlagValues): string | null {
  const given = Object.keys(CLUSTER_FLAGS).filter((name) => name !== 'cluster.listen-address' && values.has(name));
  if (given.length === 0 || listenText(values) !== '') return null;
  const why = values.has('cluster.listen-address') ? '--cluster.listen-address is empty' : 'no --cluster.peer is named';
  return `There is no cluster, because ${why}: ${given.map((name) => `--${name}`).join(', ')} without effect`;
}

function listenText(values: FlagValues): string {
  const text = values.text('cluster.listen-address');
  if (values.has('cluster.listen-address') || text !== '') return text;
  return values.has('cluster.peer') ? DEFAULT_LISTEN : '';
}

/** Others must be able to call it: no port 0, no empty host. */
function parsePeer(text: string, name: string): ListenAddress {
  const address = parseListenAddress(text, name);
  if (address.host !== '' && address.port > 0) return address;
  throw new Error(`--${name}: ${JSON.stringify(text)} needs host and port, e.g. 10.0.0.1:9094`);
}
