import type { HostFiles, NodeHost } from '#lib/host-files';
import type { MetricFamily } from '#lib/metrics';
import { counter, family, gauge, lines, words } from './family.ts';

/** Load averages, from /proc/loadavg. */
export function loadavg(files: HostFiles): MetricFamily[] {
  const [one, five, fifteen] = words(files.read('/proc/loadavg') ?? '').map(Number);
  if (fifteen === undefined) return [];
  return loadFamilies([one!, five!, fifteen]);
}

/** Load averages as families; also used where Node alone knows them. */
export function loadFamilies([one = 0, five = 0, fifteen = 0]: readonly number[]): MetricFamily[] {
  return [
    gauge('node_load1', 'Load average over 1 minute.', one),
    gauge('node_load15', 'Load average over 15 minutes.', fifteen),
    gauge('node_load5', 'Load average over 5 minutes.', five),
  ];
}

/** Boot time, interrupts, forks and running processes, from /proc/stat. */
export function stat(files: HostFiles): MetricFamily[] {
  const fields = new Map(lines(files.read('/proc/stat')).map((line) => [words(line)[0], Number(words(line)[1])]));
  const of = (field: string) => fields.get(field) ?? Number.NaN;
  return [
    gauge('node_boot_time_seconds', 'When the machine booted, Unix time.', of('btime')),
    counter('node_context_switches_total', 'Context switches.', of('ctxt')),
    counter('node_forks_total', 'Processes and threads started.', of('processes')),
    counter('node_intr_total', 'Interrupts serviced.', of('intr')),
    gauge('node_procs_blocked', 'Processes that wait for input or output.', of('procs_blocked')),
    gauge('node_procs_running', 'Processes that run or could run.', of('procs_running')),
  ].filter(({ samples }) => samples.length > 0);
}

/** Open file descriptors of the whole machine, from /proc/sys/fs/file-nr. */
export function filefd(files: HostFiles): MetricFamily[] {
  const [allocated, , maximum] = words(files.read('/proc/sys/fs/file-nr') ?? '');
  if (maximum === undefined) return [];
  return [
    gauge('node_filefd_allocated', 'File descriptors in use.', Number(allocated)),
    gauge('node_filefd_maximum', 'File descriptors that may be in use.', Number(maximum)),
  ];
}

const PRESSURES = [
  ['cpu', 'some', 'node_pressure_cpu_waiting_seconds_total', 'Time with some process waiting for a CPU.'],
  ['io', 'full', 'node_pressure_io_stalled_seconds_total', 'Time with all processes waiting for input or output.'],
  ['io', 'some', 'node_pressure_io_waiting_seconds_total', 'Time with some process waiting for input or output.'],
  ['memory', 'full', 'node_pressure_memory_stalled_seconds_total', 'Time with all processes waiting for memory.'],
  ['memory', 'some', 'node_pressure_memory_waiting_seconds_total', 'Time with some process waiting for memory.'],
] as const;

/** Pressure stall information, from /proc/pressure (Documentation/accounting/psi.rst). */
export function pressure(files: HostFiles): MetricFamily[] {
  return PRESSURES.flatMap(([resource, share, name, help]) => {
    const line = lines(files.read(`/proc/pressure/${resource}`)).find((text) => text.startsWith(share));
    const microseconds = /total=(\d+)/.exec(line ?? '')?.[1];
    return microseconds === undefined ? [] : [counter(name, help, Number(microseconds) / 1e6)];
  });
}

/** Kernel name and version. */
export function uname(host: NodeHost, files: HostFiles): MetricFamily[] {
  const domain = (files.read('/proc/sys/kernel/domainname') ?? '(none)').trim();
  const labels = [
    ...['domainname', domain, 'machine', host.machine, 'nodename', host.nodename, 'release', host.release],
    ...['sysname', host.sysname, 'version', host.version],
  ];
  return [family('node_uname_info', 'gauge', 'What uname(2) says; always 1.', [[labels, 1]])];
}

/** The machine's clock, its zone and its clock source. */
export function time(files: HostFiles, now: number): MetricFamily[] {
  const zone = new Intl.DateTimeFormat('en', { timeZoneName: 'short' })
    .formatToParts(now)
    .find(({ type }) => type === 'timeZoneName');
  const source = '/sys/devices/system/clocksource/clocksource0';
  const rows = (file: string) =>
    words(files.read(`${source}/${file}`) ?? '')
      .filter((name) => name !== '')
      .map((name) => [['clocksource', name, 'device', '0'], 1] as const);
  return [
    family(
      'node_time_clocksource_available_info',
      'gauge',
      'Clock sources to choose from.',
      rows('available_clocksource'),
    ),
    family('node_time_clocksource_current_info', 'gauge', 'The clock source in use.', rows('current_clocksource')),
    gauge('node_time_seconds', 'The machine’s time, Unix time.', now / 1000),
    family('node_time_zone_offset_seconds', 'gauge', 'Offset of the machine’s time zone from UTC.', [
      [['time_zone', zone?.value ?? 'UTC'], -new Date(now).getTimezoneOffset() * 60],
    ]),
  ].filter(({ samples }) => samples.length > 0);
}
