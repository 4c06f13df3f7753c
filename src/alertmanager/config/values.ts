import { httpClientConfigSchema } from '#lib/http-config';
import { converted, defaulted, optional, type Schema } from '#lib/schema';
import type { Report } from '#lib/schema-decode';
import { bool, string } from '#lib/schema-scalars';
import { splitUrl } from '#lib/schema-url';
import { Secret } from '#lib/secret';

/** `T` with some of its optional keys certain to be there. */
export type Filled<T, K extends keyof T> = Omit<T, K> & { readonly [P in K]-?: Exclude<T[P], undefined> };

/** A network address. An empty one has both parts empty. */
export interface HostPort {
  readonly host: string;
  readonly port: string;
}

/** `host:port`, IPv6 addresses in brackets; the empty text is the empty address. */
export function hostPort(): Schema<HostPort> {
  return converted(string(), {
    type: 'config.HostPort',
    decode: parseHostPort,
    encode: ({ host, port }) =>
      host === '' && port === '' ? '' : `${host.includes(':') ? `[${host}]` : host}:${port}`,
  });
}

/** `send_resolved` and `http_config`, which almost every integration has. */
export function notifierFields(sendResolved: boolean) {
  return {
    sendResolved: defaulted(bool(), sendResolved, { always: true }),
    httpConfig: optional(httpClientConfigSchema),
  };
}

/** A secret URL that may be a template; checked as a URL only when it is none. */
export function secretTemplateUrl(): Schema<Secret> {
  return converted(string(), {
    type: 'config.SecretTemplateURL',
    decode(text) {
      if (text !== '' && text !== '<secret>' && !text.includes('{{')) requireHttpUrl(text);
      return new Secret(text);
    },
    encode: (url) => (url.isEmpty ? '' : url.toString()),
  });
}

/** Reports when both of two keys say something. */
export function atMostOne(a: Choice, b: Choice, report: Report): void {
  if (isGiven(a.value) && isGiven(b.value))
    report(`at most one of ${a.key} & ${b.key} must be configured`, a.key, `keep ${a.key} or ${b.key}`);
}

/** Reports when neither of two keys says something. */
export function oneOfTwo(a: Choice, b: Choice, report: Report): void {
  if (!isGiven(a.value) && !isGiven(b.value))
    report(`one of ${a.key} or ${b.key} must be configured`, [], `add ${a.key}: ...`);
}

/** A key and what was written there. */
export interface Choice {
  readonly key: string;
  readonly value: string | Secret | undefined;
}

/** True for a text or secret that is not empty. */
export function isGiven(value: string | Secret | undefined): value is string | Secret {
  return typeof value === 'string' ? value !== '' : value !== undefined && !value.isEmpty;
}

function requireHttpUrl(text: string): void {
  const { scheme, host } = splitUrl(text);
  if (scheme !== 'http' && scheme !== 'https')
    throw new Error(`invalid URL: unsupported scheme ${JSON.stringify(scheme)} for URL`);
  if (host === '') throw new Error('invalid URL: missing host for URL');
}

function parseHostPort(text: string): HostPort {
  if (text === '') return { host: '', port: '' };
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*)):([^:]*)$/.exec(text);
  if (match === null) {
    const colons = text.replace(/\[[^\]]*\]/, '').split(':').length - 1;
    throw new Error(`address ${text}: ${colons > 1 ? 'too many colons in address' : 'missing port in address'}`);
  }
  const port = match[3] ?? '';
  if (port === '') throw new Error(`address ${JSON.stringify(text)}: port cannot be empty`);
  return { host: match[1] ?? match[2] ?? '', port };
}
