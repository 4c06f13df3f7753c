import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A Prometheus that does what real ones do on bad days, by the metric that is asked for. */
export interface FaultySource {
  readonly url: string;
  /** Lets go of those who asked for `hangs`. */
  release(): void;
  stop(): Promise<void>;
}

/** Names that try to be more than names. */
export const HOSTILE_NAMES: readonly string[] = [
  '<img src=x onerror="window.hacked=1">',
  '\u202egnp.elif\u202c \u0645\u0631\u062d\u0628\u0627',
  '👩‍🚀🔥 rocket',
  '${__proto__} $job [[x]] {{le}}',
  'x'.repeat(3000),
];
export const MANY_VALUES = 50_000;
export const MANY_POINTS = 100_000;

export async function startFaultySource(): Promise<FaultySource> {
  let waiting: (() => void)[] = [];
  let released = false;
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://source');
      const query = new URLSearchParams(body).get('query') ?? searchParams.get('query') ?? '';
      const send = () => answer(response, pathname, query);
      if (query === 'hangs' && !released) waiting.push(send);
      else send();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    release: () => {
      released = true;
      for (const send of waiting) send();
      waiting = [];
    },
    stop: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

function answer(response: ServerResponse, path: string, query: string): void {
  const send = (status: number, body: object) => {
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  if (path.endsWith('/values')) {
    send(200, success(Array.from({ length: MANY_VALUES }, (_, i) => `value-${String(i).padStart(5, '0')}`)));
  } else if (query === 'fails') {
    send(422, { status: 'error', errorType: 'execution', error: 'the shard <b>3</b> & its replica are down' });
  } else {
    const warnings = query === 'partial' ? ['shard 3 did not answer: the result is partial'] : [];
    send(200, { ...success(dataOf(path, query)), warnings });
  }
}

function success(data: unknown) {
  return { status: 'success', data };
}

function dataOf(path: string, query: string): unknown {
  const count = query === 'points' ? MANY_POINTS : 30;
  const names = query === 'names' ? HOSTILE_NAMES : ['a'];
  const now = Math.floor(Date.now() / 1000);
  const metrics = names.map((name) => ({ __name__: query, name }));
  if (path.endsWith('/query')) {
    return { resultType: 'vector', result: metrics.map((metric) => ({ metric, value: [now, '1'] })) };
  }
  // The newest lies in any range that ends now.
  const values = Array.from({ length: count }, (_, i) => [now - (count - i) * (3600 / count), String(i % 100)]);
  return { resultType: 'matrix', result: metrics.map((metric) => ({ metric, values })) };
}
