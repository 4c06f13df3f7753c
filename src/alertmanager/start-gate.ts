/**
 * Holds all groups back after a start until everything that must come first has come: other senders' alerts, the state
 * of other instances. Once open it stays open, also for the groups of later configurations.
 */
export class StartGate {
  private readonly listeners = new Set<() => void>();
  private missing = 0;

  get isOpen(): boolean {
    return this.missing === 0;
  }

  /** Adds something that must come first; call what is given once it has come. Only before the gate has opened. */
  require(): () => void {
    this.missing++;
    let met = false;
    return () => {
      if (met) return;
      met = true;
      this.missing--;
      if (this.isOpen) this.open();
    };
  }

  /** Calls `run` when the gate opens, at once when it is open, unless the returned function is called before. */
  whenOpen(run: () => void): () => void {
    if (this.isOpen) {
      run();
      return () => {};
    }
    this.listeners.add(run);
    return () => void this.listeners.delete(run);
  }

  private open(): void {
    for (const run of this.listeners) run();
    this.listeners.clear();
  }
}
