import { statfs } from 'node:fs/promises';
import type { Clock } from './clock.ts';
import { type FilesystemSizes, sizesOf } from './host-files.ts';

/** How long their answers are waited for: far less than a scrape may take. */
const PATIENCE = 1_000;

/**
 * The sizes of filesystems that another machine or process serves. Such a one may never answer, and a call to it cannot be
 * given up: so they are asked one after the other, and while one hangs nothing more is asked.
 */
export class RemoteFilesystems {
  private readonly clock: Clock;
  private readonly statfs: (mountPoint: string) => Promise<FilesystemSizes>;
  private answers = new Map<string, FilesystemSizes>();
  private asking: Promise<void> | null = null;
  private hangs = false;

  constructor(clock: Clock, ask = async (mountPoint: string) => sizesOf(await statfs(mountPoint))) {
    this.clock = clock;
    this.statfs = ask;
  }

  /** Asks them all anew. Resolves when they have answered, at the latest after a second. */
  async ask(mountPoints: readonly string[]): Promise<void> {
    if (this.hangs) {
      // What was said before it hung is no longer true.
      this.answers = new Map();
      return;
    }
    this.asking ??= this.askAll(mountPoints);
    const inTime = await this.within(this.asking);
    // It may have answered in the meantime.
    if (!inTime && this.asking !== null) this.hangs = true;
  }

  /** What it answered; null: nothing, or nothing yet. */
  sizes(mountPoint: string): FilesystemSizes | null {
    return this.answers.get(mountPoint) ?? null;
  }

  private async askAll(mountPoints: readonly string[]): Promise<void> {
    this.answers = new Map();
    for (const mountPoint of mountPoints) {
      try {
        this.answers.set(mountPoint, await this.statfs(mountPoint));
      } catch {
        // That there is no answer says it.
      }
    }
    this.asking = null;
    this.hangs = false;
  }

  private async within(done: Promise<void>): Promise<boolean> {
    const timer = new AbortController();
    const late = this.clock.sleep(PATIENCE, timer.signal).then(
      () => false,
      () => true,
    );
    const inTime = await Promise.race([done.then(() => true), late]);
    timer.abort();
    return inTime;
  }
}
