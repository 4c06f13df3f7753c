import { isUsualHost } from '../http-message.ts';

/** The head of a request that says everything once and in the usual form. */
export interface RequestHead {
  readonly method: string;
  readonly target: string;
  /** By name in lower case, without spaces around the values. */
  readonly headers: ReadonlyMap<string, string>;
  /** Of the body, which follows. */
  readonly bodyLength: number;
  /** Whether another request may come over the connection. */
  readonly isKept: boolean;
}

/** No part of it can begin at a character where the one before could end: it takes as long as the text is. */
const HEAD = /^(GET|POST) (\/[!"$-~]*) HTTP\/1\.1\r\n((?:[A-Za-z0-9-]+:[ -~]*\r\n)+)\r\n$/;
/** What asks for more than an answer behind the request. */
const ASKING_MORE = ['transfer-encoding', 'expect', 'upgrade', 'trailer', 'te'] as const;
const LENGTH = /^\d{1,9}$/;

/** Clients say the same in each request of a connection but for the first line: what it was is remembered. */
export class RequestHeads {
  private fields = '';
  private headers: ReadonlyMap<string, string> | null = null;

  /** Reads a head with the empty line at its end; null for one that is not as usual. */
  read(text: string): RequestHead | null {
    const [, method, target, fields] = HEAD.exec(text) ?? [];
    if (method === undefined || target === undefined || fields === undefined) return null;
    if (fields !== this.fields) {
      this.headers = usualHeaders(fields);
      this.fields = fields;
    }
    return this.headers && headOf(method, target, this.headers);
  }
}

/** The headers by name; null when one comes twice, or asks for what is not usual. */
function usualHeaders(fields: string): ReadonlyMap<string, string> | null {
  const headers = new Map<string, string>();
  for (const line of fields.slice(0, -2).split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (headers.has(name)) return null;
    headers.set(name, line.slice(colon + 1).trim());
  }
  const isUsual = isUsualHost(headers.get('host')) && !ASKING_MORE.some((name) => headers.has(name));
  return isUsual ? headers : null;
}

function headOf(method: string, target: string, headers: ReadonlyMap<string, string>): RequestHead | null {
  const connection = headers.get('connection')?.toLowerCase() ?? 'keep-alive';
  const length = headers.get('content-length') ?? '0';
  if ((connection !== 'keep-alive' && connection !== 'close') || !LENGTH.test(length)) return null;
  return { method, target, headers, bodyLength: Number(length), isKept: connection === 'keep-alive' };
}
