import { request as ask, createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a proxy answers to who is not signed in (any more). */
export type Refusal = 'status 401' | 'redirect to a page of its own' | 'redirect to another site';

/** A proxy that wants people to be signed in, in front of a server. */
export interface LoginProxy {
  readonly url: string;
  expire(refusal: Refusal): void;
  signIn(): void;
  stop(): Promise<void>;
}

const LOGIN = '<!doctype html><title>Sign in</title><form>Name <input name="user"></form>';

export async function startLoginProxy(serverPort: number): Promise<LoginProxy> {
  let refusal: Refusal | null = null;
  const server = createServer((request, response) => {
    if (refusal !== null) refuse(response, request.url ?? '/', refusal);
    else {
      const { method, url: path, headers } = request;
      const onward = ask({ host: '127.0.0.1', port: serverPort, method, path, headers }, (answer) => {
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
      });
      onward.on('error', () => response.destroy());
      response.on('close', () => onward.destroy());
      request.pipe(onward);
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    expire: (how) => {
      refusal = how;
    },
    signIn: () => {
      refusal = null;
    },
    stop: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
}

function refuse(response: ServerResponse, path: string, refusal: Refusal): void {
  const page = { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' };
  if (path.startsWith('/login')) response.writeHead(200, page).end(LOGIN);
  else if (refusal === 'status 401') response.writeHead(401, page).end(LOGIN);
  else if (refusal === 'redirect to a page of its own') response.writeHead(302, { Location: '/login' }).end();
  // Nobody is there, and if somebody were, another site would not let this page read.
  else response.writeHead(302, { Location: 'http://127.0.0.1:1/login' }).end();
}
