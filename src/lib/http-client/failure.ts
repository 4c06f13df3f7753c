import { BarographError, errorMessage } from '../errors.ts';
import { readUrl } from '../read-url.ts';
import { shownUrl } from '../shown-url.ts';

interface Failed {
  readonly method?: string;
  readonly url: string;
  readonly unixSocket?: string;
  readonly signal: Pick<AbortSignal, 'aborted' | 'reason'>;
}

interface SystemError extends Error {
  readonly code?: string;
  readonly address?: string;
  readonly port?: number;
  readonly reason?: string;
  readonly errors?: readonly unknown[];
}

interface Described {
  readonly code: string;
  readonly message: string;
}

const LOST: ReadonlySet<string> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/** Whether the other side closed the connection before its answer began. */
export function connectionLost(error: unknown): boolean {
  return error instanceof Error && LOST.has((error as SystemError).code ?? '');
}

/** Whatever went wrong, as one `unavailable` error in plain words: `Get "URL": what happened`. */
export function describeFailure(error: unknown, request: Failed): BarographError {
  const { code, message } = request.signal.aborted ? abortedBecause(request.signal.reason) : describe(error, request);
  const verb = request.method ?? 'GET';
  const place = `${verb[0]}${verb.slice(1).toLowerCase()} ${JSON.stringify(shownUrl(request.url))}`;
  // Not having reached the target is told with its URL; an answer that cannot be used is told by itself, as Go does.
  const bare = code === 'body-too-large' || code === 'bad-answer';
  return new BarographError(bare ? message : `${place}: ${message}`, { kind: 'unavailable', code, cause: error });
}

function abortedBecause(reason: unknown): Described {
  const deadline = reason instanceof Error && reason.name === 'TimeoutError';
  return deadline
    ? { code: 'timeout', message: 'context deadline exceeded' }
    : { code: 'canceled', message: 'context canceled' };
}

function describe(error: unknown, request: Failed): Described {
  if (error instanceof BarographError) {
    return { code: error.code === 'bad-gzip' ? 'bad-answer' : error.code, message: error.message };
  }
  if (!(error instanceof Error)) return { code: 'connection', message: errorMessage(error) };
  const inner = innermost(error);
  const peer = request.unixSocket ?? peerOf(inner, request.url);
  const tls = tlsMessage(inner);
  if (tls !== null) return { code: 'tls', message: tls };
  if (inner.name === 'HTTPParserError') {
    return { code: 'connection', message: `malformed HTTP response: ${peer} does not answer with HTTP` };
  }
  return { code: 'connection', message: connectionMessage(inner, peer) };
}

// With several addresses each has its own error: the first says enough.
function innermost(error: SystemError): SystemError {
  const first = error.errors?.[0];
  return first instanceof Error ? innermost(first) : error;
}

const MESSAGES: Readonly<Record<string, (peer: string) => string>> = {
  ECONNREFUSED: (peer) => `connection refused by ${peer}`,
  ECONNRESET: (peer) => `connection reset by ${peer}`,
  EPIPE: (peer) => `connection reset by ${peer}`,
  UND_ERR_SOCKET: (peer) => `EOF: ${peer} closed the connection without an answer`,
  ETIMEDOUT: (peer) => `connection to ${peer} timed out`,
  UND_ERR_CONNECT_TIMEOUT: (peer) => `connection to ${peer} timed out`,
  EHOSTUNREACH: (peer) => `no route to host ${peer}`,
  ENETUNREACH: (peer) => `network is unreachable: ${peer}`,
  ENOTFOUND: (peer) => `lookup ${hostOf(peer)}: no such host`,
  EAI_AGAIN: (peer) => `lookup ${hostOf(peer)}: the name server does not answer`,
  EACCES: (peer) => `permission denied: ${peer}`,
  ENOENT: (peer) => `no such file: ${peer}`,
};

function connectionMessage(error: SystemError, peer: string): string {
  return MESSAGES[error.code ?? '']?.(peer) ?? error.message;
}

const UNKNOWN_AUTHORITY: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

function tlsMessage({ code = '', message, reason }: SystemError): string | null {
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER') return 'http: server gave HTTP response to HTTPS client';
  if (UNKNOWN_AUTHORITY.has(code)) return unverified('certificate signed by unknown authority');
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return unverified('certificate has expired or is not yet valid');
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return unverified(`certificate is for another name: ${reason ?? message}`);
  return code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || code.startsWith('ERR_OSSL_')
    ? `tls: ${message}`
    : null;
}

function unverified(reason: string): string {
  return `tls: failed to verify certificate: x509: ${reason}`;
}

function peerOf({ address, port }: SystemError, url: string): string {
  if (address !== undefined && port !== undefined)
    return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  return readUrl(url)?.host ?? url;
}

function hostOf(peer: string): string {
  return peer.replace(/:\d+$/, '');
}
