import { nextTurn } from '#lib/event-loop';
import type { Alert } from '#model/alert';

/** Sends a batch once. False: it did not arrive. Never rejects. */
export type SendBatch = (alerts: readonly Alert[]) => Promise<boolean>;

export interface AlertQueueOptions {
  /** Alerts that may wait; the oldest make room. */
  readonly capacity: number;
  readonly batchSize: number;
  readonly send: SendBatch;
  /** Alerts were given up: there was no room, or their batch did not arrive. */
  readonly onDropped: (count: number) => void;
}

/**
 * Alerts on their way to one Alertmanager: one batch at a time, in order. What does not arrive is not sent again, since
 * the rules tell of every alert again before long.
 */
export class AlertQueue {
  private readonly options: AlertQueueOptions;
  private waiting: Alert[] = [];
  private running: Promise<void> | null = null;
  private closed = false;

  constructor(options: AlertQueueOptions) {
    this.options = options;
  }

  /** Alerts that wait, without the batch under way. */
  get length(): number {
    return this.waiting.length;
  }

  add(alerts: readonly Alert[]): void {
    if (this.closed) return;
    const { capacity, onDropped } = this.options;
    const all = [...this.waiting, ...alerts];
    const excess = Math.max(0, all.length - capacity);
    this.waiting = all.slice(excess);
    if (excess > 0) onDropped(excess);
    this.running ??= this.run();
  }

  /** Takes nothing more; sends what waits or, with `drain` false, gives it up. Resolves when nothing is under way. */
  async close(drain: boolean): Promise<void> {
    this.closed = true;
    if (!drain && this.waiting.length > 0) this.options.onDropped(this.waiting.length);
    if (!drain) this.waiting = [];
    await this.running;
  }

  private async run(): Promise<void> {
    // What comes in the same turn of the event loop goes in the same batch, after the notifications that leave in it.
    await nextTurn();
    const { batchSize, send, onDropped } = this.options;
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, batchSize);
      if (!(await send(batch))) onDropped(batch.length);
    }
    this.running = null;
  }
}
