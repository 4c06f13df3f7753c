import fs from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

type Operation = 'open' | 'read' | 'write' | 'sync' | 'rename';
type FileHandle = Awaited<ReturnType<typeof promises.open>>;

/** What fails from now on, and how: a write fails half-way. */
interface Fault {
  readonly operation: Operation;
  readonly path: RegExp;
  readonly code: 'ENOSPC' | 'EIO';
}

const { open, readFile, rename } = promises;
const { openSync, readSync, writeSync, fsyncSync } = fs;
const paths = new Map<number, string>();
let faults: Fault[] = [];
let held: { readonly path: RegExp; readonly until: Promise<void> }[] = [];

/** The disk under this thread, for tests: `install` before, `remove` after them. */
export const disk = {
  fail(operation: Operation, path: RegExp, code: Fault['code'] = 'ENOSPC'): void {
    faults.push({ operation, path, code });
  },
  /** Whoever reads a whole file of that name waits until the function that is given back is called. */
  hold(path: RegExp): () => void {
    let release = () => {};
    held.push({ path, until: new Promise((resolve) => (release = resolve)) });
    return release;
  },
  /** Nothing fails any more. */
  heal(): void {
    faults = [];
    held = [];
  },
  /** Puts itself in the place of the functions of `node:fs`, for everybody in this thread. */
  install(): void {
    Object.assign(promises, faultyPromises);
    Object.assign(fs, faultyFs);
    syncBuiltinESMExports();
  },
  remove(): void {
    disk.heal();
    Object.assign(promises, { open, readFile, rename });
    Object.assign(fs, { openSync, readSync, writeSync, fsyncSync });
    syncBuiltinESMExports();
  },
};

function faultOf(operation: Operation, path: string): Error | null {
  const fault = faults.find((one) => one.operation === operation && one.path.test(path));
  if (!fault) return null;
  return Object.assign(new Error(`${fault.code}: the test says so, ${operation} '${path}'`), { code: fault.code });
}

function check(operation: Operation, path: unknown): void {
  const fault = faultOf(operation, String(path));
  if (fault) throw fault;
}

const faultyPromises = {
  open: async (...args: Parameters<typeof open>) => {
    check('open', args[0]);
    return faultyHandle(await open(...args), String(args[0]));
  },
  readFile: async (...args: Parameters<typeof readFile>) => {
    check('read', args[0]);
    await Promise.all(held.filter(({ path }) => path.test(String(args[0]))).map(({ until }) => until));
    return readFile(...args);
  },
  rename: async (...args: Parameters<typeof rename>) => {
    check('rename', args[1]);
    return rename(...args);
  },
};

function faultyHandle(handle: FileHandle, path: string): FileHandle {
  const write = handle.write.bind(handle) as (...args: unknown[]) => Promise<unknown>;
  const read = handle.read.bind(handle) as (...args: unknown[]) => Promise<unknown>;
  const datasync = handle.datasync.bind(handle);
  paths.set(handle.fd, path);
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

const faultyFs = {
  openSync: (...args: Parameters<typeof openSync>) => {
    check('open', args[0]);
    const fd = openSync(...args);
    paths.set(fd, String(args[0]));
    return fd;
  },
  readSync: (...args: Parameters<typeof readSync>) => {
    check('read', paths.get(args[0]));
    return readSync(...args);
  },
  writeSync: (fd: number, bytes: Uint8Array, offset = 0, length = bytes.length - offset, position?: number) => {
    const fault = faultOf('write', paths.get(fd) ?? '');
    if (!fault) return writeSync(fd, bytes, offset, length, position);
    writeSync(fd, bytes, offset, Math.floor(length / 2), position);
    throw fault;
  },
  fsyncSync: (fd: number) => {
    check('sync', paths.get(fd));
    fsyncSync(fd);
  },
};
