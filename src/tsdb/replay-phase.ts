import type { Clock } from '#lib/clock';
import { BarographError } from '#lib/errors';
import type { Millis } from '#model/time';
import type { FilledHead, OpenedHead } from './open-head.ts';
import type { Committer } from './write/committer.ts';
import type { LiveHead } from './write/live-head.ts';

/**
 * What was read shows so often. A query over many series needs them to stay as they are for a while: of each, two versions
 * are kept.
 */
const PUBLISH_INTERVAL: Millis = 1000;

interface ReplayPhaseParts {
  readonly opened: OpenedHead;
  readonly live: LiveHead;
  readonly committer: Committer;
  readonly clock: Clock;
}

/**
 * The time from the opening of the head until all of the WAL is in it. Readers see what was read so far, appenders may add
 * series and judge samples, commits wait: what they write must come behind what the WAL has.
 */
export class ReplayPhase {
  /** Rejects when the head cannot be made whole, after all commits that wait. */
  readonly whole: Promise<FilledHead>;
  private readonly parts: ReplayPhaseParts;
  private published: Millis;
  private isAborted = false;

  constructor(parts: ReplayPhaseParts) {
    this.parts = parts;
    this.published = parts.clock.monotonic();
    this.whole = parts.committer.exclusive(() => this.fill());
    // Who waits for it hears of a failure.
    this.whole.catch(() => {});
  }

  /** Ends it at the next pause, if it is not over; the head then stays incomplete. */
  abort(): void {
    this.isAborted = true;
  }

  private async fill(): Promise<FilledHead> {
    const { opened, live, committer } = this.parts;
    try {
      const filled = await opened.fill(() => this.pause());
      live.returnUnlogged(filled.unlogged);
      live.recount();
      return filled;
    } catch (error) {
      // The ids of an incomplete head are not those of the WAL.
      committer.refuse(error);
      throw error;
    }
  }

  private async pause(): Promise<void> {
    const { live, clock } = this.parts;
    if (clock.monotonic() - this.published >= PUBLISH_INTERVAL) {
      live.head.publish();
      this.published = clock.monotonic();
    }
    await new Promise((resolve) => setImmediate(resolve));
    if (this.isAborted) throw stopped();
  }
}

function stopped(): BarographError {
  return new BarographError('the database was closed while its write-ahead log was being read', {
    kind: 'unavailable',
    code: 'replay-aborted',
    hint: 'Nothing that the log has is lost: the next start reads it again.',
  });
}
