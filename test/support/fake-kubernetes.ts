import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';

/** An object as the API has it; anything may be missing, and anything else be there. */
export interface FakeObject {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => unknown;

interface Watcher {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly response: ServerResponse;
}

interface Logged {
  readonly version: number;
  readonly path: string;
  readonly type: string;
  readonly object: FakeObject;
}

/**
 * The list and watch part of a Kubernetes API server, over real HTTP: pages, resource versions, bookmarks, watches from a
 * version on, 410 for versions that were compacted. Selectors are written down but not applied.
 */
export class FakeKubernetes {
  /** Path with query of each request, in order. */
  readonly requests: string[] = [];
  readonly authorizations: (string | undefined)[] = [];
  /** What the next requests get instead, in order; null: the usual. */
  readonly instead: (Answer | null)[] = [];
  /** At most so many objects in a list, whatever the client asks for. */
  pageSize = Number.POSITIVE_INFINITY;
  /** Tokens that are accepted; null: anything. */
  tokens: ReadonlySet<string> | null = null;
  private version = 100;
  private oldest = 0;
  private readonly objects = new Map<string, Map<string, FakeObject>>();
  private readonly log: Logged[] = [];
  private readonly watchers = new Set<Watcher>();
  private readonly server;
  private readonly scheme: string;

  private constructor(tls: ServerOptions | null) {
    const listener: RequestListener = (request, response) => this.serve(request, response);
    this.server = tls === null ? createServer(listener) : createTlsServer(tls, listener);
    this.scheme = tls === null ? 'http' : 'https';
  }

  static async start(tls: ServerOptions | null = null): Promise<FakeKubernetes> {
    const fake = new FakeKubernetes(tls);
    await new Promise<void>((resolve) => fake.server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get url(): string {
    return `${this.scheme}://127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Watches that are open now. */
  get watching(): number {
    return this.watchers.size;
  }

  /** Creates or replaces an object, at `/api/v1/pods` or the like. */
  put(path: string, object: FakeObject): void {
    const all = this.objects.get(path) ?? new Map<string, FakeObject>();
    this.objects.set(path, all);
    const key = keyOf(object);
    const type = all.has(key) ? 'MODIFIED' : 'ADDED';
    const stored = this.stamped({ ...typeOf(path), ...object });
    all.set(key, stored);
    this.tell(path, type, stored);
  }

  /** Removes an object. */
  remove(path: string, namespace: string, name: string): void {
    const key = `${namespace}/${name}`;
    const object = this.objects.get(path)?.get(key);
    if (object === undefined) throw new Error(`there is no ${key} at ${path}`);
    this.objects.get(path)?.delete(key);
    this.tell(path, 'DELETED', this.stamped(object));
  }

  /** The objects at a path as they are now. */
  at(path: string): readonly FakeObject[] {
    return [...(this.objects.get(path)?.values() ?? [])];
  }

  /** Tells all watches how far they are. */
  bookmark(): void {
    this.version++;
    for (const watcher of this.watchers) {
      const object = { ...typeOf(watcher.path), metadata: { resourceVersion: String(this.version) } };
      sendLine(watcher, { type: 'BOOKMARK', object });
    }
  }

  /** Sends a line to all watches as it is. */
  sendRaw(line: string | Uint8Array): void {
    for (const { response } of this.watchers) response.write(line);
  }

  /** Ends all watches; rudely: by cutting the connections. */
  endWatches(rudely = false): void {
    for (const { response } of [...this.watchers]) {
      if (rudely) response.destroy();
      else response.end();
    }
    this.watchers.clear();
  }

  /** Forgets what happened so far: a watch from before gets 410. */
  compact(): void {
    this.oldest = ++this.version;
    this.log.length = 0;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  private stamped(object: FakeObject): FakeObject {
    this.version++;
    // In the order in which the API writes them.
    const { name, namespace, uid, ...rest } = object.metadata;
    const first = { name, ...(namespace === undefined ? {} : { namespace }), ...(uid === undefined ? {} : { uid }) };
    return { ...object, metadata: { ...first, resourceVersion: String(this.version), ...rest } };
  }

  private tell(path: string, type: string, object: FakeObject): void {
    this.log.push({ version: this.version, path, type, object });
    for (const watcher of this.watchers) {
      if (covers(watcher.path, path, object)) sendLine(watcher, { type, object });
    }
  }

  private serve(request: IncomingMessage, response: ServerResponse): unknown {
    const url = new URL(request.url ?? '', this.url);
    this.requests.push(url.pathname + url.search);
    this.authorizations.push(request.headers.authorization);
    const answer = this.instead.shift();
    if (answer) return answer(request, response);
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
    if (this.tokens !== null && !this.tokens.has(token)) return fail(response, 401, 'Unauthorized');
    if (url.searchParams.get('watch') === 'true') return this.watch(url, response);
    return this.list(url, response);
  }

  private list(url: URL, response: ServerResponse): unknown {
    const all = [...this.objects].flatMap(([path, objects]) =>
      [...objects.values()].filter((object) => covers(url.pathname, path, object)),
    );
    const limit = Math.min(Number(url.searchParams.get('limit')) || Number.POSITIVE_INFINITY, this.pageSize);
    const [version, start] = (url.searchParams.get('continue') ?? `${this.version}:0`).split(':');
    const first = Number(start);
    const rest = all.length - first - limit;
    const more = rest > 0 ? { continue: `${version}:${first + limit}`, remainingItemCount: rest } : {};
    response.setHeader('content-type', 'application/json');
    return response.end(
      JSON.stringify({
        ...listTypeOf(url.pathname),
        metadata: { resourceVersion: version, ...more },
        items: all.slice(first, first + limit),
      }),
    );
  }

  private watch(url: URL, response: ServerResponse): unknown {
    // Lists by watching came later than what is asked for here; a client that is refused lists as before.
    if (url.searchParams.has('sendInitialEvents')) return fail(response, 422, 'sendInitialEvents is not known');
    const from = Number(url.searchParams.get('resourceVersion'));
    if (from < this.oldest) return fail(response, 410, 'too old resource version');
    const watcher = { path: url.pathname, query: url.searchParams, response };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    for (const { version, path, type, object } of this.log) {
      if (version > from && covers(url.pathname, path, object)) sendLine(watcher, { type, object });
    }
    this.watchers.add(watcher);
    return response.on('close', () => this.watchers.delete(watcher));
  }
}

const KINDS: Readonly<Record<string, string>> = {
  endpointslices: 'EndpointSlice',
  endpoints: 'Endpoints',
  ingresses: 'Ingress',
  replicasets: 'ReplicaSet',
};

function typeOf(path: string): { readonly kind: string; readonly apiVersion: string } {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const kind = KINDS[name] ?? name[0]!.toUpperCase() + name.slice(1, -1);
  return { kind, apiVersion: /^\/apis?\/((?:[a-z.0-9]+\.[a-z.0-9]+\/|apps\/|batch\/)?v1)/.exec(path)?.[1] ?? 'v1' };
}

function listTypeOf(path: string): { readonly apiVersion: string; readonly kind: string } {
  const { apiVersion, kind } = typeOf(path);
  return { kind: `${kind}List`, apiVersion };
}

const REASONS: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  410: 'Expired',
  422: 'Invalid',
};

/** Answers as the API does when it refuses. */
export function fail(response: ServerResponse, code: number, message: string): unknown {
  response.writeHead(code, { 'content-type': 'application/json' });
  const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: REASONS[code] ?? '', code, message };
  return response.end(JSON.stringify(status));
}

function sendLine({ response }: Watcher, event: { readonly type: string; readonly object: unknown }): void {
  response.write(`${JSON.stringify(event)}\n`);
}

function keyOf({ metadata }: FakeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

/** Whether objects stored at `path` belong to what was asked for, which may be one namespace. */
function covers(asked: string, path: string, { metadata }: FakeObject): boolean {
  if (asked === path) return true;
  const slash = path.lastIndexOf('/');
  return asked === `${path.slice(0, slash)}/namespaces/${metadata.namespace ?? ''}${path.slice(slash)}`;
}
