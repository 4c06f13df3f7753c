import { type Exchange, requestHeaders } from './exchange.ts';
import { connectionLost } from './failure.ts';
import { type Place, PlainConnection, type PlainRequest } from './plain-connection.ts';
import type { WholeAnswer } from './whole-exchange.ts';

/** How one request is sent. */
export interface PlainSettings {
  readonly unixSocket?: string | undefined;
  readonly signal: AbortSignal;
  readonly limit: number;
}

/**
 * GETs over HTTP/1.1 without TLS, on kept connections, with as little work as it takes: scraping does little else. Answers
 * that are anything else than plain reject with `UnusualAnswer`.
 */
export class PlainExchanges {
  /** By place: connections that wait for a request, the last one used at the end. */
  private readonly idle = new Map<string, PlainConnection[]>();
  private isClosing = false;

  /** Whether a request can be sent this way at all. */
  takes({ url, method, headers, secrets }: Exchange): boolean {
    const isPlain = (name: string) => /^[\w-]+$/.test(name) && name !== 'host' && name !== 'connection';
    const isSendable = (value: string) => /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
    return (
      url.protocol === 'http:' &&
      method === 'GET' &&
      Object.entries(headers).every(([name, value]) => isPlain(name) && isSendable(value)) &&
      Object.entries(secrets).every(([name, values]) => isPlain(name) && values.every(isSendable))
    );
  }

  /**
   * Sends a request and gives what `take` made of the answer, whose body is only good while it runs. A kept connection that
   * turns out to be closed is replaced by a new one.
   */
  send<T>(step: Exchange, settings: PlainSettings, take: (answer: WholeAnswer) => T | Promise<T>): Promise<T> {
    const { signal, unixSocket, limit } = settings;
    const key = unixSocket ?? step.url.host;
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      let connection: PlainConnection;
      const giveUp = () => connection.close(signal.reason);
      const ended = () => signal.removeEventListener('abort', giveUp);
      const request: PlainRequest = {
        head: headOf(step),
        limit,
        done: (answer) => {
          ended();
          try {
            resolve(take(answer));
          } catch (error) {
            reject(error);
          }
          if (connection.isOpen) this.keep(key, connection);
        },
        failed: (error) => {
          if (connection.isUsed && !signal.aborted && connectionLost(error)) {
            connection = this.connect(key, placeOf(step.url, unixSocket));
            connection.send(request);
            return;
          }
          ended();
          reject(error);
        },
      };
      signal.addEventListener('abort', giveUp);
      connection = this.idle.get(key)?.pop() ?? this.connect(key, placeOf(step.url, unixSocket));
      connection.send(request);
    });
  }

  /** Lets open requests end and closes the connections. */
  close(): void {
    this.isClosing = true;
    for (const connections of this.idle.values()) for (const connection of connections) connection.close();
    this.idle.clear();
  }

  private keep(key: string, connection: PlainConnection): void {
    if (this.isClosing) {
      connection.close();
      return;
    }
    const connections = this.idle.get(key);
    if (connections === undefined) this.idle.set(key, [connection]);
    else connections.push(connection);
  }

  private connect(key: string, place: Place): PlainConnection {
    const connection: PlainConnection = new PlainConnection(place, () => this.forget(key, connection));
    return connection;
  }

  private forget(key: string, connection: PlainConnection): void {
    const connections = this.idle.get(key);
    const at = connections?.indexOf(connection) ?? -1;
    if (at < 0) return;
    connections!.splice(at, 1);
    if (connections!.length === 0) this.idle.delete(key);
  }
}

function placeOf({ hostname, port }: URL, unixSocket: string | undefined): Place {
  if (unixSocket !== undefined) return { path: unixSocket };
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? 80 : Number(port) };
}

function headOf(step: Exchange): string {
  const { url } = step;
  let head = `GET ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\nconnection: keep-alive\r\n`;
  for (const [name, value] of Object.entries(requestHeaders(step))) {
    if (typeof value === 'string') head += `${name}: ${value}\r\n`;
    else for (const one of value) head += `${name}: ${one}\r\n`;
  }
  return `${head}\r\n`;
}
