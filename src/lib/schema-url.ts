import { BarographError } from './errors.ts';
import { converted, type Schema } from './schema.ts';
import { string } from './schema-scalars.ts';
import { Secret } from './secret.ts';
import { shownUrl, shownWithoutQuery } from './shown-url.ts';

/** The parts of a URL that a configuration check looks at. */
interface UrlParts {
  readonly scheme: string;
  readonly host: string;
}

/** A URL as text, of any scheme, also relative; refused is only what Go's `url.Parse` refuses. Prints without password. */
export function anyUrl(): Schema<string> {
  return converted(string(), { type: 'config.URL', decode: requireUrl, encode: shownUrl });
}

/** Text that is checked elsewhere and may be a URL. Prints without password. */
export function urlText(): Schema<string> {
  return converted(string(), { type: 'string', decode: (text) => text, encode: shownUrl });
}

/** As `urlText`, of a URL whose query may hold a token: prints without its values, too. */
export function queryUrlText(): Schema<string> {
  return converted(string(), { type: 'string', decode: (text) => text, encode: shownWithoutQuery });
}

/** A URL with scheme http or https and a host, as text. Prints without password. */
export function httpUrl(): Schema<string> {
  return converted(string(), { type: 'config.URL', decode: requireHttp, encode: shownUrl });
}

/**
 * A URL of http or https that holds a token and is therefore never printed. The text `<secret>` is taken as it is, so
 * that a printed configuration can be read again.
 */
export function secretHttpUrl(): Schema<Secret> {
  return converted(string(), {
    type: 'config.SecretURL',
    decode: (text) => new Secret(text === '<secret>' ? text : requireHttp(text)),
    encode: (url) => url.toString(),
  });
}

/** Splits a URL the way Go does. Throws `bad-config` with Go's words. */
export function splitUrl(text: string): UrlParts {
  const fail = (reason: string): never => {
    throw urlError(`parse ${JSON.stringify(shownWithoutQuery(text))}: ${reason}`);
  };
  if ([...text].some(isControl)) fail('net/url: invalid control character in URL');
  if (text.startsWith(':')) fail('missing protocol scheme');
  const match = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?/.exec(text);
  const authority = match?.[2] ?? '';
  const hostPort = authority.slice(authority.lastIndexOf('@') + 1);
  if (match?.[1] === undefined && match?.[2] === undefined && /^[^/?#]*:/.test(text)) {
    fail('first path segment in URL cannot contain colon');
  }
  const port = /^(?:\[[^\]]*\]|[^:]*)(:.*)?$/.exec(hostPort)?.[1];
  if (hostPort.includes(' ')) fail('invalid character " " in host name');
  if (port !== undefined && !/^:\d*$/.test(port)) fail(`invalid port ${JSON.stringify(port)} after host`);
  const badEscape = /%(?![0-9A-Fa-f]{2}).{0,2}/.exec(text.replace(/\?.*/s, ''))?.[0];
  if (badEscape !== undefined) fail(`invalid URL escape ${JSON.stringify(badEscape)}`);
  return { scheme: (match?.[1] ?? '').toLowerCase(), host: hostPort };
}

function isControl(char: string): boolean {
  return char < ' ' || char === '\u007f';
}

function requireUrl(text: string): string {
  splitUrl(text);
  return text;
}

function requireHttp(text: string): string {
  const { scheme, host } = splitUrl(text);
  if (scheme !== 'http' && scheme !== 'https') throw urlError(`unsupported scheme ${JSON.stringify(scheme)} for URL`);
  if (host === '') throw urlError('missing host for URL');
  return text;
}

function urlError(message: string): BarographError {
  return new BarographError(message, {
    kind: 'bad-config',
    code: 'invalid-url',
    hint: 'write a full URL such as http://host:9090/path',
  });
}
