import type { HostFiles, NodeHost } from '#lib/host-files';
import type { MetricFamily } from '#lib/metrics';
import { cpu } from './cpu.ts';
import { diskstats, filesystem } from './disk.ts';
import { family, gauge, type Row } from './family.ts';
import { meminfo, vmstat } from './memory.ts';
import { netdev, netstat, sockstat } from './network.ts';
import { filefd, loadavg, loadFamilies, pressure, stat, time, uname } from './system.ts';

/** What a collector may ask. */
export interface HostSources {
  readonly files: HostFiles;
  readonly host: NodeHost;
  /** Unix time in ms. */
  readonly now: number;
  /** Monotonic milliseconds, for the duration of each collector. */
  readonly monotonic: () => number;
}

type Collector = (sources: HostSources) => MetricFamily[];

/** Under the names that node_exporter's `--collector.*` flags have. */
const LINUX: Readonly<Record<string, Collector>> = {
  cpu: ({ files }) => cpu(files),
  diskstats: ({ files }) => diskstats(files),
  filefd: ({ files }) => filefd(files),
  filesystem: ({ files }) => filesystem(files),
  loadavg: ({ files }) => loadavg(files),
  meminfo: ({ files }) => meminfo(files),
  netdev: ({ files }) => netdev(files),
  netstat: ({ files }) => netstat(files),
  pressure: ({ files }) => pressure(files),
  sockstat: ({ files }) => sockstat(files),
  stat: ({ files }) => stat(files),
  time: ({ files, now }) => time(files, now),
  uname: ({ files, host }) => uname(host, files),
  vmstat: ({ files }) => vmstat(files),
};

/** What Node itself can tell, for systems without /proc. */
const ANYWHERE: Readonly<Record<string, Collector>> = {
  cpu: ({ host }) => [
    family(
      'node_cpu_seconds_total',
      'counter',
      'Time that each CPU spent in each mode.',
      host.cpuSeconds.flatMap((modes, i) =>
        Object.entries(modes).map(([mode, value]): Row => [['cpu', String(i), 'mode', mode], value]),
      ),
    ),
  ],
  loadavg: ({ host }) => loadFamilies(host.load),
  meminfo: ({ host }) => [
    gauge('node_memory_MemAvailable_bytes', 'Memory that programs can still get.', host.freeMemoryBytes),
    gauge('node_memory_MemFree_bytes', 'Memory that nothing uses.', host.freeMemoryBytes),
    gauge('node_memory_MemTotal_bytes', 'Memory of the machine.', host.memoryBytes),
  ],
  filesystem: ({ files }) => rootFilesystem(files),
  stat: ({ host, now }) => [
    gauge('node_boot_time_seconds', 'When the machine booted, Unix time.', Math.round(now / 1000 - host.uptimeSeconds)),
  ],
  time: ({ files, now }) => time(files, now),
  uname: ({ files, host }) => uname(host, files),
};

/**
 * The state of this machine with the names, labels and types of node_exporter, so that dashboards and alerts written for
 * it work. A collector that finds nothing to read succeeds with no metrics; one that throws is reported by
 * `node_scrape_collector_success` and the others go on.
 */
export function collectHost(sources: HostSources): MetricFamily[] {
  const collectors = sources.host.platform === 'linux' ? LINUX : ANYWHERE;
  const durations: Row[] = [];
  const successes: Row[] = [];
  const families = Object.entries(collectors).flatMap(([name, collect]) => {
    const started = sources.monotonic();
    const found = attempt(() => collect(sources));
    durations.push([['collector', name], (sources.monotonic() - started) / 1000]);
    successes.push([['collector', name], found ? 1 : 0]);
    return found ?? [];
  });
  return [
    ...families,
    family('node_scrape_collector_duration_seconds', 'gauge', 'How long each collector took.', durations),
    family('node_scrape_collector_success', 'gauge', '1 when the collector succeeded.', successes),
  ];
}

function rootFilesystem(files: HostFiles): MetricFamily[] {
  const sizes = files.filesystem('/');
  if (!sizes) return [];
  const labels = ['device', '/', 'fstype', '', 'mountpoint', '/'];
  return [
    family('node_filesystem_avail_bytes', 'gauge', 'Space that users may fill.', [[labels, sizes.available]]),
    family('node_filesystem_free_bytes', 'gauge', 'Free space.', [[labels, sizes.free]]),
    family('node_filesystem_size_bytes', 'gauge', 'Size.', [[labels, sizes.size]]),
  ];
}

function attempt<T>(run: () => T): T | null {
  try {
    return run();
  } catch {
    return null;
  }
}
