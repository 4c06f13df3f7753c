import { RESOURCES, type ResourceName, type Resources } from './resources.ts';
import { type EventHead, readEvent } from './watch-events.ts';

/** An object of the kind that is watched. */
export type Watched = Resources[ResourceName];

/** An event whose object nobody has asked for yet. */
interface Unread {
  readonly line: Uint8Array;
  readonly head: EventHead;
  /** What was known before; null: nothing. */
  readonly before: Watched | null;
}

/** Bytes of events that wait to be read, at most: behind each stands all that came with it. */
const MOST_UNREAD = 2 ** 20;

/** How a list differs from what was known, by keys. */
interface ListedDifference {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly gone: readonly string[];
}

interface ObjectStoreOptions {
  readonly resource: ResourceName;
  /** `watch pods` or the like. */
  readonly what: string;
  /** Called when an event that was taken turns out to be none: the objects are not what the API has. */
  readonly onFault: (error: unknown) => void;
}

/**
 * The objects of one kind by key. What events bring is read when it is asked for: an object that changes often between
 * two questions is read once.
 */
export class ObjectStore {
  private readonly options: ObjectStoreOptions;
  private known = new Map<string, Watched>();
  private readonly unread = new Map<string, Unread>();
  private unreadLength = 0;

  constructor(options: ObjectStoreOptions) {
    this.options = options;
  }

  keys(): string[] {
    return [...new Set([...this.known.keys(), ...this.unread.keys()])];
  }

  has(key: string): boolean {
    return this.known.has(key) || this.unread.has(key);
  }

  /** Undefined when there is none. */
  get(key: string): Watched | undefined {
    const unread = this.unread.get(key);
    if (unread !== undefined) this.read(key, unread);
    return this.known.get(key);
  }

  set(key: string, object: Watched): void {
    this.forget(key);
    this.known.set(key, object);
  }

  /** Takes over what an event brought, unread. */
  take(line: Uint8Array, head: EventHead): void {
    const { key } = head;
    const before = this.unread.get(key)?.before ?? this.known.get(key) ?? null;
    this.forget(key);
    this.unread.set(key, { line, head, before });
    this.unreadLength += line.length;
    if (this.unreadLength > MOST_UNREAD) for (const [each, unread] of [...this.unread]) this.read(each, unread);
  }

  delete(key: string): void {
    this.forget(key);
    this.known.delete(key);
  }

  /** In place of all that was there. Gives the keys of what differs; what is the same stays the same object. */
  replaceAll(found: Map<string, Watched>): ListedDifference {
    const added: string[] = [];
    const changed: string[] = [];
    for (const [key, object] of found) {
      const old = this.unread.has(key) ? undefined : this.known.get(key);
      if (old?.meta.resourceVersion === object.meta.resourceVersion) found.set(key, old);
      else (this.has(key) ? changed : added).push(key);
    }
    const gone = this.keys().filter((key) => !found.has(key));
    this.known = found;
    this.unread.clear();
    this.unreadLength = 0;
    return { added, changed, gone };
  }

  private read(key: string, { line, head, before }: Unread): void {
    const { resource, what, onFault } = this.options;
    this.forget(key);
    try {
      this.known.set(key, RESOURCES[resource].read(readEvent(line, head, what)));
    } catch (error) {
      if (before !== null) this.known.set(key, before);
      onFault(error);
    }
  }

  private forget(key: string): void {
    const unread = this.unread.get(key);
    if (unread === undefined) return;
    this.unread.delete(key);
    this.unreadLength -= unread.line.length;
  }
}
