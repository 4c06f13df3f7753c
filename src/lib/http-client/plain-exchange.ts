import { type Exchange, requestHeaders } from './exchange.ts';
import { connectionLost } from './failure.ts';
import { GatheredAnswers } from './gathered-answers.ts';
import { type Place, PlainConnection, type PlainRequest } from './plain-connection.ts';
import type { WholeAnswer } from './whole-exchange.ts';

/** What is sent, and where: made once for requests that are sent again and again. */
export interface PlainWay {
  /** Requests with the same key may share connections. */
  readonly key: string;
  readonly place: Place;
  /** Request line and headers. */
  readonly head: string;
}

/** How one request is sent. */
export interface PlainSettings {
  /** Gives the request up; it then rejects with the reason. */
  readonly signal: AbortSignal;
  /** In ms; the request rejects with a TimeoutError then. Absent: the signal is the only end. */
  readonly timeout?: number;
  /** The longest body taken, not decompressed. */
  readonly limit: number;
}

/** The way of a GET; null: it cannot be sent like this. */
export function plainWay(step: Exchange, unixSocket: string | undefined): PlainWay | null {
  if (!isPlain(step)) return null;
  const { url } = step;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const place =
    unixSocket === undefined ? { host, port: url.port === '' ? 80 : Number(url.port) } : { path: unixSocket };
  return { key: unixSocket ?? url.host, place, head: headOf(step) };
}

const RESERVED: ReadonlySet<string> = new Set(['host', 'connection', 'content-length', 'transfer-encoding']);

function isPlain({ url, method, headers, secrets }: Exchange): boolean {
  const isName = (name: string) => /^[\w-]+$/.test(name) && !RESERVED.has(name);
  const isValue = (value: string) => /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
  return (
    url.protocol === 'http:' &&
    method === 'GET' &&
    Object.entries(headers).every(([name, value]) => isName(name) && isValue(value)) &&
    Object.entries(secrets).every(([name, values]) => isName(name) && values.every(isValue))
  );
}

/** Those of all exchanges of this thread. */
const gathered = new GatheredAnswers();

/**
 * GETs over HTTP/1.1 without TLS, on kept connections, with as little work as it takes: scraping does little else. Answers
 * that are anything else than plain reject with `UnusualAnswer`.
 */
export class PlainExchanges {
  /** By place: connections that wait for a request, the last one used at the end. */
  private readonly idle = new Map<string, PlainConnection[]>();
  private readonly underWay = new WeakMap<AbortSignal, Set<PlainConnection>>();
  private isClosing = false;

  /**
   * Sends a request and gives what `take` made of the answer, whose body is only good while it runs. A kept connection that
   * turns out to be closed is replaced by a new one.
   */
  send<T>(way: PlainWay, settings: PlainSettings, take: (answer: WholeAnswer) => T | Promise<T>): Promise<T> {
    const { signal, timeout, limit } = settings;
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      let connection = this.idle.get(way.key)?.pop() ?? this.connect(way);
      const underWay = this.underWayOf(signal);
      underWay.add(connection);
      const timer = timeout === undefined ? undefined : setTimeout(() => connection.close(timedOut()), timeout);
      const ended = () => {
        clearTimeout(timer);
        underWay.delete(connection);
      };
      const hear = (answer: WholeAnswer) => {
        try {
          resolve(take(answer));
        } catch (error) {
          reject(error);
        }
      };
      const request: PlainRequest = {
        head: way.head,
        limit,
        done: (answer) => {
          ended();
          gathered.take(answer, hear);
          if (connection.isOpen) this.keep(way.key, connection);
        },
        failed: (error) => {
          if (connection.isUsed && connectionLost(error)) {
            underWay.delete(connection);
            connection = this.connect(way);
            underWay.add(connection);
            connection.send(request);
            return;
          }
          ended();
          gathered.miss();
          reject(error);
        },
      };
      gathered.expect();
      connection.send(request);
    });
  }

  /** Lets open requests end and closes the connections. */
  close(): void {
    this.isClosing = true;
    for (const connections of this.idle.values()) for (const connection of connections) connection.close();
    this.idle.clear();
  }

  /** The connections that the signal gives up. It is listened to once: targets have one signal for all their scrapes. */
  private underWayOf(signal: AbortSignal): Set<PlainConnection> {
    const known = this.underWay.get(signal);
    if (known !== undefined) return known;
    const connections = new Set<PlainConnection>();
    this.underWay.set(signal, connections);
    const giveUp = () => {
      for (const connection of connections) connection.close(signal.reason);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    return connections;
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

  private connect({ key, place }: PlainWay): PlainConnection {
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

/** The reason of a request that took too long. */
export function timedOut(): Error {
  return new DOMException('the request took too long', 'TimeoutError');
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
