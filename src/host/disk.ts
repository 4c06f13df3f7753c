import type { HostFiles } from '#lib/host-files';
import type { MetricFamily } from '#lib/metrics';
import { columns, lines, words } from './family.ts';

/** Ramdisks, loop devices and partitions, which would double the numbers of their disks. */
const IGNORED = /^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+$/;
/** The kernel counts sectors of this size whatever the device's own. */
const SECTOR_BYTES = 512;

interface Disk {
  readonly device: string;
  readonly major: string;
  readonly minor: string;
  readonly fields: readonly number[];
}

/** Input and output per block device, from /proc/diskstats (Documentation/admin-guide/iostats.rst). */
export function diskstats(files: HostFiles): MetricFamily[] {
  const disks = lines(files.read('/proc/diskstats'))
    .map(words)
    .map(
      ([major = '', minor = '', device = '', ...fields]): Disk => ({
        device,
        major,
        minor,
        fields: fields.map(Number),
      }),
    )
    .filter(({ device }) => !IGNORED.test(device));
  const label = ({ device }: Disk) => ['device', device];
  // Older kernels have no discard (from 4.18) and flush (from 5.5) columns: those values are left out.
  const at =
    (i: number, factor = 1) =>
    (disk: Disk) =>
      (disk.fields[i] ?? Number.NaN) * factor;
  const seconds = (i: number) => (disk: Disk) => (disk.fields[i] ?? Number.NaN) / 1000;
  const sysfs = (disk: Disk, file: string) => (files.read(`/sys/block/${disk.device}/device/${file}`) ?? '').trim();
  const info = (disk: Disk) => [
    ...['device', disk.device, 'major', disk.major, 'minor', disk.minor, 'model', sysfs(disk, 'model'), 'path', ''],
    ...['revision', sysfs(disk, 'rev'), 'serial', sysfs(disk, 'serial'), 'wwn', sysfs(disk, 'wwid')],
  ];
  return [
    ...columns(disks, info, [['node_disk_info', 'gauge', 'What the device says of itself; always 1.', () => 1]]),
    ...columns(disks, label, [
      ['node_disk_reads_completed_total', 'counter', 'Reads that completed.', at(0)],
      ['node_disk_reads_merged_total', 'counter', 'Reads that were merged with a neighbour.', at(1)],
      ['node_disk_read_bytes_total', 'counter', 'Bytes read.', at(2, SECTOR_BYTES)],
      ['node_disk_read_time_seconds_total', 'counter', 'Time that reads took, added up.', seconds(3)],
      ['node_disk_writes_completed_total', 'counter', 'Writes that completed.', at(4)],
      ['node_disk_writes_merged_total', 'counter', 'Writes that were merged with a neighbour.', at(5)],
      ['node_disk_written_bytes_total', 'counter', 'Bytes written.', at(6, SECTOR_BYTES)],
      ['node_disk_write_time_seconds_total', 'counter', 'Time that writes took, added up.', seconds(7)],
      ['node_disk_io_now', 'gauge', 'Requests in progress.', at(8)],
      ['node_disk_io_time_seconds_total', 'counter', 'Time with at least one request in progress.', seconds(9)],
      ['node_disk_io_time_weighted_seconds_total', 'counter', 'Time weighted by requests in progress.', seconds(10)],
      ['node_disk_discards_completed_total', 'counter', 'Discards that completed.', at(11)],
      ['node_disk_discards_merged_total', 'counter', 'Discards that were merged.', at(12)],
      ['node_disk_discarded_sectors_total', 'counter', 'Sectors discarded.', at(13)],
      ['node_disk_discard_time_seconds_total', 'counter', 'Time that discards took, added up.', seconds(14)],
      ['node_disk_flush_requests_total', 'counter', 'Flushes that completed.', at(15)],
      ['node_disk_flush_requests_time_seconds_total', 'counter', 'Time that flushes took, added up.', seconds(16)],
    ]),
  ];
}

const IGNORED_MOUNT_POINTS =
  /^\/(dev|proc|run\/credentials\/.+|sys|var\/lib\/docker\/.+|var\/lib\/containers\/storage\/.+)($|\/)/;
const IGNORED_TYPES = new Set(
  (
    'autofs binfmt_misc bpf cgroup cgroup2 configfs debugfs devpts devtmpfs fusectl hugetlbfs iso9660 mqueue nsfs overlay ' +
    'proc procfs pstore rpc_pipefs securityfs selinuxfs squashfs sysfs tracefs'
  ).split(' '),
);

interface Mount {
  readonly device: string;
  readonly mountPoint: string;
  readonly fstype: string;
  readonly readOnly: boolean;
}

/** Space of each filesystem that the machine’s first process (or, unreadable, this one) has mounted, from statfs(2). */
export function filesystem(files: HostFiles): MetricFamily[] {
  const mounts = mountsOf(files);
  const sizes = new Map(mounts.map((mount) => [mount, files.filesystem(mount.mountPoint)]));
  const label = ({ device, fstype, mountPoint }: Mount) => [
    'device',
    device,
    'fstype',
    fstype,
    'mountpoint',
    mountPoint,
  ];
  const of = (field: 'size' | 'free' | 'available' | 'files' | 'filesFree') => (mount: Mount) =>
    sizes.get(mount)?.[field] ?? Number.NaN;
  return columns(mounts, label, [
    ['node_filesystem_avail_bytes', 'gauge', 'Space that users other than root may fill.', of('available')],
    [
      'node_filesystem_device_error',
      'gauge',
      '1 when its sizes could not be read.',
      (mount) => (sizes.get(mount) ? 0 : 1),
    ],
    ['node_filesystem_files', 'gauge', 'Inodes.', of('files')],
    ['node_filesystem_files_free', 'gauge', 'Free inodes.', of('filesFree')],
    ['node_filesystem_free_bytes', 'gauge', 'Free space.', of('free')],
    ['node_filesystem_readonly', 'gauge', '1 when it is mounted read-only.', ({ readOnly }) => (readOnly ? 1 : 0)],
    ['node_filesystem_size_bytes', 'gauge', 'Size.', of('size')],
  ]);
}

/** Filesystems that another machine, or a program of a user, serves. */
const REMOTE_TYPES =
  /^(?:nfs\d?|cifs|smb\d?|smbfs|ncpfs|9p|afs|beegfs|ceph|coda|davfs|fuse(?:\..+)?|gfs2?|glusterfs|lustre|ocfs2|orangefs|virtiofs)$/;

/** Mount points of filesystems that may hang when they are asked. */
export function remoteMountPoints(files: Pick<HostFiles, 'read'>): string[] {
  return mountsOf(files)
    .filter(({ fstype }) => REMOTE_TYPES.test(fstype))
    .map(({ mountPoint }) => mountPoint);
}

/** One entry per mount point: of several mounts on one point only the last can be seen. */
function mountsOf(files: Pick<HostFiles, 'read'>): Mount[] {
  const byPoint = new Map<string, Mount>();
  for (const line of lines(files.read('/proc/1/mounts') ?? files.read('/proc/self/mounts'))) {
    const [device = '', point = '', fstype = '', options = ''] = words(line).map(unescapeOctal);
    if (IGNORED_TYPES.has(fstype) || IGNORED_MOUNT_POINTS.test(point)) continue;
    byPoint.set(point, { device, mountPoint: point, fstype, readOnly: options.split(',').includes('ro') });
  }
  return [...byPoint.values()];
}

/** The kernel writes a space in a path as \040. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)));
}
