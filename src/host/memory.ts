import type { HostFiles } from '#lib/host-files';
import type { MetricFamily } from '#lib/metrics';
import { family, lines, words } from './family.ts';

/** Every line of /proc/meminfo; values in kB become bytes and get the suffix. `Active(anon)` is named Active_anon. */
export function meminfo(files: HostFiles): MetricFamily[] {
  return lines(files.read('/proc/meminfo')).map((line) => {
    const [field = '', amount = '', unit] = words(line);
    const name = field.replace(/:$/, '').replace(/\(([^)]*)\)/, '_$1');
    const full = `node_memory_${name}${unit === 'kB' ? '_bytes' : ''}`;
    const value = Number(amount) * (unit === 'kB' ? 1024 : 1);
    return family(full, 'gauge', `${name} of /proc/meminfo.`, [[[], value]]);
  });
}

const VMSTAT_FIELDS = /^(oom_kill|pgpg|pswp|pg.*fault)/;

/** The paging and out-of-memory lines of /proc/vmstat. */
export function vmstat(files: HostFiles): MetricFamily[] {
  return lines(files.read('/proc/vmstat'))
    .map(words)
    .filter(([field = '']) => VMSTAT_FIELDS.test(field))
    .map(([field = '', value]) =>
      family(`node_vmstat_${field}`, 'unknown', `${field} of /proc/vmstat.`, [[[], Number(value)]]),
    );
}
