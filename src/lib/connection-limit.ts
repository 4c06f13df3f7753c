import type { Server, Socket } from 'node:net';

type Take = (socket: Socket) => void;

/**
 * The connections of some servers, of which so many are served at a time. Further ones are accepted and wait, unread, until
 * one ends; as many may wait as are served, and those after them are closed at once.
 */
export class ConnectionLimit {
  private readonly most: number;
  private open = 0;
  private readonly waiting = new Map<Socket, { readonly server: Server; readonly take: Take }>();

  constructor(most: number) {
    this.most = most;
  }

  /** From now on, connections of this server count. Nothing may have connected yet. */
  guard(server: Server): void {
    const listeners = server.listeners('connection') as Take[];
    server.removeAllListeners('connection');
    const take: Take = (socket) => {
      for (const listener of listeners) listener.call(server, socket);
    };
    server.on('connection', (socket) => {
      if (this.open < this.most) this.serve(socket, take);
      else if (this.waiting.size < this.most) this.keep(socket, server, take);
      else socket.destroy();
    });
  }

  /** Closes what waits for this server. */
  end(server: Server): void {
    for (const [socket, waiting] of this.waiting) if (waiting.server === server) socket.destroy();
  }

  private serve(socket: Socket, take: Take): void {
    this.open++;
    socket.once('close', () => {
      this.open--;
      this.next();
    });
    take(socket);
  }

  private keep(socket: Socket, server: Server, take: Take): void {
    this.waiting.set(socket, { server, take });
    socket.once('close', () => this.waiting.delete(socket));
    // Nobody else listens yet: an error that nobody hears ends the process, and an end that nobody hears is none.
    socket.on('error', leave);
    socket.on('end', leave);
  }

  private next(): void {
    const [first] = this.waiting;
    if (first === undefined || this.open >= this.most) return;
    const [socket, { take }] = first;
    this.waiting.delete(socket);
    socket.removeListener('error', leave);
    socket.removeListener('end', leave);
    this.serve(socket, take);
  }
}

function leave(this: Socket): void {
  this.destroy();
}
