import type { HostFiles } from '#lib/host-files';
import type { MetricFamily } from '#lib/metrics';
import { columns, family, lines, words } from './family.ts';

/** The columns of /proc/net/dev after the device's name. */
const DEVICE_COLUMNS = [
  ...['receive_bytes', 'receive_packets', 'receive_errs', 'receive_drop', 'receive_fifo', 'receive_frame'],
  ...['receive_compressed', 'receive_multicast', 'transmit_bytes', 'transmit_packets', 'transmit_errs'],
  ...['transmit_drop', 'transmit_fifo', 'transmit_colls', 'transmit_carrier', 'transmit_compressed'],
];

/** Traffic per network device, from /proc/net/dev. */
export function netdev(files: HostFiles): MetricFamily[] {
  const devices = lines(files.read('/proc/net/dev'))
    .map((line) => /^\s*([^:\s]+(?::\d+)?):\s*(.*)$/.exec(line))
    .filter((match) => match !== null)
    .map(([, device = '', rest = '']) => ({ device, values: words(rest).map(Number) }));
  return columns(
    devices,
    ({ device }) => ['device', device],
    DEVICE_COLUMNS.map((column, i) => [
      `node_network_${column}_total`,
      'counter',
      `${column} of /proc/net/dev.`,
      ({ values }) => values[i] ?? Number.NaN,
    ]),
  );
}

/** The protocol counters that dashboards use; all of them would be several hundred. */
const NETSTAT_FIELDS = new RegExp(
  `^(${[
    '.*_(InErrors|InErrs)',
    'Ip_Forwarding',
    'Ip(6|Ext)_(InOctets|OutOctets)',
    'Icmp6?_(InMsgs|OutMsgs)',
    'TcpExt_(Listen.*|Syncookies.*|TCPSynRetrans|TCPTimeouts|TCPOFOQueue|TCPRcvQDrop)',
    'Tcp_(ActiveOpens|InSegs|OutSegs|OutRsts|PassiveOpens|RetransSegs|CurrEstab)',
    'Udp6?_(InDatagrams|OutDatagrams|NoPorts|RcvbufErrors|SndbufErrors)',
  ].join('|')})$`,
);

/** Protocol counters from /proc/net/netstat, /proc/net/snmp and /proc/net/snmp6. */
export function netstat(files: HostFiles): MetricFamily[] {
  const values = [
    ...headedPairs(files.read('/proc/net/netstat')),
    ...headedPairs(files.read('/proc/net/snmp')),
    ...lines(files.read('/proc/net/snmp6')).map(ipv6Pair),
  ];
  return values
    .filter(([name]) => NETSTAT_FIELDS.test(name))
    .map(([name, value]) => family(`node_netstat_${name}`, 'unknown', `${name} of /proc/net.`, [[[], value]]));
}

/** Pairs of lines: `Tcp: names…` and then `Tcp: numbers…`. */
function headedPairs(text: string | null): [name: string, value: number][] {
  const all = lines(text).map(words);
  const found: [string, number][] = [];
  for (let i = 0; i + 1 < all.length; i += 2) {
    const [protocol = '', ...names] = all[i]!;
    names.forEach((name, j) => void found.push([`${protocol.replace(':', '')}_${name}`, Number(all[i + 1]![j + 1])]));
  }
  return found;
}

/** `Icmp6InMsgs 5` belongs to the protocol Icmp6. */
function ipv6Pair(line: string): [name: string, value: number] {
  const [name = '', value] = words(line);
  return [name.replace(/^([A-Za-z]+6)(.*)$/, '$1_$2'), Number(value)];
}

/** Sockets in use by protocol, from /proc/net/sockstat and sockstat6. */
export function sockstat(files: HostFiles): MetricFamily[] {
  return ['/proc/net/sockstat', '/proc/net/sockstat6'].flatMap((path) =>
    lines(files.read(path)).flatMap((line) => {
      const [protocol = '', ...fields] = words(line);
      return socketFamilies(protocol.replace(':', ''), fields);
    }),
  );
}

const PAGE_BYTES = 4096;

function socketFamilies(protocol: string, fields: readonly string[]): MetricFamily[] {
  const found: MetricFamily[] = [];
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const state = fields[i]!;
    const value = Number(fields[i + 1]);
    const help = `${state} of ${protocol} in /proc/net/sockstat.`;
    found.push(family(`node_sockstat_${protocol}_${state}`, 'gauge', help, [[[], value]]));
    // The kernel counts pages here.
    if (state === 'mem') {
      found.push(family(`node_sockstat_${protocol}_mem_bytes`, 'gauge', help, [[[], value * PAGE_BYTES]]));
    }
  }
  return found;
}
