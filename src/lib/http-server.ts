import type { IncomingMessage, Server } from 'node:http';
import { createServer, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { getRequestListener } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { ConnectionLimit } from './connection-limit.ts';
import { BarographError } from './errors.ts';
import { lengthOf, type Peer, type PlainHandler, type ShortWay, type WholeReply } from './http-exchange.ts';
import { isUsual, MessageRequest, pathOf, peerOf } from './http-message.ts';
import type { ListenAddress } from './listen-address.ts';
import { releaseMemory } from './release-memory.ts';
import { admitsClient, clientAuthOf, type ServerTls, secureContextOptions } from './server-tls.ts';
import { replyOf, WholeResponse } from './whole-response.ts';

/** Answers one request. The request's signal aborts when its client goes away. */
export type FetchHandler = (request: Request, peer: Peer) => Response | Promise<Response>;

/** A server that listens. */
export interface HttpServer {
  /** The real port, also when 0 was asked for. */
  readonly port: number;
  /** Takes other certificates for new connections; only of a server that was started with some. */
  renewTls(tls: ServerTls): void;
  /** Stops accepting, lets open requests finish for `graceMs`, then cuts them. */
  close(graceMs: number): Promise<void>;
}

/**
 * Sees each request before it is answered, and may set headers of the answer. False: it has answered itself, and nothing else
 * does. Never rejects.
 */
export type Gate = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

export interface ListenOptions {
  /** Named when the address cannot be had. */
  readonly flag?: string;
  /** HTTPS instead of HTTP. */
  readonly tls?: ServerTls | undefined;
  /** Answers some requests without the handler. */
  readonly short?: ShortWay;
  /** Who may come in; without one, everybody. */
  readonly gate?: Gate | undefined;
  /** Most connections at a time: further ones wait. Several servers may share it. */
  readonly limit?: ConnectionLimit | undefined;
  /** Longest time until a request has come in, in ms; 0: any. */
  readonly readTimeout?: number;
}

const READ_TIMEOUT = 300_000;
/** Of the time for a request, headers alone may take this much. */
const HEADERS_TIMEOUT = 60_000;
/** How often late requests are looked for. */
const LOOK_EVERY = 30_000;

// Node's 16 KiB are less than a shared link may hold (labels and rules, long queries); Go takes 1 MiB.
const MAX_HEADER_BYTES = 128 * 1024;

/** Listens. Rejects with a message that says what to change when the address is taken or not ours. */
export function listen(
  address: ListenAddress,
  handler: FetchHandler,
  options: ListenOptions = {},
): Promise<HttpServer> {
  const { flag = 'web.listen-address', tls, short = () => null, gate, limit } = options;
  const answer = getRequestListener(
    async (request, { incoming, outgoing }) => {
      const response = await handler(request, peerOf(incoming.socket));
      if (!(response instanceof WholeResponse)) return response;
      send(replyOf(response), outgoing as ServerResponse);
      return RESPONSE_ALREADY_SENT;
    },
    { overrideGlobalObjects: false },
  );
  const onAdmitted = (request: IncomingMessage, response: ServerResponse) => {
    const run = short(request.method ?? '', pathOf(request));
    if (run !== null && isUsual(request)) void answerShort(run, request, response);
    else void answer(request, response);
  };
  const onRequest = gate === undefined ? onAdmitted : behind(gate, onAdmitted);
  const secure = tls && new SecureDoor(tls);
  const basis = { maxHeaderSize: MAX_HEADER_BYTES, ...timeouts(options.readTimeout ?? READ_TIMEOUT) };
  const server = secure ? secure.server(basis, onRequest) : createServer(basis, onRequest);
  limit?.guard(server);
  // Longer than the usual load balancer's idle time, so that it is never us who closes a connection in use.
  server.keepAliveTimeout = 75_000;
  return new Promise((resolve, reject) => {
    // Stays: later errors are of single connections, of which none must end the process.
    server.on('error', (error: NodeJS.ErrnoException) => reject(listenError(address, flag, error)));
    server.listen({ port: address.port, ...(address.host === '' ? {} : { host: address.host }) }, () => {
      resolve({
        port: (server.address() as AddressInfo).port,
        renewTls: (next) => secure!.renew(next),
        close: (graceMs) => {
          limit?.end(server);
          return close(server, graceMs);
        },
      });
    });
  });
}

function timeouts(readTimeout: number) {
  if (readTimeout === READ_TIMEOUT) return {};
  return {
    requestTimeout: readTimeout,
    headersTimeout: readTimeout === 0 ? HEADERS_TIMEOUT : Math.min(HEADERS_TIMEOUT, readTimeout),
    connectionsCheckingInterval: readTimeout === 0 ? LOOK_EVERY : Math.min(LOOK_EVERY, Math.ceil(readTimeout / 4)),
  };
}

function behind(gate: Gate, onAdmitted: (request: IncomingMessage, response: ServerResponse) => void) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const admitted = gate(request, response);
    if (admitted === true) onAdmitted(request, response);
    else if (admitted !== false)
      void admitted.then((isAdmitted) => {
        if (isAdmitted && !response.destroyed) onAdmitted(request, response);
      });
  };
}

/** Who is let in over TLS. */
class SecureDoor {
  private tls: ServerTls;
  private opened: SecureServer | null = null;

  constructor(tls: ServerTls) {
    this.tls = tls;
  }

  server(basis: object, onRequest: (request: IncomingMessage, response: ServerResponse) => void): SecureServer {
    const asks = clientAuthOf(this.tls) !== 'NoClientCert';
    // Node's own check knows two kinds of clients only: it is done here, before the connection belongs to HTTP.
    const clients = { requestCert: asks, rejectUnauthorized: false };
    this.opened = createSecureServer({ ...basis, ...secureContextOptions(this.tls), ...clients }, onRequest);
    this.guard(this.opened);
    return this.opened;
  }

  /** Who is not admitted never comes to HTTP, whatever it has sent by then. */
  private guard(server: SecureServer): void {
    const listeners = server.listeners('secureConnection') as ((socket: TLSSocket) => void)[];
    server.removeAllListeners('secureConnection');
    server.on('secureConnection', (socket) => {
      if (admitsClient(this.tls, socket)) for (const listener of listeners) listener.call(server, socket);
      else socket.destroy();
    });
  }

  renew(next: ServerTls): void {
    this.opened!.setSecureContext(secureContextOptions(next));
    this.tls = next;
  }
}

async function answerShort(run: PlainHandler, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  try {
    send(await run(new MessageRequest(incoming, outgoing)), outgoing);
  } catch {
    // As for a handler that rejects.
    if (outgoing.headersSent) outgoing.destroy();
    else send(NO_ANSWER, outgoing);
  }
}

const NO_ANSWER: WholeReply = { status: 500, headers: {}, pieces: [], owned: null };
const NO_CONTENT = 204;

/** A body up to here goes with the head, as one text: a write for each piece costs more than the copy. */
const SHORT_BYTES = 4096;

function send(reply: WholeReply, outgoing: ServerResponse): void {
  const { status, headers, pieces, owned } = reply;
  const length = lengthOf(reply);
  outgoing.writeHead(status, status === NO_CONTENT ? headers : { ...headers, 'content-length': length });
  if (length === 0) outgoing.end();
  else if (length <= SHORT_BYTES) outgoing.end(Buffer.concat(pieces, length).toString('latin1'), 'latin1');
  else sendPieces({ pieces, owned }, outgoing);
}

function sendPieces({ pieces, owned }: Pick<WholeReply, 'pieces' | 'owned'>, outgoing: ServerResponse): void {
  // All in one call of the system, until the end lets go.
  outgoing.cork();
  for (const piece of pieces) outgoing.write(piece);
  outgoing.end();
  // By then the system has all of it.
  if (owned !== null) outgoing.once('finish', () => releaseMemory(owned));
}

function close(server: Server | SecureServer, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program is listening there',
  EACCES: 'this user may not listen there',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'the host name is not known',
};

function listenError({ host, port }: ListenAddress, flag: string, error: NodeJS.ErrnoException): BarographError {
  const reason = REASONS[error.code ?? ''] ?? error.message;
  return new BarographError(`cannot listen on ${host || '*'}:${port}: ${reason}`, {
    kind: 'unavailable',
    code: 'cannot-listen',
    hint: `Choose another address with --${flag}, e.g. --${flag}=127.0.0.1:${port + 1}.`,
    cause: error,
  });
}
