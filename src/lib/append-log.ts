import { closeSync, fdatasync, fdatasyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';

const sync = promisify(fdatasync);

/**
 * A file that short records are appended to by blocking calls: when `write` returns, the system has the record, and the
 * death of this process cannot take it away. Only `sync` brings it to the disk itself, past a power failure.
 */
export class AppendLog {
  sizeBytes = 0;
  private readonly fd: number;
  private syncing: Promise<void> = Promise.resolve();
  private isClosed = false;

  /** The file must not exist. Throws what the system says. */
  constructor(path: string) {
    this.fd = openSync(path, 'wx', 0o640);
  }

  /** Throws when not all of it could be written; the file then is as it was. */
  write(bytes: Uint8Array): void {
    const before = this.sizeBytes;
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.fd, bytes, at, bytes.length - at, before + at);
    } catch (error) {
      ftruncateSync(this.fd, before);
      throw error;
    }
    this.sizeBytes = before + bytes.length;
  }

  /** Resolves when what was written is on the disk; other work goes on meanwhile. */
  sync(): Promise<void> {
    this.syncing = sync(this.fd).catch((error: unknown) => {
      // `close` has done it meanwhile.
      if (!this.isClosed) throw error;
    });
    return this.syncing;
  }

  /** Brings it to the disk and closes the file, while other work goes on. Nothing may be written any more. */
  async release(): Promise<void> {
    try {
      await this.syncing;
      await this.sync();
    } finally {
      closeSync(this.fd);
    }
  }

  /** The same at once. */
  close(): void {
    this.isClosed = true;
    try {
      fdatasyncSync(this.fd);
    } finally {
      closeSync(this.fd);
    }
  }
}
