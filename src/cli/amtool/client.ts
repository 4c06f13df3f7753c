import { BarographError } from '#lib/errors';
import { createHttpClient } from '#lib/http-client';
import type { HttpClientConfig } from '#lib/http-config';
import { type Address, checkAddress, noAnswer, notTheApi } from './address.ts';

/** An operation of the API v2: how errors name it, and which statuses have names of their own. */
interface Operation {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** As the API's description has it: `/silence/{silenceID}`. */
  readonly path: string;
  readonly name: string;
  readonly named: Readonly<Record<number, string>>;
}

const BAD_REQUEST = { 400: 'BadRequest', 500: 'InternalServerError' };

export const OPERATIONS = {
  getStatus: { method: 'GET', path: '/status', name: 'getStatus', named: {} },
  getAlerts: { method: 'GET', path: '/alerts', name: 'getAlerts', named: BAD_REQUEST },
  postAlerts: { method: 'POST', path: '/alerts', name: 'postAlerts', named: BAD_REQUEST },
  getSilences: { method: 'GET', path: '/silences', name: 'getSilences', named: BAD_REQUEST },
  postSilences: {
    method: 'POST',
    path: '/silences',
    name: 'postSilences',
    named: { 400: 'BadRequest', 404: 'NotFound' },
  },
  getSilence: { method: 'GET', path: '/silence/{silenceID}', name: 'getSilence', named: { 404: 'NotFound' } },
  deleteSilence: { method: 'DELETE', path: '/silence/{silenceID}', name: 'deleteSilence', named: { 404: 'NotFound' } },
} as const satisfies Readonly<Record<string, Operation>>;

export interface AmtoolRequest {
  readonly operation: Operation;
  /** Fills `{silenceID}`. */
  readonly id?: string;
  readonly query?: URLSearchParams;
  readonly body?: unknown;
}

/** Talks to an Alertmanager. Rejects with a message in amtool's form unless the answer is 2xx. */
export interface AmtoolClient {
  /** The JSON of the answer; null for an empty one. */
  ask<T>(request: AmtoolRequest): Promise<T>;
  close(): Promise<void>;
}

export interface AmtoolClientOptions {
  readonly address: Address;
  /** Longest time for a request. */
  readonly timeout: number;
  readonly http: HttpClientConfig;
}

/** Throws when the address cannot be one. */
export function createAmtoolClient({ address, timeout, http: config }: AmtoolClientOptions): AmtoolClient {
  checkAddress(address);
  const http = createHttpClient(config, { env: process.env });
  const { url } = address;
  return {
    async ask<T>({ operation, id = '', query, body }: AmtoolRequest): Promise<T> {
      const { method, path } = operation;
      const search = query && query.size > 0 ? `?${query}` : '';
      const target = `${url.replace(/\/$/, '')}/api/v2${path.replace('{silenceID}', encodeURIComponent(id))}${search}`;
      const content = body === undefined ? {} : { body: JSON.stringify(body) };
      const headers = { accept: 'application/json', 'content-type': 'application/json' };
      const request = { method, url: target, headers, ...content, signal: AbortSignal.timeout(timeout) };
      const { status, body: bytes } = await http.request(request).catch((error: unknown) => {
        throw error instanceof BarographError ? noAnswer(address, error) : error;
      });
      const text = new TextDecoder().decode(bytes).trim();
      const wrongAddress = notTheApi(address, { status, text });
      if (wrongAddress !== null) throw wrongAddress;
      if (status < 200 || status > 299) throw failed(operation, status, text);
      return (text === '' ? null : JSON.parse(text)) as T;
    },
    close: () => http.close(),
  };
}

function failed({ method, path, name, named }: Operation, status: number, text: string): BarographError {
  const known = named[status];
  const message =
    known === undefined
      ? `[${method} ${path}] ${name} (status ${status}): ${text || '{}'}`
      : `[${method} ${path}][${status}] ${name}${known}${text === '' ? '' : ` ${text}`}`;
  const code = status === 404 ? 'amtool-not-found' : 'amtool-refused';
  return new BarographError(message, { kind: 'unavailable', code });
}
