import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ShortWay } from '../http-exchange.ts';
import { LentConnection } from './lent-connection.ts';
import { QuickConnection } from './quick-connection.ts';

/** The connections of a server that were not handed over to it. */
export interface QuickConnections {
  /** Ends those that wait for a request, and the others behind the answer that is due. */
  closeIdle(): void;
  /** Ends all at once. */
  closeAll(): void;
}

/** Takes the connections of a server, and asks it what the short way does not answer. */
export function answerQuickly(server: Server, short: ShortWay): QuickConnections {
  const connections = new Set<QuickConnection>();
  const own = server.listeners('connection');
  const give = (connection: Socket | LentConnection) => {
    for (const take of own) take.call(server, connection);
  };
  const options = {
    short,
    patience: server.keepAliveTimeout,
    lend: give,
    handOver: give,
    onEnd: (connection: QuickConnection) => void connections.delete(connection),
  };
  server.removeAllListeners('connection');
  server.on('connection', (socket) => void connections.add(new QuickConnection(socket, options)));
  server.on('request', giveBackAfter);
  return {
    closeIdle: () => {
      for (const connection of connections) connection.end();
    },
    closeAll: () => {
      for (const connection of connections) connection.cut();
    },
  };
}

function giveBackAfter({ socket }: IncomingMessage, response: ServerResponse): void {
  if (socket instanceof LentConnection) response.once('finish', () => socket.giveBack());
}
