import type { MessagePort } from 'node:worker_threads';
import type { DbState } from '#tsdb/state';

/**
 * Gives every state of the data to the threads that read it, each through a port of its own. Nobody in between gets it: the
 * memory of a head that was replaced lives as long as any thread has not collected what refers to it.
 */
export class StateFeed {
  private readonly ports = new Set<MessagePort>();
  private newest: DbState | null = null;

  /** The newest state, if there is one, and all that follow go to `port` until its other end is gone. */
  add(port: MessagePort): void {
    this.ports.add(port);
    port.on('close', () => this.ports.delete(port));
    if (this.newest) port.postMessage(this.newest);
  }

  /** There is a newer state. Whoever is asked for something after this call knows it: the ports hold it already. */
  tell(state: DbState): void {
    this.newest = state;
    for (const port of this.ports) port.postMessage(state);
  }
}
