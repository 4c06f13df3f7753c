import type { Clock } from '#lib/clock';
import { BarographError, errorMessage } from '#lib/errors';
import { Backoff } from '../backoff.ts';
import { createDeadline, type Deadline } from '../deadline.ts';
import { listAt, textAt } from '../json.ts';
import type { MechanismMetrics } from '../mechanism-metrics.ts';
import type { KubernetesApi } from './api.ts';
import { ApiFailure, demandJson, GONE, NOT_THE_API, notTheApi, parseJson } from './api-failure.ts';
import { ObjectStore, type Watched } from './object-store.ts';
import { objectKey, RESOURCES, type ResourceName, resourcePath } from './resources.ts';
import { type EventHead, eventHead, linesOf, parseEvent, type WatchEvent } from './watch-events.ts';

/** Which objects are watched. */
export interface WatchSpec {
  readonly resource: ResourceName;
  /** '' for all of them. */
  readonly namespace: string;
  readonly labelSelector: string;
  readonly fieldSelector: string;
}

/** Called with the keys of objects that came, changed or went; with none when only `synced` or `error` changed. */
type WatchListener = (keys: readonly string[]) => void;

const PAGE = 500;
const LIST_TIMEOUT = 60_000;
/** The server sends a bookmark about every minute: after this silence the connection counts as dead. */
const SILENCE = 90_000;
/** The server ends the watch after this many seconds, up to twice as many by chance. */
const WATCH_SECONDS = 300;
/** A watch that ends sooner, without an event, is not asked for again at once. */
const SHORT = 1000;

/**
 * Keeps the objects of one kind as the API has them: lists them in pages, then follows the changes from there. Goes on
 * where it was when a connection ends; lists again when the server no longer knows that point. The objects stay through
 * all of it, and only those that differ are told.
 */
export class ObjectWatch {
  readonly spec: WatchSpec;
  private readonly api: KubernetesApi;
  private readonly clock: Clock;
  private readonly metrics: MechanismMetrics;
  private readonly backoff = new Backoff();
  private readonly listeners = new Set<WatchListener>();
  private readonly ending = new AbortController();
  private readonly known: ObjectStore;
  private current: Deadline | null = null;
  /** Why the objects cannot be trusted until they are listed again. */
  private fault: unknown = null;
  private version = '';
  private listed = false;
  private failure: BarographError | null = null;

  constructor(
    spec: WatchSpec,
    api: KubernetesApi,
    { clock, metrics }: { readonly clock: Clock; readonly metrics: MechanismMetrics },
  ) {
    this.spec = spec;
    this.api = api;
    this.clock = clock;
    this.metrics = metrics;
    const { resource } = spec;
    this.known = new ObjectStore({ resource, what: this.what('watch'), onFault: (error) => this.faulty(error) });
  }

  /** The keys of the objects as they are now. */
  keys(): readonly string[] {
    return this.known.keys();
  }

  /** An object as it is now; undefined when there is none. */
  object(key: string): Watched | undefined {
    return this.known.get(key);
  }

  /** Whether all objects have been listed once. */
  get synced(): boolean {
    return this.listed;
  }

  /** What is wrong right now; null when nothing is. */
  get error(): string | null {
    return this.failure === null ? null : errorMessage(this.failure);
  }

  /** Returns what ends it. */
  subscribe(listener: WatchListener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  stop(): void {
    this.ending.abort();
  }

  /** Runs until it is stopped. Never rejects. */
  async run(): Promise<void> {
    const { signal } = this.ending;
    while (!signal.aborted) {
      try {
        if (this.version === '') await this.list();
        await this.follow();
      } catch (error) {
        if (signal.aborted) return;
        await this.failed(error);
      }
    }
  }

  private async failed(error: unknown): Promise<void> {
    const failure = error instanceof BarographError ? error : asBug(error);
    if (failure.code === GONE) this.version = '';
    else this.setFailure(failure);
    this.metrics.kubernetesFailures.inc();
    const asked = failure instanceof ApiFailure ? failure.retryAfter : 0;
    await this.pause(Math.max(asked, this.backoff.next()));
  }

  /** What was taken over from the watch was none of the API's: everything is listed again. */
  private faulty(error: unknown): void {
    this.fault = error;
    this.version = '';
    this.current?.abort(error);
  }

  private async pause(ms: number): Promise<void> {
    await this.clock.sleep(ms, this.ending.signal).catch(() => {});
  }

  private async list(): Promise<void> {
    // A server may forget a long list before its last page was asked for: then all of it is asked for at once.
    const { found, version } = await this.listPages(PAGE).catch((error: unknown) => {
      if (!(error instanceof BarographError) || error.code !== GONE) throw error;
      return this.listPages(0);
    });
    if (version === '') throw notTheApi(this.what('list'), 'a list without resourceVersion');
    this.version = version;
    this.replaceAll(found);
    this.backoff.reset();
  }

  private async listPages(limit: number) {
    const { read } = RESOURCES[this.spec.resource];
    const found = new Map<string, Watched>();
    const query = limit === 0 ? {} : { limit: String(limit) };
    let version: string;
    let page = '';
    do {
      const json = await this.requestList(page === '' ? query : { ...query, continue: page });
      for (const item of listAt(json, 'items')) {
        const object = read(item);
        found.set(objectKey(object), object);
      }
      version = textAt(json, 'metadata', 'resourceVersion');
      page = textAt(json, 'metadata', 'continue');
    } while (page !== '');
    return { found, version };
  }

  private async requestList(query: Readonly<Record<string, string>>): Promise<unknown> {
    const what = this.what('list');
    const deadline = createDeadline(this.clock, LIST_TIMEOUT, this.ending.signal);
    try {
      const answer = await this.api.send(
        { path: this.path(query), headers: this.headers('List'), signal: deadline.signal },
        (client, request) => client.request(request),
      );
      const body = Buffer.from(answer.body).toString('utf8');
      demandJson(answer, body, what);
      const json = parseJson(body, what);
      if (!textAt(json, 'kind').endsWith('List')) throw notTheApi(what, 'the answer is not a list');
      return json;
    } finally {
      deadline.clear();
    }
  }

  /** One watch: returns when it has come to its end, by the server or in silence. */
  private async follow(): Promise<void> {
    const what = this.what('watch');
    const deadline = createDeadline(this.clock, SILENCE, this.ending.signal);
    const started = this.clock.monotonic();
    let events = 0;
    this.current = deadline;
    try {
      const timeoutSeconds = String(Math.round(WATCH_SECONDS * (1 + Math.random())));
      const query = { watch: 'true', allowWatchBookmarks: 'true', resourceVersion: this.version, timeoutSeconds };
      const answer = await this.api.send(
        { path: this.path(query), headers: this.headers(''), signal: deadline.signal },
        (client, request) => client.stream(request),
        ({ chunks }) => bodyStart(chunks),
      );
      demandJson(answer, answer.status === 200 ? '' : await bodyStart(answer.chunks), what);
      // What was no event before may be none again.
      if (this.failure?.code !== NOT_THE_API) this.setFailure(null);
      for await (const lines of linesOf(answer.chunks, what)) {
        deadline.extend();
        events += lines.length;
        this.apply(lines, what);
      }
    } catch (error) {
      if (this.fault === null && !isSilence(error, deadline)) throw error;
    } finally {
      this.current = null;
      deadline.clear();
    }
    if (this.fault !== null) throw this.fault;
    this.setFailure(null);
    if (events === 0 && this.clock.monotonic() - started < SHORT) await this.pause(this.backoff.next());
  }

  private apply(lines: readonly Uint8Array[], what: string): void {
    const keys: string[] = [];
    try {
      for (const line of lines) this.applyLine(line, { keys, what });
    } finally {
      if (keys.length > 0) this.tell(keys);
    }
    if (lines.length === 0) return;
    this.backoff.reset();
    this.setFailure(null);
  }

  private applyLine(line: Uint8Array, { keys, what }: { readonly keys: string[]; readonly what: string }): void {
    const head = eventHead(line);
    if (head === null) {
      this.applyEvent(parseEvent(line, what), keys);
      return;
    }
    this.noted(head.type, head.key, keys);
    if (head.type === 'DELETED') this.known.delete(head.key);
    else this.known.take(line, head);
    this.version = head.resourceVersion;
  }

  private applyEvent({ type, object: json, resourceVersion }: WatchEvent, keys: string[]): void {
    if (type !== 'BOOKMARK') {
      const object = RESOURCES[this.spec.resource].read(json);
      const key = objectKey(object);
      this.noted(type, key, keys);
      if (type === 'DELETED') this.known.delete(key);
      else this.known.set(key, object);
    }
    this.version = resourceVersion;
  }

  private noted(type: EventHead['type'], key: string, keys: string[]): void {
    keys.push(key);
    this.count(type === 'DELETED' ? 'delete' : this.known.has(key) ? 'update' : 'add');
  }

  private replaceAll(found: Map<string, Watched>): void {
    const { added, changed, gone } = this.known.replaceAll(found);
    for (const [event, keys] of [['add', added] as const, ['update', changed] as const, ['delete', gone] as const]) {
      for (const _ of keys) this.count(event);
    }
    this.listed = true;
    this.fault = null;
    this.failure = null;
    this.tell([...added, ...changed, ...gone]);
  }

  private setFailure(failure: BarographError | null): void {
    const before = this.error;
    this.failure = failure;
    if (this.error !== before) this.tell([]);
  }

  private tell(keys: readonly string[]): void {
    for (const listener of this.listeners) listener(keys);
  }

  private count(event: 'add' | 'update' | 'delete'): void {
    this.metrics.kubernetesEvent(this.spec.resource, event);
  }

  private what(verb: string): string {
    const { resource, namespace } = this.spec;
    return namespace === '' ? `${verb} ${resource}` : `${verb} ${resource} in namespace ${namespace}`;
  }

  private path(query: Readonly<Record<string, string>>): string {
    const { resource, namespace, labelSelector, fieldSelector } = this.spec;
    const all = new URLSearchParams(query);
    if (labelSelector !== '') all.set('labelSelector', labelSelector);
    if (fieldSelector !== '') all.set('fieldSelector', fieldSelector);
    return `${resourcePath(resource, namespace)}?${all}`;
  }

  private headers(list: 'List' | ''): Record<string, string> {
    const partial = `application/json;as=PartialObjectMetadata${list};g=meta.k8s.io;v=v1, application/json`;
    const accept = RESOURCES[this.spec.resource].metadataOnly ? partial : 'application/json';
    return list === '' ? { accept } : { accept, 'accept-encoding': 'gzip' };
  }
}

function isSilence(error: unknown, { signal }: Deadline): boolean {
  const { reason } = signal as { readonly reason?: unknown };
  const silent = signal.aborted && reason instanceof DOMException && reason.name === 'TimeoutError';
  return silent && error instanceof BarographError && error.code === 'timeout';
}

const SHOWN = 4096;

async function bodyStart(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    length += chunk.length;
    if (length > SHOWN) break;
  }
  return Buffer.concat(parts).toString('utf8');
}

function asBug(error: unknown): BarographError {
  return new BarographError(errorMessage(error), { kind: 'bug', code: 'watch-failed', cause: error });
}
