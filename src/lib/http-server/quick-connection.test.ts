import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nextTurn } from '../event-loop.ts';
import type { PlainRequest, WholeReply } from '../http-exchange.ts';
import { type HttpServer, listen } from '../http-server.ts';
import { WholeResponse } from '../whole-response.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

/** A client's side of one connection. */
class Client {
  private readonly socket: Socket;
  private text = '';
  private isClosed = false;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.setEncoding('latin1').on('data', (part: string) => {
      this.text += part;
    });
    this.socket.on('close', () => {
      this.isClosed = true;
    });
  }

  send(text: string): void {
    this.socket.write(text, 'latin1');
  }

  /** Statuses and bodies of the answers so far, as soon as there are so many. */
  async answers(count: number): Promise<readonly string[]> {
    await expect.poll(() => this.bodies().length).toBe(count);
    return this.bodies();
  }

  /** What stands in front of the body of the newest answer. */
  get head(): string {
    return this.text.slice(this.text.lastIndexOf('HTTP/1.1'), this.text.lastIndexOf('\r\n\r\n'));
  }

  closed(): Promise<void> {
    return expect.poll(() => this.isClosed).toBe(true);
  }

  leave(): void {
    this.socket.destroy();
  }

  private bodies(): string[] {
    return [...this.text.matchAll(/HTTP\/1\.1 (\d+)[\s\S]*?\r\n\r\n([\s\S]*?)(?=HTTP\/1\.1|$)/g)].map(
      ([, status, body]) => `${status} ${body}`,
    );
  }
}

let server: HttpServer;
let clients: Client[];
/** The requests of the short way, and how to answer those of /held. */
let short: PlainRequest[];
let release: (() => void)[];

const reply = (text: string, status = 200): WholeReply => ({
  ...{ status, headers: { 'content-type': 'text/plain' } },
  ...{ pieces: [bytes(text)], owned: null },
});

async function answer(request: PlainRequest): Promise<WholeReply> {
  short.push(request);
  if (request.path === '/broken') throw new Error('no');
  if (request.path === '/held') await new Promise<void>((resolve) => release.push(resolve));
  const body = new TextDecoder().decode(await request.body(100));
  return reply(`short ${request.path}${request.search} ${body}`.trimEnd());
}

beforeEach(async () => {
  short = [];
  release = [];
  clients = [];
  server = await listen(
    { host: '127.0.0.1', port: 0 },
    async (request, { address }) => {
      const { pathname } = new URL(request.url);
      if (pathname === '/streamed') return new Response(`streamed to ${address}`);
      const headers = pathname === '/closing' ? { connection: 'close' } : {};
      return new WholeResponse([bytes(`long ${pathname} ${await request.text()}`.trimEnd())], { headers });
    },
    { short: (_, path) => (/^\/(?:quick|held|broken)$/.test(path) ? answer : null) },
  );
});
afterEach(async () => {
  for (const client of clients) client.leave();
  await server.close(0);
});

function client(): Client {
  clients.push(new Client(server.port));
  return clients.at(-1)!;
}

const get = (target: string, more = '') => `GET ${target} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;
const post = (target: string, body: string) =>
  `POST ${target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

describe('a connection', () => {
  it('carries requests of both ways one after the other', async () => {
    const one = client();
    const targets = ['/quick?a=1', '/other', '/quick', '/streamed', '/quick?b', '/other'];
    for (const [i, target] of targets.entries()) {
      one.send(get(target));
      await one.answers(i + 1);
    }
    expect(await one.answers(6)).toEqual([
      ...['200 short /quick?a=1', '200 long /other', '200 short /quick'],
      ...['200 streamed to 127.0.0.1', '200 short /quick?b', '200 long /other'],
    ]);
    expect(short.length).toBe(3);
  });

  it('is answered as Node’s own server does', async () => {
    const [quick, long] = [client(), client()];
    quick.send(get('/quick'));
    long.send(get('/other'));
    await Promise.all([quick.answers(1), long.answers(1)]);
    const names = (head: string) => head.replace(/^content-type.*\r\n/m, '').replace(/: .*/g, '');
    expect(names(quick.head)).toBe(names(long.head));
    expect(quick.head).toMatch(
      /\r\ncontent-length: 12\r\nDate: .* GMT\r\nConnection: keep-alive\r\nKeep-Alive: timeout=75$/,
    );
  });

  it.each([
    ['a head in two parts', ['GET /quick HTTP/1.1\r\nHost: lo', 'calhost\r\n\r\n'], ['200 short /quick']],
    ['a body behind its head', [post('/quick', 'abc')], ['200 short /quick abc']],
    ['a body in two parts', [post('/quick', 'abcd').slice(0, -2), 'cd'], ['200 short /quick abcd']],
    ['two requests at once', [get('/quick?1') + get('/quick?2')], ['200 short /quick?1', '200 short /quick?2']],
    ['no request', ['once upon a time\r\n\r\n'], ['400 ']],
    ['a chunked body', [chunked('/quick', 'abc')], ['200 short /quick abc']],
    ['a handler that fails', [get('/broken')], ['500 ']],
    ['a header twice', [get('/quick', 'Accept: a\r\nAccept: b\r\n')], ['200 long /quick']],
    ['a header over two lines', [get('/quick', 'Accept: a\r\n b\r\n')], ['400 ']],
    ['a part behind #', [get('/quick#there')], ['200 long /quick']],
  ])('takes %s', async (_, parts, expected) => {
    const one = client();
    for (const part of parts) {
      one.send(part);
      await arrival();
    }
    expect(await one.answers(expected.length)).toEqual(expected);
  });

  it('answers what comes early in its order', async () => {
    const one = client();
    one.send(get('/held'));
    await expect.poll(() => release.length).toBe(1);
    one.send(get('/quick?early'));
    await arrival();
    expect(short.length).toBe(1);
    release[0]!();
    expect(await one.answers(2)).toEqual(['200 short /held', '200 short /quick?early']);
  });

  it('says when its client goes away', async () => {
    const one = client();
    one.send(get('/held'));
    await expect.poll(() => release.length).toBe(1);
    expect(short[0]!.signal.aborted).toBe(false);
    one.leave();
    await expect.poll(() => short[0]!.signal.aborted).toBe(true);
    release[0]!();
  });

  it('ends where the client or the answer says so', async () => {
    const [short, long, closing] = [client(), client(), client()];
    short.send(get('/quick', 'Connection: close\r\n'));
    long.send(get('/other', 'Connection: close\r\n'));
    closing.send(get('/closing'));
    await Promise.all([short.closed(), long.closed(), closing.closed()]);
    expect([await short.answers(1), await long.answers(1), await closing.answers(1)]).toEqual([
      ['200 short /quick'],
      ['200 long /other'],
      ['200 long /closing'],
    ]);
    expect(short.head).toContain('\r\nConnection: close');
  });

  it('ends with the server when it is idle, otherwise behind its answer', async () => {
    const [idle, held] = [client(), client()];
    idle.send(get('/quick'));
    held.send(get('/held'));
    await expect.poll(() => release.length).toBe(1);
    await idle.answers(1);
    const stopped = server.close(60_000);
    await idle.closed();
    release[0]!();
    expect(await held.answers(1)).toEqual(['200 short /held']);
    await held.closed();
    await stopped;
  });

  it('is cut when it takes longer than the server may', async () => {
    const held = client();
    held.send(get('/held'));
    await expect.poll(() => release.length).toBe(1);
    await server.close(0);
    await held.closed();
  });
});

function chunked(target: string, body: string): string {
  const head = `POST ${target} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n`;
  return `${head}${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
}

/** Lets what was sent arrive by itself: the server is in this thread. */
async function arrival(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await nextTurn();
}
