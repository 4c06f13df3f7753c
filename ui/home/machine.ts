import type { Millis, TimeRange } from '#model/time';
import type { LabelSet, VectorSample } from '../api/prometheus.ts';
import { labelNameText, quotedText } from '../format/label-text.ts';
import type { SeriesStyle } from '../parts/chart-query.ts';

/** A machine that shows itself through node_exporter's metrics. */
export interface Machine {
  readonly instance: string;
  readonly job: string;
  /** Its own name for itself, or the instance where it does not say. */
  readonly name: string;
}

/** The machines of series of `node_uname_info`, by name. One that several jobs scrape is taken from the job `node`. */
export function machinesOf(series: readonly LabelSet[]): Machine[] {
  const byInstance = new Map<string, Machine>();
  for (const { instance = '', job = '', nodename = '' } of series) {
    if (!byInstance.has(instance) || job === 'node')
      byInstance.set(instance, { instance, job, name: nodename || instance });
  }
  return [...byInstance.values()].sort((a, b) => a.name.localeCompare(b.name) || a.instance.localeCompare(b.instance));
}

/** The machine of an instance that is asked for, else the first that answers, else the first. */
export function chooseMachine(
  machines: readonly Machine[],
  wished: string | null,
  answers: (machine: Machine) => boolean,
): Machine | undefined {
  return machines.find(({ instance }) => instance === wished) ?? machines.find(answers) ?? machines[0];
}

const MINUTE: Millis = 60_000;

/** Asks for the machines that were seen in a range, those that are down by now among them; the same for a minute. */
export function machinesParams({ start, end }: TimeRange) {
  return {
    'match[]': ['node_uname_info'],
    start: (Math.floor(start / MINUTE) * MINUTE) / 1000,
    end: (Math.ceil(end / MINUTE) * MINUTE) / 1000,
  };
}

/** The selector of one machine: `{instance="a:9100",job="node"}`, with more matchers before. */
export function machineSelector({ instance, job }: Machine, ...matchers: readonly string[]): string {
  const own = Object.entries({ instance, job }).map(([name, value]) => `${labelNameText(name)}=${quotedText(value)}`);
  return `{${[...matchers, ...own].join(',')}}`;
}

/** File systems that hold something: not the kernel's own. */
const REAL_FILESYSTEMS = 'fstype!~"tmpfs|ramfs|devtmpfs|squashfs|iso9660|nsfs|fuse.lxcfs"';
const REAL_INTERFACES = 'device!~"lo|veth.*|br-.*|virbr.*|docker.*|cni.*|cali.*|flannel.*|ifb.*|dummy.*"';
/** Not partitions nor what lies on top of disks: their traffic would count twice. */
const WHOLE_DISKS = 'device!~"(loop|ram|zram|fd|sr|dm-).*|([hsv]|xv)d[a-z]+[0-9]+|(nvme[0-9]+n|mmcblk)[0-9]+p[0-9]+"';

/** The expressions behind the home page for one machine. Every one stands on node_exporter's metric names. */
export function machineQueries(machine: Machine) {
  const on = (...matchers: readonly string[]): string => machineSelector(machine, ...matchers);
  // As shares of all modes: a window that samples only partly fill makes both sides low alike.
  const cpuAll = `sum(rate(node_cpu_seconds_total${on()}[$__rate_interval]))`;
  const cpuBusy = `(rate(node_cpu_seconds_total${on('mode!="idle"')}[$__rate_interval]))`;
  return {
    cpu: `sum${cpuBusy} / ${cpuAll}`,
    cpuModes: `sum by (mode) ${cpuBusy} / on () group_left ${cpuAll}`,
    cpuCount: `count(count by (cpu) (node_cpu_seconds_total${on()}))`,
    load: `max(node_load1${on()})`,
    memoryShare: `max(1 - node_memory_MemAvailable_bytes${on()} / node_memory_MemTotal_bytes${on()})`,
    memoryUsed: `max(node_memory_MemTotal_bytes${on()} - node_memory_MemAvailable_bytes${on()})`,
    memoryCached: `max(node_memory_MemAvailable_bytes${on()} - node_memory_MemFree_bytes${on()})`,
    memoryTotal: `max(node_memory_MemTotal_bytes${on()})`,
    swapUsed: `max(node_memory_SwapTotal_bytes${on()} - node_memory_SwapFree_bytes${on()})`,
    diskShare: `max by (mountpoint, device) (1 - node_filesystem_avail_bytes${on(REAL_FILESYSTEMS)} / node_filesystem_size_bytes${on(REAL_FILESYSTEMS)})`,
    diskSize: `max by (mountpoint, device) (node_filesystem_size_bytes${on(REAL_FILESYSTEMS)})`,
    diskRead: `sum by (device) (rate(node_disk_read_bytes_total${on(WHOLE_DISKS)}[$__rate_interval]))`,
    diskWritten: `sum by (device) (rate(node_disk_written_bytes_total${on(WHOLE_DISKS)}[$__rate_interval]))`,
    received: `sum by (device) (rate(node_network_receive_bytes_total${on(REAL_INTERFACES)}[$__rate_interval]))`,
    sent: `sum by (device) (rate(node_network_transmit_bytes_total${on(REAL_INTERFACES)}[$__rate_interval]))`,
    uptime: `max(node_time_seconds${on()} - node_boot_time_seconds${on()})`,
  } as const;
}

/** Each device once: of several mount points of one device, the shortest. */
export function shortestMounts(vector: readonly VectorSample[]): VectorSample[] {
  const byDevice = new Map<string, VectorSample>();
  for (const sample of vector) {
    const { device = '', mountpoint = '' } = sample.metric;
    const known = byDevice.get(device);
    if (known === undefined || mountpoint.length < (known.metric['mountpoint'] ?? '').length)
      byDevice.set(device, sample);
  }
  return [...byDevice.values()].sort((a, b) =>
    (a.metric['mountpoint'] ?? '').localeCompare(b.metric['mountpoint'] ?? ''),
  );
}

const MODE_COLORS: Readonly<Record<string, string>> = {
  user: '#3f8ee8',
  system: '#dd7a2c',
  iowait: '#dd5454',
  nice: '#3aa35c',
  irq: '#8d6fe0',
  softirq: '#cf5597',
  steal: '#b58a10',
};

/** A label's value as the name of a series. */
export function byLabel(label: string, suffix = ''): (labels: LabelSet) => string {
  return (labels) => `${labels[label] ?? ''}${suffix}`;
}

/** The style of a CPU mode: stacked, and of one colour on every machine. */
export function cpuModeStyle(labels: LabelSet): SeriesStyle {
  const color = MODE_COLORS[labels['mode'] ?? ''];
  return { stack: 'modes', fill: 0.55, width: 1, ...(color === undefined ? {} : { color }) };
}
