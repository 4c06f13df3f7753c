/** What waits, in lanes that take turns: one of each lane, round and round, in order of arrival within a lane. */
export class FairQueue<T> {
  /** The next lane is the first one. No lane is empty. */
  private readonly lanes = new Map<string, T[]>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  has(lane: string): boolean {
    return this.lanes.has(lane);
  }

  push(lane: string, item: T): void {
    const items = this.lanes.get(lane);
    if (items) items.push(item);
    else this.lanes.set(lane, [item]);
    this.count++;
  }

  /** The next item, of `lane` when it is given; its lane then has to wait for all others. */
  take(lane = this.lanes.keys().next().value): T | undefined {
    const items = lane === undefined ? undefined : this.lanes.get(lane);
    if (lane === undefined || !items) return undefined;
    const item = items.shift();
    this.count--;
    this.lanes.delete(lane);
    if (items.length > 0) this.lanes.set(lane, items);
    return item;
  }

  /** Takes an item out of its turn. False when it no longer waits. */
  remove(lane: string, item: T): boolean {
    const items = this.lanes.get(lane);
    const at = items?.indexOf(item) ?? -1;
    if (!items || at < 0) return false;
    items.splice(at, 1);
    this.count--;
    if (items.length === 0) this.lanes.delete(lane);
    return true;
  }

  /** Takes out the newest item of the longest lane, if that is longer than `lane`; to make room for one of `lane`. */
  displace(lane: string): T | undefined {
    let longest = lane;
    const lengthOf = (name: string) => this.lanes.get(name)?.length ?? 0;
    for (const name of this.lanes.keys()) if (lengthOf(name) > lengthOf(longest)) longest = name;
    if (lengthOf(longest) <= lengthOf(lane) + 1) return undefined;
    this.count--;
    return this.lanes.get(longest)!.pop();
  }

  /** Takes out everything. */
  drain(): T[] {
    const all = [...this.lanes.values()].flat();
    this.lanes.clear();
    this.count = 0;
    return all;
  }
}
