import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { ConnectionLimit } from './connection-limit.ts';
import { type HttpServer, listen } from './http-server.ts';

const open: { stop(): unknown }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.stop();
});

async function serve(most: number): Promise<HttpServer> {
  const limit = new ConnectionLimit(most);
  const server = await listen({ host: '127.0.0.1', port: 0 }, ({ url }) => new Response(new URL(url).pathname), {
    limit,
  });
  open.push({ stop: () => server.close(0) });
  return server;
}

/** A client that keeps its connection. */
function client({ port }: HttpServer) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  open.push({ stop: () => agent.destroy() });
  const ask = async (path: string) => {
    const message = await new Promise<IncomingMessage>((resolve, reject) =>
      get({ host: '127.0.0.1', port, path, agent }, resolve).on('error', reject),
    );
    let body = '';
    for await (const chunk of message) body += chunk;
    return body;
  };
  return { ask, leave: () => agent.destroy() };
}

describe('a limit of connections', () => {
  it('lets further ones wait until one ends', async () => {
    const server = await serve(1);
    const [first, second] = [client(server), client(server)];
    expect(await first.ask('/1')).toBe('/1');
    const waits = second.ask('/2');
    expect(await Promise.race([waits, first.ask('/3')])).toBe('/3');
    first.leave();
    expect(await waits).toBe('/2');
  });

  it('closes those after them, and what waits when the server ends', async () => {
    const server = await serve(1);
    expect(await client(server).ask('/1')).toBe('/1');
    const waiting = connect(server.port, '127.0.0.1');
    await once(waiting, 'connect');
    await expect(client(server).ask('/3')).rejects.toThrow();
    const closed = once(waiting, 'close');
    open.length = 0;
    await server.close(0);
    await closed;
  });

  it('forgets who leaves while it waits', async () => {
    const server = await serve(2);
    const [first, second] = [client(server), client(server)];
    expect([await first.ask('/1'), await second.ask('/2')]).toEqual(['/1', '/2']);
    const left = connect(server.port, '127.0.0.1');
    await once(left, 'connect');
    left.destroy();
    const waits = client(server).ask('/3');
    first.leave();
    expect(await waits).toBe('/3');
  });
});
