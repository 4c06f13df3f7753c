import { createServer, type Server, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { type Answer, FakeTarget } from '#test/fake-target';
import { createHttpClient, type HttpClient, type HttpResponse, type ReadRequest } from './http-client.ts';
import { defaultHttpClientConfig, type HttpClientConfig } from './http-config.ts';
import { Secret } from './secret.ts';

const open: { stop(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.stop();
});

function client(config: Partial<HttpClientConfig> = {}): HttpClient {
  const made = createHttpClient({ ...defaultHttpClientConfig, ...config });
  open.push({ stop: () => made.close() });
  return made;
}

async function serve(answer: Answer): Promise<FakeTarget> {
  const target = await FakeTarget.start(answer);
  open.push(target);
  return target;
}

/** A server that says bytes: `say` is called with each request and its number on all connections. */
class RawTarget {
  url = '';
  connections = 0;
  private requests = 0;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  private constructor(say: (socket: Socket, request: number) => void) {
    this.server = createServer((socket) => {
      this.connections++;
      this.sockets.add(socket);
      socket.on('error', () => {}).on('data', () => say(socket, ++this.requests));
    });
  }

  static async start(say: (socket: Socket, request: number) => void): Promise<RawTarget> {
    const target = new RawTarget(say);
    await new Promise<void>((resolve) => target.server.listen(0, '127.0.0.1', resolve));
    target.url = `http://127.0.0.1:${(target.server.address() as { port: number }).port}/metrics`;
    open.push(target);
    return target;
  }

  stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

const headers = { accept: 'text/plain', 'accept-encoding': 'gzip' };
const text = ({ body }: HttpResponse) => new TextDecoder().decode(body);
const ask = (http: HttpClient, url: string, more: Partial<ReadRequest> = {}) =>
  http.read({ url, headers, timeout: 5000, signal: new AbortController().signal, ...more }, text);
const ok = (body: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

describe('an answer that is read at once', () => {
  it('comes over one connection again and again', async () => {
    const target = await RawTarget.start((socket, request) => socket.write(ok(`a ${request}\n`)));
    const http = client();
    for (const i of [1, 2, 3, 4]) expect(await ask(http, target.url)).toBe(`a ${i}\n`);
    expect(target.connections).toBe(1);
  });

  it('has status, headers and URL', async () => {
    const target = await serve((_, response) => response.writeHead(404, { 'X-Twice': ['a', 'b'] }).end('nothing'));
    const http = client();
    const seen = () =>
      http.read({ url: target.url, headers, timeout: 5000, signal: new AbortController().signal }, (response) => ({
        ...{ status: response.status, line: response.statusLine, url: response.url, text: text(response) },
        twice: response.headers.get('x-twice'),
      }));
    const expected = { status: 404, line: '404 Not Found', url: target.url, text: 'nothing', twice: 'a, b' };
    expect([await seen(), await seen()]).toEqual([expected, expected]);
  });

  it('is decompressed, in pieces or in one, short or long', async () => {
    const pages = ['a 1\n', 'b 2\n'.repeat(10_000), 'c 3\n'.repeat(2_000_000)];
    let next = 0;
    const target = await serve((_, response) => {
      response.setHeader('content-encoding', 'gzip');
      const packed = gzipSync(pages[next++ % 3]!);
      if (next > 3) response.write(packed.subarray(0, 15));
      response.end(next > 3 ? packed.subarray(15) : packed);
    });
    const http = client();
    for (const page of [...pages, ...pages]) expect((await ask(http, target.url)) === page).toBe(true);
  });

  it('is asked for with credentials, as they stand in the files now', async () => {
    const target = await serve('');
    const fixed = client({ basicAuth: { username: 'u', password: new Secret('p') } });
    await ask(fixed, target.url);
    await ask(fixed, target.url);
    expect(target.requests.map(({ authorization }) => authorization)).toEqual(['Basic dTpw', 'Basic dTpw']);
    let token = 1;
    const files = { read: async () => `t${token++}`, list: async () => [] };
    const config = { ...defaultHttpClientConfig, authorization: { type: 'Bearer', credentialsFile: 'token' } };
    const rotating = createHttpClient(config, { files });
    await ask(rotating, target.url);
    await ask(rotating, target.url);
    await rotating.close();
    expect(target.requests.slice(2).map(({ authorization }) => authorization)).toEqual(['Bearer t1', 'Bearer t2']);
  });

  it('may be redirected from one time to the next', async () => {
    const there = await serve('there');
    const target = await serve('here');
    const http = client();
    expect([await ask(http, target.url), await ask(http, target.url)]).toEqual(['here', 'here']);
    target.answers((_, response) => response.writeHead(302, { location: there.url }).end());
    expect([await ask(http, target.url), await ask(http, target.url)]).toEqual(['there', 'there']);
    target.answers('again');
    expect(await ask(http, target.url)).toBe('again');
  });

  it('is given up when it is not wanted any more, and the next one comes over another connection', async () => {
    const target = await RawTarget.start((socket, request) => {
      if (request % 2 === 1) socket.write(ok('a 1\n'));
    });
    const http = client();
    await ask(http, target.url);
    const controller = new AbortController();
    const given = ask(http, target.url, { signal: controller.signal });
    controller.abort();
    await expect(given).rejects.toThrow(`Get "${target.url}": context canceled`);
    await expect(ask(http, target.url, { signal: controller.signal })).rejects.toThrow('context canceled');
    await expect(ask(http, target.url)).resolves.toBe('a 1\n');
    expect(target.connections).toBe(2);
  });

  it('ends with its client, but not before it is there', async () => {
    const asked: (() => void)[] = [];
    let arrived: () => void = () => {};
    const isAsked = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const target = await RawTarget.start((socket, request) => {
      asked.push(() => socket.write(ok(`a ${request}\n`)));
      if (request === 1) asked[0]!();
      else arrived();
    });
    const http = createHttpClient(defaultHttpClientConfig);
    await ask(http, target.url);
    const last = ask(http, target.url);
    await isAsked;
    await http.close();
    asked[1]!();
    expect(await last).toBe('a 2\n');
  });
});

describe('a server that does not do as it should', () => {
  /** The second answer is the one looked at: the first one opens the way. */
  async function second(say: (socket: Socket) => void, more: Partial<ReadRequest> = {}) {
    const target = await RawTarget.start((socket, request) => {
      if (request === 1) socket.write(ok('a 1\n'));
      else say(socket);
    });
    const http = client();
    await ask(http, target.url);
    return { target, http, answer: ask(http, target.url, more) };
  }

  it('closes the connection within the answer', async () => {
    for (const said of [
      ok('a 1\n').slice(0, -1),
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\na 1\n\r\n',
    ]) {
      const { answer } = await second((socket) => socket.end(said));
      await expect(answer).rejects.toThrow(/^unexpected EOF$/);
    }
  });

  it('closes the connection before the answer, or within its head', async () => {
    const { target, answer } = await second((socket) => socket.end('HTTP/1.1 200 OK\r\ncont'));
    await expect(answer).rejects.toThrow(/^Get ".*": EOF: .* closed the connection without an answer$/);
    expect(target.connections).toBeGreaterThan(1);
  });

  it('closes the connection while it is idle', async () => {
    const target = await RawTarget.start((socket, request) => {
      if (request === 1) socket.end(ok('a 1\n'));
      else socket.write(ok('a 2\n'));
    });
    const http = client();
    await ask(http, target.url);
    expect(await ask(http, target.url)).toBe('a 2\n');
    expect(target.connections).toBe(2);
  });

  it('goes on talking', async () => {
    const target = await RawTarget.start((socket) => socket.write(`${ok('a 1\n')}${ok('b 2\n')}`));
    const http = client();
    for (let i = 0; i < 3; i++) expect(await ask(http, target.url)).toBe('a 1\n');
    expect(target.connections).toBe(3);
  });

  it('drips', async () => {
    let timer: NodeJS.Timeout | undefined;
    const { target, answer } = await second(
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10000\r\n\r\n');
        timer = setInterval(() => socket.write('a'), 5);
      },
      { timeout: 40 },
    );
    await expect(answer).rejects.toThrow(`Get "${target.url}": context deadline exceeded`);
    clearInterval(timer);
  });

  it('sends a page whose decompression takes longer than the request may: it is not read', async () => {
    const member = gzipSync(Buffer.alloc(1e6));
    const page = Buffer.concat(Array.from({ length: 200 }, () => member));
    const head = `HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${page.length}\r\n\r\n`;
    const target = await RawTarget.start((socket, request) => {
      if (request === 1) socket.write(ok('a 1\n'));
      else socket.write(Buffer.concat([Buffer.from(head), page]));
    });
    const http = client();
    await ask(http, target.url);
    const read: number[] = [];
    const askLate = (path: string) => {
      const { signal } = new AbortController();
      const request = { url: target.url + path, headers, timeout: 50, signal };
      return http.read(request, ({ body }) => read.push(body.length)).catch((error: Error) => error.message);
    };
    // The first goes a way that is known, and others wait for their turn.
    const paths = ['', '?a', '?b', '?c'];
    expect(await Promise.all(paths.map(askLate))).toEqual(
      paths.map((path) => `Get "${target.url}${path}": context deadline exceeded`),
    );
    expect(read).toEqual([]);
  });

  it('sends more than is taken', async () => {
    const long = 'a 1\n'.repeat(10_000);
    const { answer } = await second((socket) => socket.write(ok(long)), { maxBodyBytes: long.length - 1 });
    await expect(answer).rejects.toMatchObject({ kind: 'unavailable', code: 'body-too-large' });
  });

  it('sends what is no HTTP', async () => {
    const { answer } = await second((socket) => socket.end('SSH-2.0-x\r\n\r\n'));
    await expect(answer).rejects.toThrow('malformed HTTP response');
  });

  it('sends what is not encoded as it says', async () => {
    const { answer } = await second((socket) =>
      socket.write(ok('nonsense').replace('\r\n', '\r\nContent-Encoding: gzip\r\n')),
    );
    await expect(answer).rejects.toThrow(/^gzip: invalid header$/);
    const other = await second((socket) => socket.write(ok('x').replace('\r\n', '\r\nContent-Encoding: br\r\n')));
    await expect(other.answer).rejects.toThrow('encoded as "br"');
  });

  it('has a length of its own beside chunks, which another client has to judge', async () => {
    const { answer } = await second((socket) =>
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n'),
    );
    await expect(answer).rejects.toThrow('does not match content-length');
  });

  it('is gone', async () => {
    const target = await serve('');
    const { url, address } = target;
    const http = client();
    await ask(http, url);
    await target.stop();
    open.splice(open.indexOf(target), 1);
    await expect(ask(http, url)).rejects.toThrow(`Get "${url}": connection refused by ${address}`);
  });
});
