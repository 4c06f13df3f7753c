import { readdirSync, readFileSync, realpathSync, type StatsFs, statfsSync } from 'node:fs';
import {
  cpus,
  freemem,
  hostname,
  loadavg,
  machine,
  networkInterfaces,
  platform,
  release,
  totalmem,
  type,
  uptime,
  version,
} from 'node:os';

/** Sizes of a mounted filesystem, as statfs(2) gives them; sizes in bytes. */
export interface FilesystemSizes {
  readonly size: number;
  readonly free: number;
  readonly available: number;
  readonly files: number;
  readonly filesFree: number;
}

/** What the kernel says of the machine in files. Nothing here throws: what cannot be read is null or empty. */
export interface HostFiles {
  /** The file's text, or null. Meant for /proc and /sys. */
  read(path: string): string | null;
  /** Names in a folder. */
  list(path: string): readonly string[];
  /** Where a link leads, or null. */
  resolve(path: string): string | null;
  /** Waits until the filesystem answers, which one over the network may never do: those are for RemoteFilesystems. */
  filesystem(mountPoint: string): FilesystemSizes | null;
}

/** The files of this machine. */
export const hostFiles: HostFiles = {
  read: (path) => attempt(() => readFileSync(path, 'utf8')),
  list: (path) => attempt(() => readdirSync(path)) ?? [],
  resolve: (path) => attempt(() => realpathSync(path)),
  filesystem: (mountPoint) => attempt(() => sizesOf(statfsSync(mountPoint))),
};

/** What statfs(2) says, in bytes. */
export function sizesOf({ bsize, blocks, bfree, bavail, files, ffree }: StatsFs): FilesystemSizes {
  return { size: blocks * bsize, free: bfree * bsize, available: bavail * bsize, files, filesFree: ffree };
}

/** What Node itself knows of the machine, on every operating system. */
export interface NodeHost {
  readonly sysname: string;
  readonly release: string;
  readonly version: string;
  readonly machine: string;
  readonly nodename: string;
  readonly platform: string;
  readonly load: readonly number[];
  readonly memoryBytes: number;
  readonly freeMemoryBytes: number;
  readonly uptimeSeconds: number;
  /** Per CPU, seconds by mode. */
  readonly cpuSeconds: readonly Readonly<Record<'user' | 'nice' | 'system' | 'idle' | 'irq', number>>[];
  readonly interfaces: readonly string[];
}

export function nodeHost(): NodeHost {
  return {
    sysname: type(),
    release: release(),
    version: version(),
    machine: machine(),
    nodename: hostname(),
    platform: platform(),
    load: loadavg(),
    memoryBytes: totalmem(),
    freeMemoryBytes: freemem(),
    uptimeSeconds: uptime(),
    cpuSeconds: cpus().map(({ times }) => ({
      user: times.user / 1000,
      nice: times.nice / 1000,
      system: times.sys / 1000,
      idle: times.idle / 1000,
      irq: times.irq / 1000,
    })),
    interfaces: Object.keys(networkInterfaces()),
  };
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
