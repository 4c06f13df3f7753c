import { closeSync, constants, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import {
  access,
  copyFile,
  type FileHandle,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  statfs,
  truncate,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { BarographError, errorMessage } from './errors.ts';
import { isCode, isMissing } from './file-errors.ts';

/** Bytes that can be read in ranges: a file, later an object in a bucket. */
export interface RangeReader {
  readonly sizeBytes: number;
  /** Exactly `length` bytes from `offset`. Rejects with `corrupt-data` when they are not all there. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** The same, to the beginning of `target`. */
  readInto(target: Uint8Array, offset: number, length: number): Promise<void>;
  close(): Promise<void>;
}

/** A path below a directory. */
export function pathIn(directory: string, ...names: readonly string[]): string {
  return join(directory, ...names);
}

/** The last part of a path. */
export function nameOf(path: string): string {
  return basename(path);
}

/** The directory that a path lies in. */
export function directoryOf(path: string): string {
  return dirname(path);
}

/** Makes the directory and those above it. Rejects with `unavailable`, naming the path, when that or writing into it is not allowed. */
export async function makeWritableDir(path: string): Promise<void> {
  try {
    await makeDirs(path);
    await access(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new BarographError(`cannot write into the directory ${path}: ${errorMessage(error)}`, {
      kind: 'unavailable',
      code: 'directory-not-writable',
      hint: 'Give this user the right to write there, or choose another directory.',
      cause: error,
    });
  }
}

/** Step by step: where a parent is there but takes no child (in /proc), Node's own recursion does not end. */
async function makeDirs(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (isCode(error, 'EEXIST') && (await stat(path)).isDirectory()) return;
    const parent = dirname(path);
    if (!isMissing(error) || parent === path || (await exists(parent))) throw error;
    await makeDirs(parent);
    await makeChild(path);
  }
}

/** Another process may make the same one. */
async function makeChild(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** The names in a directory, sorted; none when it does not exist. */
export async function listDir(path: string): Promise<string[]> {
  try {
    return (await readdir(path)).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** The whole file, or null when there is none. */
export async function readBytes(path: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Bytes of a file, or of all files below a directory; 0 when there is nothing. */
export async function sizeBytes(path: string): Promise<number> {
  try {
    const found = await stat(path);
    if (!found.isDirectory()) return found.size;
    const sizes = await Promise.all((await listDir(path)).map((name) => sizeBytes(join(path, name))));
    return sizes.reduce((sum, size) => sum + size, 0);
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}

/** Bytes of the whole disk that a directory lies on. */
export async function diskBytes(path: string): Promise<number> {
  const { blocks, bsize } = await statfs(path);
  return blocks * bsize;
}

/** When a file, or the newest file below a directory, was changed last; 0 when there is nothing. */
export async function changedAt(path: string): Promise<number> {
  try {
    const found = await stat(path);
    if (!found.isDirectory()) return found.mtimeMs;
    const below = await Promise.all((await listDir(path)).map((name) => changedAt(join(path, name))));
    return Math.max(found.mtimeMs, ...below);
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}

/** Removes a file, or a directory with all that is in it; nothing when it does not exist. */
export async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}

/** Makes an empty directory, removing what stood there. */
export async function makeEmptyDir(path: string): Promise<void> {
  await remove(path);
  await makeDirs(path);
}

/** Renames, and writes the directory's new state to the disk: after a crash there is the old name or the new one. */
export async function renameDurably(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncDir(dirname(to));
}

/** Moves a file or a directory to another directory of the same file system, and writes both to the disk. */
export async function moveDurably(from: string, to: string): Promise<void> {
  await renameDurably(from, to);
  await syncDir(dirname(from));
}

/** Writes the entries of a directory to the disk. */
export async function syncDir(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Gives a small file new contents: after a crash there are the old ones or the new ones. */
export async function replaceFileDurably(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.tmp`;
  await remove(temporary);
  writeFileDurably(temporary, bytes);
  await renameDurably(temporary, path);
}

/** Gives every file of a directory a second name in another one, which is made; nothing is copied. */
export async function linkFiles(from: string, to: string): Promise<void> {
  await makeDirs(to);
  for (const name of await listDir(from)) {
    const source = join(from, name);
    if ((await stat(source)).isDirectory()) await linkFiles(source, join(to, name));
    else await link(source, join(to, name));
  }
  await syncDir(to);
}

/** Gives a file that is never changed a second name, or copies it where that is not possible. `to` must not exist. */
export async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (isCode(error, 'EEXIST') || isMissing(error)) throw error;
    await copyFile(from, to, constants.COPYFILE_EXCL);
    const handle = await open(to, 'r+');
    await handle.sync();
    await handle.close();
  }
}

/** The file in pieces of at most `size` bytes, in order. Rejects when it cannot be read. */
export async function* readPieces(path: string, size: number): AsyncGenerator<Uint8Array> {
  const reader = await openRangeReader(path);
  try {
    for (let at = 0; at < reader.sizeBytes; at += size) {
      yield await reader.read(at, Math.min(size, reader.sizeBytes - at));
    }
  } finally {
    await reader.close();
  }
}

/** Whether there is a directory of this name. */
export async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Cuts a file off after `length` bytes. */
export async function truncateFile(path: string, length: number): Promise<void> {
  await truncate(path, length);
}

/** Opens a file for reading in ranges. */
export async function openRangeReader(path: string): Promise<RangeReader> {
  const handle = await open(path, 'r');
  return rangeReader(path, handle, async (target, at, position) => {
    const { bytesRead } = await handle.read(target, at, target.length - at, position);
    return bytesRead;
  });
}

/**
 * The same for who has nothing else to do meanwhile: reading holds up this thread. Of a file that the system has in memory
 * that takes a tenth of what the way to another thread and back costs.
 */
export async function openHoldingReader(path: string): Promise<RangeReader> {
  const handle = await open(path, 'r');
  const { fd } = handle;
  return rangeReader(path, handle, (target, at, position) => readSync(fd, target, at, target.length - at, position));
}

/** Fills `target` from `at` on with what stands at `position`, perhaps not to its end; gives the number of bytes. */
type ReadSome = (target: Uint8Array, at: number, position: number) => number | Promise<number>;

async function rangeReader(path: string, handle: FileHandle, readSome: ReadSome): Promise<RangeReader> {
  const { size } = await handle.stat();
  const readInto = async (target: Uint8Array, offset: number, length: number) => {
    const wanted = target.subarray(0, length);
    for (let filled = 0; filled < length; ) {
      const read = readSome(wanted, filled, offset + filled);
      const count = typeof read === 'number' ? read : await read;
      if (count === 0) throw tooShort(path, offset + length, size);
      filled += count;
    }
  };
  return {
    sizeBytes: size,
    readInto,
    read: async (offset, length) => {
      const bytes = new Uint8Array(length);
      await readInto(bytes, offset, length);
      return bytes;
    },
    close: () => handle.close(),
  };
}

function tooShort(path: string, wanted: number, size: number): BarographError {
  return new BarographError(`${path} has ${size} bytes, but something refers to byte ${wanted}`, {
    kind: 'corrupt-data',
    code: 'file-too-short',
  });
}

/** A file that is read into memory that its reader has. */
export interface BulkReader {
  readonly sizeBytes: number;
  /** Fills all of `into`, which may be shared memory. Rejects with `corrupt-data` when the file is too short. */
  fill(into: Uint8Array, offset: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens a file for reading it in large parts; null when there is none. */
export async function openBulkReader(path: string): Promise<BulkReader | null> {
  const handle = await openExisting(path);
  if (!handle) return null;
  const { size } = await handle.stat();
  return {
    sizeBytes: size,
    fill: async (into, offset) => {
      for (let filled = 0; filled < into.length; ) {
        const { bytesRead } = await handle.read(into, filled, into.length - filled, offset + filled);
        if (bytesRead === 0) throw tooShort(path, offset + into.length, size);
        filled += bytesRead;
      }
    },
    close: () => handle.close(),
  };
}

async function openExisting(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/**
 * A file that is written in order by blocking calls, for threads that do nothing else. Small writes are collected.
 * `close` writes it to the disk.
 */
export class FileWriter {
  /** Where the next byte goes. */
  position = 0;
  private readonly fd: number;
  private readonly buffer = new Uint8Array(1 << 20);
  private filled = 0;

  /** The file must not exist. */
  constructor(path: string) {
    this.fd = openSync(path, 'wx');
  }

  write(bytes: Uint8Array): void {
    this.position += bytes.length;
    if (this.filled + bytes.length > this.buffer.length) this.flush();
    if (bytes.length > this.buffer.length) {
      writeAll(this.fd, bytes);
      return;
    }
    this.buffer.set(bytes, this.filled);
    this.filled += bytes.length;
  }

  /** Writes what is left, syncs and closes. The file is closed on failure too. */
  close(): void {
    try {
      this.flush();
      fsyncSync(this.fd);
    } finally {
      closeSync(this.fd);
    }
  }

  private flush(): void {
    writeAll(this.fd, this.buffer.subarray(0, this.filled));
    this.filled = 0;
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}

/** Writes a small file and syncs it. The file must not exist. */
export function writeFileDurably(path: string, bytes: Uint8Array): void {
  const writer = new FileWriter(path);
  writer.write(bytes);
  writer.close();
}
