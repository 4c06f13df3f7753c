import { writeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { errorMessage } from './errors.ts';

/** A file that is written from its beginning on, in order. Not for several writers. */
export interface AppendFile {
  readonly sizeBytes: number;
  /** Resolves when the system has taken all bytes; on failure the file is cut back to what it was. */
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves when what was written is on the disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Creates a file, which must not exist, for appending. */
export async function createAppendFile(path: string): Promise<AppendFile> {
  return new DiskAppendFile(await open(path, 'wx'));
}

/** Shorter writes block: to wake another thread for them takes several times as long. */
const SHORT_WRITE_BYTES = 1 << 17;

class DiskAppendFile implements AppendFile {
  sizeBytes = 0;
  private readonly handle: FileHandle;

  constructor(handle: FileHandle) {
    this.handle = handle;
  }

  async write(bytes: Uint8Array): Promise<void> {
    let written = 0;
    try {
      while (written < bytes.length) {
        const part = bytes.subarray(written);
        const position = this.sizeBytes + written;
        if (part.length <= SHORT_WRITE_BYTES) {
          written += writeSync(this.handle.fd, part, 0, part.length, position);
        } else {
          written += (await this.handle.write(part, 0, part.length, position)).bytesWritten;
        }
      }
    } catch (error) {
      // Half a record in the middle would hide all that follows it.
      await this.handle.truncate(this.sizeBytes).catch(errorMessage);
      throw error;
    }
    this.sizeBytes += written;
  }

  sync(): Promise<void> {
    return this.handle.datasync();
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}
