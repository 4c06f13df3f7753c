import { AppendLog } from '#lib/append-log';
import type { Clock } from '#lib/clock';
import { errorMessage } from '#lib/errors';
import { directoryOf, listDir, nameOf, pathIn, readBytes, remove, syncDir } from '#lib/fs';
import type { Log } from '#lib/log';
import type { Millis } from '#model/time';

export interface LogSegmentsOptions {
  /** Files are called like this and have a number behind. */
  readonly path: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** How long what was written may wait for the disk: one sync then serves all of it. */
const SYNC_DELAY: Millis = 1_000;

/**
 * The files of the alert log, numbered in the order in which they were written. A file is made when there is something to
 * write; what is written survives the death of the process at once and a power failure a second later.
 */
export class LogSegments {
  private readonly options: LogSegmentsOptions;
  private numbers: readonly number[];
  private next: number;
  private file: AppendLog | null = null;
  private cancelSync: (() => void) | null = null;

  private constructor(options: LogSegmentsOptions, numbers: readonly number[]) {
    this.options = options;
    this.numbers = numbers;
    this.next = Math.max(0, ...numbers) + 1;
  }

  static async open(options: LogSegmentsOptions): Promise<LogSegments> {
    const start = `${nameOf(options.path)}-`;
    const names = await listDir(directoryOf(options.path));
    const numbers = names.filter((name) => name.startsWith(start)).map((name) => Number(name.slice(start.length)));
    return new LogSegments(
      options,
      numbers.filter((number) => number > 0).sort((a, b) => a - b),
    );
  }

  /** What earlier processes have left, in the order in which it was written. */
  async *read(): AsyncGenerator<{ readonly path: string; readonly bytes: Uint8Array }> {
    for (const number of [...this.numbers]) {
      const path = this.pathOf(number);
      const bytes = await readBytes(path);
      if (bytes !== null) yield { path, bytes };
    }
  }

  /** Throws when it could not be written; nothing of it is there then. */
  write(bytes: Uint8Array): void {
    this.file ??= this.create();
    this.file.write(bytes);
    this.cancelSync ??= this.options.clock.after(SYNC_DELAY, () => this.sync());
  }

  /** What is written from now on goes into another file; gives the numbers of those before. */
  turn(): readonly number[] {
    const { file } = this;
    this.file = null;
    file?.release().catch((error: unknown) => this.warn(error));
    return this.numbers;
  }

  /** Removes files that nobody needs any more. */
  async remove(numbers: readonly number[]): Promise<void> {
    for (const number of numbers) await remove(this.pathOf(number));
    this.numbers = this.numbers.filter((number) => !numbers.includes(number));
  }

  /** Brings what was written to the disk. */
  close(): void {
    this.cancelSync?.();
    this.cancelSync = null;
    this.file?.close();
    this.file = null;
  }

  private create(): AppendLog {
    const number = this.next++;
    const file = new AppendLog(this.pathOf(number));
    this.numbers = [...this.numbers, number];
    return file;
  }

  private sync(): void {
    this.cancelSync = null;
    const synced = Promise.all([this.file?.sync(), syncDir(directoryOf(this.options.path))]);
    synced.catch((error: unknown) => this.warn(error));
  }

  private warn(error: unknown): void {
    const { path, log } = this.options;
    log.warn('alerts could not be brought to the disk; a power failure now would lose them', {
      path,
      err: errorMessage(error),
    });
  }

  private pathOf(number: number): string {
    return pathIn(directoryOf(this.options.path), `${nameOf(this.options.path)}-${number}`);
  }
}
