import type * as Sync from 'node:fs';
import type * as Promised from 'node:fs/promises';

type Operation = 'open' | 'read' | 'write' | 'sync' | 'rename';

/** What fails from now on, and how: a write fails half-way. */
interface Fault {
  readonly operation: Operation;
  readonly path: RegExp;
  readonly code: 'ENOSPC' | 'EIO';
}

/** The faults of the disk; a test that sets one clears it. */
export const disk = {
  faults: [] as Fault[],
  fail(operation: Operation, path: RegExp, code: Fault['code'] = 'ENOSPC'): void {
    disk.faults.push({ operation, path, code });
  },
  heal(): void {
    disk.faults = [];
  },
};

function faultOf(operation: Operation, path: string): Error | null {
  const fault = disk.faults.find((one) => one.operation === operation && one.path.test(path));
  if (!fault) return null;
  return Object.assign(new Error(`${fault.code}: the test says so, ${operation} '${path}'`), { code: fault.code });
}

function check(operation: Operation, path: unknown): void {
  const fault = faultOf(operation, String(path));
  if (fault) throw fault;
}

/** `node:fs/promises` with faults: for `vi.mock`. */
export function faultyPromises(real: typeof Promised): typeof Promised {
  return {
    ...real,
    open: async (path, ...rest) => {
      check('open', path);
      return faultyHandle(await real.open(path, ...rest), String(path));
    },
    readFile: (async (path: string, ...rest: []) => {
      check('read', path);
      return real.readFile(path, ...rest);
    }) as typeof Promised.readFile,
    rename: async (from, to) => {
      check('rename', to);
      return real.rename(from, to);
    },
  };
}

function faultyHandle(handle: Promised.FileHandle, path: string): Promised.FileHandle {
  const write = handle.write.bind(handle) as (...args: unknown[]) => Promise<unknown>;
  const read = handle.read.bind(handle) as (...args: unknown[]) => Promise<unknown>;
  const datasync = handle.datasync.bind(handle);
  return Object.assign(handle, {
    write: async (bytes: Uint8Array, offset: number, length: number, position: number) => {
      const fault = faultOf('write', path);
      if (!fault) return write(bytes, offset, length, position);
      await write(bytes, offset, Math.floor(length / 2), position);
      throw fault;
    },
    read: async (...args: unknown[]) => {
      check('read', path);
      return read(...args);
    },
    datasync: async () => {
      check('sync', path);
      return datasync();
    },
  });
}

/** `node:fs` with faults: for `vi.mock`. */
export function faultyFs(real: typeof Sync): typeof Sync {
  const paths = new Map<number, string>();
  return {
    ...real,
    openSync: (path, ...rest) => {
      check('open', path);
      const fd = real.openSync(path, ...rest);
      paths.set(fd, String(path));
      return fd;
    },
    writeSync: ((fd: number, ...rest: [Uint8Array]) => {
      check('write', paths.get(fd));
      return real.writeSync(fd, ...rest);
    }) as typeof Sync.writeSync,
    fsyncSync: (fd) => {
      check('sync', paths.get(fd));
      real.fsyncSync(fd);
    },
  };
}
