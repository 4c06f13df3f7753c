import type { Clock } from '#lib/clock';
import type { Millis } from '#model/time';

/** Whose turn it is to notify. */
export interface Turns {
  /** How long a flush that begins now may have to wait. */
  longest(): Millis;
  /**
   * Waits until it is this instance's turn to notify, or until `isOver` says that there is nothing left to say. False:
   * the signal ended the waiting before. `key` is the entry of the notification log that `isOver` looks at.
   */
  wait(key: string, isOver: () => boolean, signal: AbortSignal): Promise<boolean>;
}

/** For a program that is alone: it is always its turn. */
export const ALWAYS: Turns = { longest: () => 0, wait: () => Promise.resolve(true) };

export interface ClusterTurnsOptions {
  readonly clock: Clock;
  readonly peerTimeout: Millis;
  /** Where this instance stands among those that are alive now; the first is 0. */
  readonly position: () => number;
}

interface Waiting {
  readonly key: string;
  readonly since: Millis;
  readonly isOver: () => boolean;
  readonly done: (mine: boolean) => void;
  dueAt: Millis;
  cancel: () => void;
}

/**
 * Each instance waits its position times the peer timeout, so that one notifies and the others hear of it meanwhile. When
 * those before it are lost, its turn comes sooner; it never comes later than it was said first: nobody waits for ever.
 */
export class ClusterTurns implements Turns {
  private readonly options: ClusterTurnsOptions;
  private readonly waiting = new Set<Waiting>();

  constructor(options: ClusterTurnsOptions) {
    this.options = options;
  }

  longest(): Millis {
    return this.options.position() * this.options.peerTimeout;
  }

  wait(key: string, isOver: () => boolean, signal: AbortSignal): Promise<boolean> {
    const wait = this.longest();
    if (signal.aborted) return Promise.resolve(false);
    if (wait === 0) return Promise.resolve(true);
    return new Promise((resolve) => {
      const since = this.options.clock.now();
      const aborted = () => waiting.done(false);
      const waiting: Waiting = {
        ...{ key, since, isOver, dueAt: since + wait, cancel: () => {} },
        done: (mine) => {
          waiting.cancel();
          signal.removeEventListener('abort', aborted);
          this.waiting.delete(waiting);
          resolve(mine);
        },
      };
      signal.addEventListener('abort', aborted, { once: true });
      this.waiting.add(waiting);
      this.arm(waiting);
    });
  }

  /** To be called when the position may have changed. */
  positionChanged(): void {
    for (const waiting of [...this.waiting]) {
      const dueAt = waiting.since + this.longest();
      if (dueAt >= waiting.dueAt) continue;
      waiting.dueAt = dueAt;
      this.arm(waiting);
    }
  }

  /** To be called when another instance has notified. */
  heard(key: string): void {
    for (const waiting of [...this.waiting]) if (waiting.key === key && waiting.isOver()) waiting.done(true);
  }

  private arm(waiting: Waiting): void {
    const { clock } = this.options;
    waiting.cancel();
    waiting.cancel = clock.after(Math.max(0, waiting.dueAt - clock.now()), () => waiting.done(true));
  }
}
