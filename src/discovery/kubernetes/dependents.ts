/** Which results were made with the help of which things. */
export class Dependents {
  private readonly byThing = new Map<string, Set<string>>();
  private readonly byResult = new Map<string, ReadonlySet<string>>();

  /** What a result was made of, in place of what it was made of before; nothing once it is gone. */
  set(result: string, things: ReadonlySet<string>): void {
    for (const thing of this.byResult.get(result) ?? []) if (!things.has(thing)) this.remove(thing, result);
    if (things.size === 0) this.byResult.delete(result);
    else this.byResult.set(result, things);
    for (const thing of things) {
      const results = this.byThing.get(thing) ?? new Set();
      this.byThing.set(thing, results.add(result));
    }
  }

  /** The results to make again when a thing has changed. */
  of(thing: string): Iterable<string> {
    return this.byThing.get(thing) ?? [];
  }

  private remove(thing: string, result: string): void {
    const results = this.byThing.get(thing);
    results?.delete(result);
    if (results?.size === 0) this.byThing.delete(thing);
  }
}
