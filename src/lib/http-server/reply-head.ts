import { STATUS_CODES } from 'node:http';
import { lengthOf, type WholeReply } from '../http-exchange.ts';

/** Has no body and says nothing of its length. */
const NO_CONTENT = 204;

/** A reply's headers with the length of its body. */
export function sentHeaders(reply: WholeReply): Readonly<Record<string, string | number>> {
  const { status, headers } = reply;
  return status === NO_CONTENT ? headers : { ...headers, 'content-length': lengthOf(reply) };
}

/**
 * Status line and headers as Node's own server writes them, to the empty line. `keptFor` is for how many seconds the
 * connection waits for another request; null: it is closed.
 */
export function replyHead(reply: WholeReply, keptFor: number | null): string {
  const { status } = reply;
  let text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'unknown'}\r\n`;
  const headers = sentHeaders(reply);
  for (const name in headers) if (name !== 'connection') text += `${name}: ${headers[name]}\r\n`;
  const connection = keptFor === null ? 'close' : `keep-alive\r\nKeep-Alive: timeout=${keptFor}`;
  return `${text}Date: ${new Date().toUTCString()}\r\nConnection: ${connection}\r\n\r\n`;
}
