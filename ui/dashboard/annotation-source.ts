import { type Annotation, showsOn } from '#dashboards/annotations';
import type { AnnotationQuestion } from './annotation-events.ts';

/**
 * The events of a dashboard, outside of React: charts draw what is there and are told when it changes. What was found before
 * stays while the next answer is on its way, and where a query fails.
 */
export class AnnotationSource {
  private readonly listeners = new Set<() => void>();
  private readonly off = new Set<string>();
  private found: readonly Annotation[] = [];
  private running: AbortController | null = null;
  private asked: AnnotationQuestion | null = null;
  /** The problems that were told. */
  private told = '[]';
  /** Why the last query of each name failed. */
  readonly problems = new Map<string, string>();

  /** Those that a panel draws, oldest first. */
  of(panelId: number): readonly Annotation[] {
    return this.found.filter((event) => !this.off.has(event.source.name) && showsOn(event, panelId));
  }

  /** All that are switched on, for lists. */
  all(): readonly Annotation[] {
    return this.found.filter(({ source }) => !this.off.has(source.name));
  }

  /** Calls back after every change until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Whether events of this name are drawn. */
  shows(name: string): boolean {
    return !this.off.has(name);
  }

  show(name: string, shown: boolean): void {
    if (shown) this.off.delete(name);
    else this.off.add(name);
    this.tell();
  }

  /** Asks anew; a later question takes the place of an earlier one. */
  async load(question: AnnotationQuestion): Promise<void> {
    this.running?.abort();
    const mine = new AbortController();
    this.running = mine;
    this.asked = question;
    const all = await Promise.all(
      question.definitions.map(async (definition) => {
        try {
          // Events come behind the first panels, and so does what asks for them.
          const { eventsOf } = await import('./annotation-events.ts');
          const events = await eventsOf(definition, question, mine.signal);
          this.problems.delete(definition.name);
          return events;
        } catch (error) {
          if (!mine.signal.aborted) {
            this.problems.set(definition.name, error instanceof Error ? error.message : String(error));
          }
          return this.found.filter(({ source }) => source.name === definition.name);
        }
      }),
    );
    if (mine.signal.aborted) return;
    const found = all.flat().sort((a, b) => a.start - b.start);
    // Most answers are none, as before: nothing that is drawn changes then, and drawing all panels again is dear.
    // A question that was given up may have found the problems: what counts is what was told.
    const same = found.length === 0 && this.found.length === 0 && this.told === problemsOf(this);
    this.found = found;
    if (!same) this.tell();
  }

  /** Asks once more, after something was stored. */
  async reload(): Promise<void> {
    if (this.asked !== null) await this.load(this.asked);
  }

  stop(): void {
    this.running?.abort();
  }

  private tell(): void {
    this.told = problemsOf(this);
    for (const listener of this.listeners) listener();
  }
}

function problemsOf({ problems }: AnnotationSource): string {
  return JSON.stringify([...problems]);
}
