import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Waiting {
  readonly path: string;
  readonly index: number;
  readonly response: ServerResponse;
}

/** The catalog and health API of Consul over real HTTP, with blocking queries. Filters are written down, not applied. */
export class FakeConsul {
  /** Path with query of each request, in order. */
  readonly requests: string[] = [];
  readonly headers: IncomingHttpHeaders[] = [];
  /** Answered to everything instead, while it is not null. */
  failing: { readonly status: number; readonly body: string } | null = null;
  private index = 10;
  private readonly catalog = new Map<string, readonly string[]>();
  private readonly instances = new Map<string, readonly unknown[]>();
  private readonly changedAt = new Map<string, number>();
  private readonly waiting = new Set<Waiting>();
  private readonly server = createServer((request, response) => {
    this.requests.push(request.url ?? '');
    this.headers.push(request.headers);
    this.serve(new URL(request.url ?? '', 'http://consul'), response);
  });

  static async start(): Promise<FakeConsul> {
    const fake = new FakeConsul();
    await new Promise<void>((resolve) => fake.server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Queries that wait for a change now. */
  get blocked(): number {
    return this.waiting.size;
  }

  /** Registers a service with the tags and the instances that it has now. */
  put(service: string, tags: readonly string[], instances: readonly unknown[]): void {
    if (this.catalog.get(service)?.join() !== tags.join()) this.changed('/v1/catalog/services');
    this.catalog.set(service, tags);
    this.instances.set(service, instances);
    this.changed(`/v1/health/service/${service}`);
    this.wake();
  }

  remove(service: string): void {
    this.catalog.delete(service);
    this.instances.delete(service);
    this.changed('/v1/catalog/services');
    this.wake();
  }

  /** As after a restore from a snapshot. */
  resetIndex(): void {
    this.index = 1;
    for (const path of this.changedAt.keys()) this.changedAt.set(path, 1);
    this.wake(true);
  }

  /** Ends all blocking queries. */
  wake(all = false): void {
    for (const query of [...this.waiting]) {
      if (!all && (this.changedAt.get(query.path) ?? 0) <= query.index) continue;
      this.waiting.delete(query);
      this.answer(query.path, query.response);
    }
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  private changed(path: string): void {
    this.index++;
    this.changedAt.set(path, this.index);
  }

  private serve(url: URL, response: ServerResponse): unknown {
    if (this.failing !== null) return response.writeHead(this.failing.status).end(this.failing.body);
    const index = Number(url.searchParams.get('index') ?? 0);
    if (index === 0 || index < (this.changedAt.get(url.pathname) ?? 0)) return this.answer(url.pathname, response);
    const query = { path: url.pathname, index, response };
    this.waiting.add(query);
    return response.on('close', () => this.waiting.delete(query));
  }

  private answer(path: string, response: ServerResponse): unknown {
    response.setHeader('x-consul-index', String(this.changedAt.get(path) ?? this.index));
    return response.end(JSON.stringify(this.body(path)));
  }

  private body(path: string): unknown {
    if (path === '/v1/agent/self') return { Config: { Datacenter: 'dc1' } };
    if (path === '/v1/catalog/services') return Object.fromEntries(this.catalog);
    return this.instances.get(path.replace('/v1/health/service/', '')) ?? [];
  }
}
