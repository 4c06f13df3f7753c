import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Clock } from './clock.ts';
import type { Gate } from './http-server.ts';
import type { PasswordCheck } from './password-check.ts';
import { TokenBucket } from './token-bucket.ts';
import type { RateLimit, WebConfig } from './web-config.ts';

export interface WebGateOptions {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly passwords: Pick<PasswordCheck, 'check'>;
  /** What this server shows itself instead of a password. */
  readonly ownToken: string;
}

type Protection = Pick<WebConfig, 'headers' | 'users' | 'rateLimit'>;

/** A token that nobody guesses. */
export function newToken(): string {
  return randomBytes(32).toString('hex');
}

/** Lets in who may come in, as a web configuration says that can be replaced; every answer has its headers. */
export class WebGate {
  private readonly options: WebGateOptions;
  private protection: Protection = { headers: {}, users: new Map(), rateLimit: null };
  private headers: ReadonlyMap<string, string> = new Map();
  private bucket: TokenBucket | null = null;

  constructor(options: WebGateOptions) {
    this.options = options;
  }

  use(next: Protection): void {
    if (!sameLimit(next.rateLimit, this.protection.rateLimit)) {
      this.bucket = next.rateLimit && new TokenBucket(this.options.clock, next.rateLimit);
    }
    this.protection = next;
    this.headers = new Map(Object.entries(next.headers).map(([name, value]) => [name.toLowerCase(), value]));
  }

  readonly admit: Gate = (request, response) => {
    if (this.headers.size > 0) addHeaders(response, this.headers);
    const { authorization = '' } = request.headers;
    if (this.isOwn(authorization)) return true;
    if (this.bucket !== null && !this.bucket.take()) return refuse(response, 429, 'Too Many Requests');
    const { users } = this.protection;
    if (users.size === 0) return true;
    const login = basicLogin(authorization);
    if (login === null) return unauthorized(response);
    const verdict = this.options.passwords.check(users, login.user, login.password);
    return typeof verdict === 'string' ? admitted(verdict, response) : verdict.then((one) => admitted(one, response));
  };

  private isOwn(authorization: string): boolean {
    const own = Buffer.from(`Bearer ${this.options.ownToken}`);
    const given = Buffer.from(authorization);
    return given.length === own.length && timingSafeEqual(given, own);
  }
}

function admitted(verdict: 'right' | 'wrong' | 'busy', response: ServerResponse): boolean {
  if (verdict === 'right') return true;
  if (verdict === 'wrong') return unauthorized(response);
  response.setHeader('Retry-After', '1');
  return refuse(response, 503, 'Service Unavailable: too many passwords are being checked');
}

function unauthorized(response: ServerResponse): false {
  response.setHeader('WWW-Authenticate', 'Basic');
  return refuse(response, 401, 'Unauthorized');
}

function refuse(response: ServerResponse, status: number, text: string): false {
  const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' };
  response.writeHead(status, headers).end(`${text}\n`);
  return false;
}

/** Name and password as Go reads them; null: there are none. */
function basicLogin(authorization: string): { readonly user: string; readonly password: string } | null {
  const encoded = /^basic ([A-Za-z0-9+/]+={0,2})$/i.exec(authorization)?.[1];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString();
  const colon = text.indexOf(':');
  return colon < 0 ? null : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** Also where the answer has headers of these names: whoever configured them knows better. */
function addHeaders(response: ServerResponse, headers: ReadonlyMap<string, string>): void {
  for (const [name, value] of headers) response.setHeader(name, value);
  const write = response.writeHead.bind(response) as (
    status: number,
    given?: Record<string, unknown>,
  ) => ServerResponse;
  response.writeHead = ((status: number, given: Record<string, unknown> = {}) => {
    const others = Object.entries(given).filter(([name]) => !headers.has(name.toLowerCase()));
    return write(status, Object.fromEntries(others));
  }) as ServerResponse['writeHead'];
}

function sameLimit(a: RateLimit | null, b: RateLimit | null): boolean {
  return a?.interval === b?.interval && a?.burst === b?.burst;
}
