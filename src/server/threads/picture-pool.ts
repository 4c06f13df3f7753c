import type { PictureAnswer, PictureAsk, PictureRequest } from '#dashboards/picture';
import type { Clock } from '#lib/clock';
import { BarographError } from '#lib/errors';

/** Answers what a picture asks of this server. */
export type AskPicture = (request: PictureAsk) => Promise<PictureAnswer>;

/** A thread that draws one picture at a time. */
export interface PictureThread {
  /** The bytes of a PNG. Rejects when the thread dies. */
  draw(request: PictureRequest, ask: AskPicture): Promise<Uint8Array>;
  kill(): void;
}

export interface PicturePoolOptions {
  readonly size: number;
  /** Pictures that may wait; more are refused. */
  readonly maxWaiting: number;
  readonly spawn: () => PictureThread;
  readonly clock: Clock;
}

/** How long a thread is kept without work: it holds fonts and code. */
const RETIRE_AFTER = 60_000;

interface Waiting {
  readonly request: PictureRequest;
  readonly ask: AskPicture;
  readonly settle: (outcome: Promise<Uint8Array>) => void;
  /** Whoever asked is gone, or was told that it took too long. */
  over: boolean;
  /** The thread that draws it. */
  thread: PictureThread | null;
}

/**
 * Draws pictures on a few threads, which are started with the first picture and end when there are none for a while. Each
 * picture has the time that it asks for, waiting included; a thread that takes longer is ended.
 */
export class PicturePool {
  private readonly options: PicturePoolOptions;
  private readonly queue: Waiting[] = [];
  /** Idle threads, each with what keeps it from retiring. */
  private readonly idle = new Map<PictureThread, () => void>();
  private readonly threads = new Set<PictureThread>();
  private closed = false;

  constructor(options: PicturePoolOptions) {
    this.options = options;
  }

  /** The bytes of a PNG. When `signal` aborts, the answer is given up at once and what is drawn for it is thrown away. */
  draw(request: PictureRequest, ask: AskPicture, signal: AbortSignal): Promise<Uint8Array> {
    const { maxWaiting, size, clock } = this.options;
    if (this.closed) return Promise.reject(unavailable('picture-stopped', 'the server is shutting down'));
    if (this.queue.length >= maxWaiting && this.idle.size === 0 && this.threads.size >= size) {
      const hint = 'Try again in a moment.';
      return Promise.reject(unavailable('picture-busy', `too many pictures: ${maxWaiting} are waiting already`, hint));
    }
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        ...{ request, ask, over: false, thread: null },
        settle: (outcome) => {
          waiting.over = true;
          cancelTimer();
          signal.removeEventListener('abort', abort);
          outcome.then(resolve, reject);
        },
      };
      const abort = (): void => waiting.settle(Promise.reject(unavailable('picture-canceled', 'nobody waits for it')));
      const cancelTimer = clock.after(request.timeout * 1000, () => this.giveUp(waiting));
      signal.addEventListener('abort', abort, { once: true });
      this.queue.push(waiting);
      this.dispatch();
    });
  }

  close(): void {
    this.closed = true;
    for (const cancel of this.idle.values()) cancel();
    for (const waiting of this.queue.splice(0)) {
      if (!waiting.over) waiting.settle(Promise.reject(unavailable('picture-stopped', 'the server is shutting down')));
    }
    for (const thread of this.threads) thread.kill();
    this.threads.clear();
    this.idle.clear();
  }

  private giveUp(waiting: Waiting): void {
    const hint = 'Ask for fewer panels or a shorter time range, or for more time with timeout=60.';
    const late = unavailable('picture-timeout', `not drawn within ${waiting.request.timeout} s`, hint);
    waiting.settle(Promise.reject(late));
    if (waiting.thread !== null) this.lose(waiting.thread);
  }

  private dispatch(): void {
    while (this.queue.length > 0 && !this.closed) {
      const thread = this.freeThread();
      if (thread === null) return;
      const waiting = this.queue.shift()!;
      if (waiting.over) this.keep(thread);
      else void this.run(thread, waiting);
    }
  }

  private freeThread(): PictureThread | null {
    const [first] = this.idle;
    if (first !== undefined) {
      const [thread, cancel] = first;
      cancel();
      this.idle.delete(thread);
      return thread;
    }
    if (this.threads.size >= this.options.size) return null;
    const thread = this.options.spawn();
    this.threads.add(thread);
    return thread;
  }

  private async run(thread: PictureThread, waiting: Waiting): Promise<void> {
    waiting.thread = thread;
    try {
      const drawn = await thread.draw(waiting.request, waiting.ask);
      if (!waiting.over) waiting.settle(Promise.resolve(drawn));
    } catch (error) {
      if (!waiting.over) waiting.settle(Promise.reject(error as Error));
      if (error instanceof BarographError && error.code === 'picture-thread-died') this.lose(thread);
    }
    // A thread that was given up is no longer among them.
    if (this.threads.has(thread)) this.keep(thread);
    this.dispatch();
  }

  private keep(thread: PictureThread): void {
    this.idle.set(
      thread,
      this.options.clock.after(RETIRE_AFTER, () => this.lose(thread)),
    );
  }

  private lose(thread: PictureThread): void {
    this.threads.delete(thread);
    this.idle.delete(thread);
    thread.kill();
    this.dispatch();
  }
}

function unavailable(code: string, message: string, hint?: string): BarographError {
  return new BarographError(message, { kind: 'unavailable', code, ...(hint === undefined ? {} : { hint }) });
}
