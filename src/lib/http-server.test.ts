import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { type FetchHandler, type HttpServer, listen } from './http-server.ts';
import { WholeResponse } from './whole-response.ts';

let server: HttpServer | null = null;
afterEach(() => server?.close(0));

async function received(handler: FetchHandler, path = '/') {
  server = await listen({ host: '127.0.0.1', port: 0 }, handler);
  const port = server.port;
  const message = await new Promise<IncomingMessage>((resolve) => get({ port, path, agent: false }, resolve));
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return { status: message.statusCode, headers: message.headers, body: Buffer.concat(chunks) };
}

const bytes = (text: string) => new TextEncoder().encode(text);
const TYPE = { 'Content-Type': 'text/x-poem', Vary: 'Origin' };

describe('the HTTP server', () => {
  it('sends an answer that lies in memory with its length', async () => {
    const pieces = [bytes('so much '), bytes(''), bytes('dépends')];
    const { status, headers, body } = await received(() => new WholeResponse(pieces, { status: 418, headers: TYPE }));
    expect([status, body.toString()]).toEqual([418, 'so much dépends']);
    expect(headers).toMatchObject({ 'content-length': '16', 'content-type': 'text/x-poem', vary: 'Origin' });
    expect(headers['transfer-encoding']).toBe(undefined);
  });

  it('sends long ones whole', async () => {
    const piece = new Uint8Array(3_000_000).fill(7);
    const { headers, body } = await received(() => new WholeResponse([piece, piece], { headers: TYPE }));
    expect(headers['content-length']).toBe('6000000');
    expect(body.equals(Buffer.alloc(6_000_000, 7))).toBe(true);
  });

  it('gives back the memory of a long piece that is its own, and of no other, when it has sent them', async () => {
    const [shared, owned] = [new Uint8Array(1_000_000).fill(1), new Uint8Array(2_000_000).fill(2)];
    const { body } = await received(() => new WholeResponse([shared, owned], { headers: TYPE }, owned));
    expect(body.equals(Buffer.concat([Buffer.alloc(1_000_000, 1), Buffer.alloc(2_000_000, 2)]))).toBe(true);
    await expect.poll(() => owned.length).toBe(0);
    expect(shared.length).toBe(1_000_000);
  });

  it('sends other answers, too, and those without a body', async () => {
    const stream = await received(async () => new Response('streamed', { headers: TYPE }));
    expect([stream.status, stream.body.toString(), stream.headers.vary]).toEqual([200, 'streamed', 'Origin']);
    await server?.close(0);
    const none = await received(() => new Response(null, { status: 204 }));
    expect([none.status, none.body.length, none.headers['content-length']]).toEqual([204, 0, undefined]);
  });

  it('gives up a request that does not arrive', async () => {
    server = await listen({ host: '127.0.0.1', port: 0 }, () => new Response('late'), { readTimeout: 40 });
    const socket = connect(server.port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n');
    expect(await text(socket)).toContain('408 Request Timeout');
  });

  it('takes long URLs', async () => {
    const path = `/?labels=${'a'.repeat(60_000)}`;
    const { body } = await received(
      ({ url }) => new WholeResponse([bytes(String(new URL(url).search.length))], {}),
      path,
    );
    expect(body.toString()).toBe('60008');
  });

  it('answers 500 when its handler fails', async () => {
    expect((await received(() => Promise.reject(new Error('no')))).status).toBe(500);
  });
});

describe('an answer that lies in memory', () => {
  it('reads as any other, once', async () => {
    const answer = () => new WholeResponse([bytes('[1'), bytes(']')], { status: 201, headers: TYPE });
    expect(answer()).toBeInstanceOf(Response);
    expect(answer().ok).toBe(true);
    expect(await answer().json()).toEqual([1]);
    expect(Buffer.from(await answer().arrayBuffer()).toString()).toBe('[1]');
    expect(await (await answer().blob()).text()).toBe('[1]');
    const read = answer();
    const copy = read.clone();
    expect([await read.text(), read.bodyUsed]).toEqual(['[1]', true]);
    await expect(read.text()).rejects.toThrow(TypeError);
    expect([copy.status, copy.headers.get('Vary'), await copy.text()]).toEqual([201, 'Origin', '[1]']);
  });
});
