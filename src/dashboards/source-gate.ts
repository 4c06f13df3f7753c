import { BarographError } from '#lib/errors';

/** Lets some requests run at a time and the others wait in their order. */
export class SourceGate {
  private readonly name: string;
  private readonly waiting: number;
  private free: number;
  private readonly queue: (() => void)[] = [];

  constructor(name: string, running: number, waiting: number) {
    this.name = name;
    this.free = running;
    this.waiting = waiting;
  }

  /** Resolves with what must be called at the end. Rejects when too many wait, or when the signal aborts first. */
  enter(signal: AbortSignal): Promise<() => void> {
    if (this.free > 0) {
      this.free--;
      return Promise.resolve(() => this.leave());
    }
    if (this.queue.length >= this.waiting) return Promise.reject(this.busy());
    return new Promise((resolve, reject) => {
      const go = () => {
        signal.removeEventListener('abort', give);
        resolve(() => this.leave());
      };
      const give = () => {
        const place = this.queue.indexOf(go);
        if (place >= 0) this.queue.splice(place, 1);
        reject(this.gaveUp(signal.reason));
      };
      signal.addEventListener('abort', give, { once: true });
      this.queue.push(go);
    });
  }

  private leave(): void {
    const next = this.queue.shift();
    if (next === undefined) this.free++;
    else next();
  }

  private busy(): BarographError {
    return new BarographError(`too many requests to the data source ${JSON.stringify(this.name)} wait already`, {
      kind: 'unavailable',
      code: 'source-busy',
      hint: 'It is slow or hangs; look at it, and try again later.',
    });
  }

  private gaveUp(reason: unknown): BarographError {
    const late = reason instanceof Error && reason.name === 'TimeoutError';
    return new BarographError(`the data source ${JSON.stringify(this.name)} is busy with earlier requests`, {
      kind: 'unavailable',
      code: late ? 'source-timeout' : 'source-canceled',
    });
  }
}
