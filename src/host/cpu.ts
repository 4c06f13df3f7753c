import type { HostFiles } from '#lib/host-files';
import type { MetricFamily } from '#lib/metrics';
import { family, lines, type Row, words } from './family.ts';

const MODES = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'] as const;
const GUEST_MODES = ['user', 'nice'] as const;
/** The kernel counts in USER_HZ, which is 100 on every architecture that Linux still runs on. */
const TICKS_PER_SECOND = 100;

/** CPU time by CPU and mode, from /proc/stat (proc_stat(5)). */
export function cpu(files: HostFiles): MetricFamily[] {
  const seconds: Row[] = [];
  const guest: Row[] = [];
  for (const line of lines(files.read('/proc/stat'))) {
    const [name = '', ...ticks] = words(line);
    const number = /^cpu(\d+)$/.exec(name)?.[1];
    if (number === undefined) continue;
    const at = (i: number) => Number(ticks[i] ?? 0) / TICKS_PER_SECOND;
    MODES.forEach((mode, i) => void seconds.push([['cpu', number, 'mode', mode], at(i)]));
    GUEST_MODES.forEach((mode, i) => void guest.push([['cpu', number, 'mode', mode], at(MODES.length + i)]));
  }
  return [
    family('node_cpu_guest_seconds_total', 'counter', 'Time that each CPU spent running guests, by mode.', guest),
    family('node_cpu_seconds_total', 'counter', 'Time that each CPU spent in each mode.', seconds),
  ];
}
