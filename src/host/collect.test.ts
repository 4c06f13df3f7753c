import { describe, expect, it } from 'vitest';
import type { HostFiles, NodeHost } from '#lib/host-files';
import { hostFiles, nodeHost } from '#lib/host-files';
import { collectHost } from './collect.ts';
import { remoteMountPoints } from './disk.ts';

const HOST: NodeHost = {
  sysname: 'Linux',
  release: '6.1',
  version: '#1 SMP',
  machine: 'x86_64',
  nodename: 'web-1',
  platform: 'linux',
  load: [0.5, 0.25, 0.125],
  memoryBytes: 1000,
  freeMemoryBytes: 400,
  uptimeSeconds: 100,
  cpuSeconds: [{ user: 1, nice: 0, system: 2, idle: 3, irq: 0 }],
  interfaces: ['lo'],
};

function machineWith(texts: Readonly<Record<string, string>>): HostFiles {
  return {
    read: (path) => texts[path] ?? null,
    list: () => [],
    resolve: () => null,
    filesystem: (point) =>
      point === '/gone' ? null : { size: 1000, free: 500, available: 400, files: 10, filesFree: 5 },
  };
}

/** The samples as text lines, those about the collectors themselves left out. */
function collect(files: HostFiles, host: NodeHost = HOST): string[] {
  return collectHost({ files, host, now: 200_000, monotonic: () => 0 })
    .filter(({ name }) => !name.startsWith('node_scrape_'))
    .flatMap(({ name, samples }) =>
      samples.map(({ suffix, labels, value }) => {
        const pairs = labels.flatMap((label, i) => (i % 2 === 0 ? [`${label}=${labels[i + 1]}`] : []));
        return `${name}${suffix}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`;
      }),
    );
}

describe('the host collector on Linux', () => {
  it('reads CPU time by mode and boot facts from /proc/stat', () => {
    const stat =
      'cpu  9 9 9\ncpu0 100 200 300 400 50 6 7 8 9 10\nintr 55 1 2\nctxt 66\nbtime 77\nprocesses 88\nprocs_running 1\nprocs_blocked 2\n';
    const seen = collect(machineWith({ '/proc/stat': stat }));
    expect(seen).toContain('node_cpu_seconds_total{cpu=0,mode=user} 1');
    expect(seen).toContain('node_cpu_seconds_total{cpu=0,mode=iowait} 0.5');
    expect(seen).toContain('node_cpu_guest_seconds_total{cpu=0,mode=nice} 0.1');
    expect(seen).toContain('node_intr_total 55');
    expect(seen).toContain('node_boot_time_seconds 77');
    expect(seen).toContain('node_procs_blocked 2');
  });

  it('reads memory in bytes, and counts without a unit as they are', () => {
    const meminfo = 'MemTotal: 100 kB\nActive(anon): 2 kB\nHugePages_Total: 3\n';
    expect(collect(machineWith({ '/proc/meminfo': meminfo })).filter((line) => line.startsWith('node_memory'))).toEqual(
      ['node_memory_MemTotal_bytes 102400', 'node_memory_Active_anon_bytes 2048', 'node_memory_HugePages_Total 3'],
    );
  });

  it('reads disks without loop devices and partitions, and leaves out columns that the kernel has not', () => {
    const diskstats =
      '   8 0 sda 1 2 3 4000 5 6 7 8000 9 10000 11000\n   8 1 sda1 1 2 3 4 5 6 7 8 9 10 11\n 7 0 loop0 0 0\n';
    const seen = collect(machineWith({ '/proc/diskstats': diskstats })).filter((line) => line.startsWith('node_disk'));
    expect(seen.filter((line) => !line.includes('sda'))).toEqual([]);
    expect(seen.filter((line) => line.includes('sda1'))).toEqual([]);
    expect(seen).toContain('node_disk_read_bytes_total{device=sda} 1536');
    expect(seen).toContain('node_disk_io_time_seconds_total{device=sda} 10');
    expect(seen.filter((line) => line.includes('discard'))).toEqual([]);
  });

  it('reads mounted filesystems once per mount point, marks the unreadable and skips the kernel’s own', () => {
    const mounts = [
      '/dev/sda1 / ext4 rw,relatime 0 0',
      'proc /proc proc rw 0 0',
      '/dev/sdb /mnt/my\\040data xfs ro 0 0',
      'server:/gone /gone nfs rw 0 0',
    ].join('\n');
    const seen = collect(machineWith({ '/proc/1/mounts': mounts }));
    expect(seen).toContain('node_filesystem_avail_bytes{device=/dev/sda1,fstype=ext4,mountpoint=/} 400');
    expect(seen).toContain('node_filesystem_readonly{device=/dev/sdb,fstype=xfs,mountpoint=/mnt/my data} 1');
    expect(seen).toContain('node_filesystem_device_error{device=server:/gone,fstype=nfs,mountpoint=/gone} 1');
    expect(seen.filter((line) => line.includes('size_bytes') && line.includes('/gone'))).toEqual([]);
    expect(seen.filter((line) => line.includes('/proc'))).toEqual([]);
  });

  it('reads the network: devices, protocols and sockets', () => {
    const dev = 'Inter-| Receive\n face |bytes\n  eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n';
    const snmp = 'Tcp: ActiveOpens InErrs Odd\nTcp: 5 6 7\n';
    const seen = collect(
      machineWith({
        '/proc/net/dev': dev,
        '/proc/net/snmp': snmp,
        '/proc/net/snmp6': 'Icmp6InMsgs 9\nIp6Odd 1\n',
        '/proc/net/sockstat': 'sockets: used 30\nTCP: inuse 4 mem 2\n',
      }),
    );
    expect(seen).toContain('node_network_receive_bytes_total{device=eth0} 1');
    expect(seen).toContain('node_network_transmit_compressed_total{device=eth0} 16');
    expect(seen).toContain('node_netstat_Tcp_ActiveOpens 5');
    expect(seen).toContain('node_netstat_Icmp6_InMsgs 9');
    expect(seen.filter((line) => line.includes('Odd'))).toEqual([]);
    expect(seen).toContain('node_sockstat_TCP_mem_bytes 8192');
  });

  it('reads pressure, load and file descriptors', () => {
    const seen = collect(
      machineWith({
        '/proc/pressure/cpu': 'some avg10=0.03 total=1500000\nfull avg10=0.00 total=0\n',
        '/proc/loadavg': '0.01 0.02 0.03 1/300 4567\n',
        '/proc/sys/fs/file-nr': '636\t0\t9999\n',
      }),
    );
    expect(seen).toContain('node_pressure_cpu_waiting_seconds_total 1.5');
    expect(seen).toContain('node_load15 0.03');
    expect(seen).toContain('node_filefd_maximum 9999');
  });

  it('reports a collector that fails and goes on with the others', () => {
    const files = {
      ...machineWith({ '/proc/loadavg': '1 2 3 4' }),
      read: (path: string) => failOn(path, '/proc/stat'),
    };
    const families = collectHost({ files, host: HOST, now: 0, monotonic: () => 0 });
    const success = families.find(({ name }) => name === 'node_scrape_collector_success');
    const failed = success!.samples.filter(({ value }) => value === 0).map(({ labels }) => labels[1]);
    expect(failed).toEqual(['cpu', 'stat']);
  });

  it('knows which filesystems others serve, and may hang', () => {
    const mounts = [
      '/dev/sda1 / ext4 rw 0 0',
      'server:/home /home nfs4 rw 0 0',
      '//nas/x /mnt/nas cifs rw 0 0',
      'user@host: /mnt/over\\040ssh fuse.sshfs rw 0 0',
      'tmpfs /tmp tmpfs rw 0 0',
      'fusectl /sys/fs/fuse/connections fusectl rw 0 0',
    ].join('\n');
    const machine = machineWith({ '/proc/1/mounts': mounts });
    expect(remoteMountPoints(machine)).toEqual(['/home', '/mnt/nas', '/mnt/over ssh']);
  });

  it('finds something on the machine that runs this test', () => {
    const families = collectHost({ files: hostFiles, host: nodeHost(), now: Date.now(), monotonic: () => 0 });
    const names = families.map(({ name }) => name);
    for (const name of ['node_cpu_seconds_total', 'node_memory_MemTotal_bytes', 'node_load1', 'node_uname_info']) {
      expect(names).toContain(name);
    }
  });
});

describe('the host collector elsewhere', () => {
  it('tells what Node knows', () => {
    const seen = collect(machineWith({}), { ...HOST, platform: 'darwin' });
    expect(seen).toContain('node_cpu_seconds_total{cpu=0,mode=system} 2');
    expect(seen).toContain('node_memory_MemTotal_bytes 1000');
    expect(seen).toContain('node_load5 0.25');
    expect(seen).toContain('node_boot_time_seconds 100');
    expect(seen).toContain('node_filesystem_size_bytes{device=/,fstype=,mountpoint=/} 1000');
  });
});

function failOn(path: string, bad: string): string | null {
  if (path === bad) throw new Error('EIO');
  return null;
}
