import {
  availableParallelism,
  hostname,
  type NetworkInterfaceInfo,
  networkInterfaces,
  platform,
  release,
  totalmem,
} from 'node:os';
import process from 'node:process';
import { type KernelUsage, kernelUsage } from './kernel-usage.ts';

/** What the operating system and Node say of this process. */
export interface MachineFacts {
  readonly hostname: string;
  readonly platform: string;
  readonly release: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly nodeVersion: string;
  readonly workingDirectory: string;
  readonly pid: number;
}

export function machineFacts(): MachineFacts {
  return {
    hostname: hostname(),
    platform: platform(),
    release: release(),
    cores: availableParallelism(),
    memoryBytes: memoryOfProcess(),
    nodeVersion: process.version,
    workingDirectory: process.cwd(),
    pid: process.pid,
  };
}

/** The IPv4 addresses of this machine on networks, the loopback left out, in the order of the system. */
export function ownAddresses(): readonly string[] {
  return interfaceAddresses()
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
}

/** Whether a host, as it stands in a URL, is this machine by its name or by an address of one of its interfaces. */
export function isThisMachine(host: string): boolean {
  const plain = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (plain === 'localhost' || plain === hostname().toLowerCase()) return true;
  return interfaceAddresses().some(({ address }) => address.toLowerCase() === plain);
}

function interfaceAddresses(): readonly NetworkInterfaceInfo[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
}

/** A container's limit counts, where there is one. */
function memoryOfProcess(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/** CPU time of the whole process in seconds and its memory in bytes, for the process_* metrics. */
export interface ProcessUsage {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  readonly heapBytes: number;
  readonly externalBytes: number;
  readonly startTimeSeconds: number;
  /** Where the system does not tell, its members are null. */
  readonly kernel: KernelUsage;
}

export function processUsage(): ProcessUsage {
  const { user, system } = process.cpuUsage();
  const memory = process.memoryUsage();
  return {
    cpuSeconds: (user + system) / 1e6,
    residentBytes: memory.rss,
    heapBytes: memory.heapUsed,
    externalBytes: memory.external,
    startTimeSeconds: Date.now() / 1000 - process.uptime(),
    kernel: kernelUsage(),
  };
}
