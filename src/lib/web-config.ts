import { readFileSync } from 'node:fs';
import type { Millis } from './duration.ts';
import { BarographError, errorMessage } from './errors.ts';
import { checked, defaulted, mapOfValues, type ObjectOf, type ObjectSchema, object, optional } from './schema.ts';
import { type Decoded, type Decoding, decodeText, emptyDocument, INVALID, type Report } from './schema-decode.ts';
import { bool, goDuration, int, oneOf, secret, string } from './schema-scalars.ts';
import type { ServerTls } from './server-tls.ts';
import { readTls, tlsFiles, tlsServerSchema } from './web-config/tls.ts';

/** A token bucket: so many requests at once, and one more per interval. */
export interface RateLimit {
  readonly interval: Millis;
  readonly burst: number;
}

/** What protects a server, from the file of --web.config.file. */
export interface WebConfig {
  /** Null: plain HTTP. */
  readonly tls: ServerTls | null;
  /** Headers of every answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** Hashes (bcrypt) of passwords by user; none: everybody may come in. */
  readonly users: ReadonlyMap<string, string>;
  /** Null: any number of requests. */
  readonly rateLimit: RateLimit | null;
  /** The files of the server's certificate and key, where both are in files. */
  readonly certificateFiles: { readonly certFile: string; readonly keyFile: string } | null;
  /** All that was read: when one of these changes, so may this. */
  readonly files: readonly string[];
}

const HASH = /^\$2[aby]?\$(?:0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/;
const VALUE = /^[\t\x20-\x7e]*$/;

const headerText = checked(
  string(),
  (text) => (VALUE.test(text) ? undefined : 'there are letters that a header cannot hold'),
  'write ASCII in one line',
);
const headerFields = {
  contentSecurityPolicy: optional(headerText, { key: 'Content-Security-Policy' }),
  xFrameOptions: optional(oneOf(['deny', 'sameorigin']), { key: 'X-Frame-Options' }),
  xContentTypeOptions: optional(oneOf(['nosniff']), { key: 'X-Content-Type-Options' }),
  xXssProtection: optional(headerText, { key: 'X-XSS-Protection' }),
  strictTransportSecurity: optional(headerText, { key: 'Strict-Transport-Security' }),
};
interface HeaderConfig extends ObjectOf<typeof headerFields> {}
const headerSchema: ObjectSchema<HeaderConfig> = object('web.Headers', headerFields);

const httpFields = { http2: defaulted(bool(), true), headers: optional(headerSchema) };
interface HttpServerConfig extends ObjectOf<typeof httpFields> {}
const httpSchema: ObjectSchema<HttpServerConfig> = object('web.HTTPConfig', httpFields);

const rateFields = { burst: optional(int()), interval: optional(goDuration()) };
interface RateLimitConfig extends ObjectOf<typeof rateFields> {}
const rateSchema: ObjectSchema<RateLimitConfig> = object('web.RateLimiterConfig', rateFields, { check: checkRate });

const passwordHash = checked(
  secret(),
  (hash) => (HASH.test(hash.reveal()) ? undefined : 'this is no password hashed with bcrypt'),
  'make one: htpasswd -nBC 10 "" | tr -d ":\\n"',
);

const fields = {
  tlsServerConfig: optional(tlsServerSchema),
  httpServerConfig: optional(httpSchema),
  rateLimit: optional(rateSchema),
  basicAuthUsers: optional(mapOfValues(passwordHash)),
};
interface WebConfigFile extends ObjectOf<typeof fields> {}
const schema: ObjectSchema<WebConfigFile> = object('web.Config', fields, { check: checkUsers });

/** Reads the file and those that it names. Never throws for bad input. */
export function readWebConfig(file: string): Decoded<WebConfig> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return {
      value: undefined,
      problems: [{ at: { file, line: 1, column: 1 }, path: '', message: errorMessage(error) }],
    };
  }
  return decodeText(text, { file }, (document, decoding) => {
    const config = schema.decode(document ?? emptyDocument(file), decoding);
    return config === INVALID ? INVALID : webConfig(file, config, decoding);
  });
}

function webConfig(file: string, config: WebConfigFile, decoding: Decoding): WebConfig {
  const { tlsServerConfig: tls, httpServerConfig: http, rateLimit, basicAuthUsers } = config;
  const isSound = decoding.problems.length === 0;
  const hashes = Object.entries(basicAuthUsers ?? {}).map(([user, hash]) => [user, hash.reveal()] as const);
  return {
    tls: tls !== undefined && isSound ? readTls(tls, decoding.reportOn(tls)) : null,
    certificateFiles: tls?.certFile && tls.keyFile ? { certFile: tls.certFile, keyFile: tls.keyFile } : null,
    headers: headersOf(http?.headers),
    users: new Map(hashes),
    rateLimit: rateLimit?.interval ? { interval: rateLimit.interval, burst: rateLimit.burst! } : null,
    files: [file, ...(tls === undefined ? [] : tlsFiles(tls))],
  };
}

function headersOf(config: HeaderConfig | undefined): Record<string, string> {
  if (config === undefined) return {};
  return Object.fromEntries(
    Object.entries(headerFields).flatMap(([property, { options }]) => {
      const value = config[property as keyof HeaderConfig];
      return value === undefined || value === '' ? [] : [[options.key!, value]];
    }),
  );
}

function checkRate({ burst, interval }: RateLimitConfig, report: Report): void {
  if (interval === undefined && burst !== undefined)
    report(
      'interval is missing: nothing would be limited',
      [],
      'add interval: 1s, or 0s to say that nothing is limited',
    );
  if (interval === undefined || interval === 0) return;
  if (interval < 0) report('the interval must not be negative', 'interval', '0s: nothing is limited');
  else if (burst === undefined || burst < 1)
    report('burst must be at least 1: no request would be answered', burst === undefined ? [] : 'burst');
}

function checkUsers({ basicAuthUsers }: WebConfigFile, report: Report): void {
  for (const user of Object.keys(basicAuthUsers ?? {}))
    if (user.includes(':'))
      report('a user name must not hold a colon: browsers end it there', ['basic_auth_users', user]);
}

/** A server cannot change from one to the other while it runs: connections would not know what to speak. */
export function needsRestart(before: WebConfig, next: WebConfig): string | null {
  if ((before.tls === null) !== (next.tls === null)) return `TLS is switched ${next.tls === null ? 'off' : 'on'}`;
  if (before.tls === null || next.tls === null) return null;
  const asks = ({ clientAuth }: ServerTls) => clientAuth !== 'NoClientCert';
  if (asks(before.tls) === asks(next.tls)) return null;
  return `clients are ${asks(next.tls) ? 'now' : 'no longer'} asked for certificates`;
}

/** As an error, for whoever cannot go on with a file that has mistakes. */
export function badWebConfig(file: string, message: string): BarographError {
  return new BarographError(message, { kind: 'bad-config', code: 'invalid-config', hint: `correct ${file}` });
}
