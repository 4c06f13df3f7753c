import { Worker } from 'node:worker_threads';
import type { Clock } from '#lib/clock';
import type { ComparePassword } from '#lib/password-check';
import { connect, type Remote } from './channel.ts';
import type { PasswordService } from './password-worker.ts';

/** How long the thread is kept without work: what was right is remembered, and wrong passwords are rare. */
const RETIRE_AFTER = 60_000;

export interface PasswordThreadOptions {
  readonly clock: Pick<Clock, 'after'>;
  /** The code of the thread. */
  readonly worker?: URL;
}

/** Compares passwords with their hashes in a thread, one at a time; it starts with the first one. */
export class PasswordThread {
  private readonly options: PasswordThreadOptions;
  private running: { readonly remote: Remote<PasswordService>; readonly thread: Worker } | null = null;
  private open = 0;
  private cancelRetirement = () => {};

  constructor(options: PasswordThreadOptions) {
    this.options = options;
  }

  /** Rejects when the thread dies. */
  readonly compare: ComparePassword = async (password, hash) => {
    this.open++;
    this.cancelRetirement();
    try {
      this.running ??= this.start();
      return await this.running.remote.compare({ password, hash });
    } finally {
      this.open--;
      if (this.open === 0) this.cancelRetirement = this.options.clock.after(RETIRE_AFTER, () => this.close());
    }
  };

  /** Ends the thread; what it compares is not answered. */
  close(): void {
    this.cancelRetirement();
    const { running } = this;
    this.running = null;
    void running?.thread.terminate();
  }

  private start() {
    const { worker = new URL('./password-worker.js', import.meta.url) } = this.options;
    const thread = new Worker(worker, { resourceLimits: { maxOldGenerationSizeMb: 32 } });
    const { remote, fail } = connect<PasswordService>(thread);
    const started = { remote, thread };
    const ended = (error: Error) => {
      if (this.running === started) this.running = null;
      fail(error);
    };
    thread.on('error', ended);
    thread.on('exit', (code) => ended(new Error(`the thread that compares passwords ended, exit code ${code}`)));
    thread.unref();
    return started;
  }
}
