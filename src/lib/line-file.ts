import type { WriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { BarographError, errorMessage } from './errors.ts';

/** Lines that may wait for a slow disk; what comes then is not written. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;

/** A file that lines are appended to in the background. A caller never waits for the disk. */
export class LineFile {
  private readonly stream: WriteStream;
  private failed: Error | null = null;

  private constructor(stream: WriteStream) {
    this.stream = stream;
    stream.on('error', (error) => {
      this.failed = error;
    });
  }

  /** Makes the file when there is none. Rejects with `unavailable`, naming the path. */
  static async open(path: string): Promise<LineFile> {
    try {
      const handle = await open(path, 'a', 0o640);
      return new LineFile(handle.createWriteStream());
    } catch (error) {
      throw new BarographError(`cannot write to ${path}: ${errorMessage(error)}`, {
        kind: 'unavailable',
        code: 'file-not-writable',
        hint: 'Check that its folder exists and that this user may write there.',
        cause: error,
      });
    }
  }

  /** False when the line is lost: the disk is full or too slow. */
  write(line: string): boolean {
    if (this.failed !== null || this.stream.writableLength > MAX_WAITING_BYTES) return false;
    this.stream.write(`${line}\n`);
    return true;
  }

  /** Resolves when all lines are with the system. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.failed !== null) resolve();
      else this.stream.end(resolve);
    });
  }
}
