import { BarographError } from '#lib/errors';
import { readUrl } from '#lib/read-url';
import { shownUrl } from '#lib/shown-url';

/** Where the Alertmanager is, as --alertmanager.url says. */
export interface Address {
  readonly url: string;
  /** Whether it was given: what nobody wrote may just be missing. */
  readonly given: boolean;
}

/** An answer that came from there. */
export interface Answered {
  readonly status: number;
  readonly text: string;
}

/** The code of all errors that another --alertmanager.url may mend; their hint says so. */
export const WRONG_ADDRESS = 'amtool-address';

/** Throws what is to be written instead when it is no address of an HTTP server. */
export function checkAddress({ url }: Address): void {
  if (/^https?:$/.test(readUrl(url)?.protocol ?? '')) return;
  const guess = readUrl(`http://${url.replace(/^\w*:\/\//, '')}`);
  throw wrong(
    `--alertmanager.url=${shownUrl(url)} is no address of a server`,
    `Write it with http:// or https:// in front: --alertmanager.url=${guess ? shownUrl(guess.origin) : EXAMPLE}.`,
  );
}

/** The error for a request that got no answer, in the words of what went wrong. */
export function noAnswer(address: Address, { message, code }: BarographError): BarographError {
  if (code === 'tls') {
    return wrong(
      message,
      'Check that it speaks TLS; certificates of an authority of your own go into a file of --http.config.file (tls_config: {ca_file: …}).',
    );
  }
  return wrong(
    message,
    address.given
      ? 'Check that the Alertmanager runs and that --alertmanager.url names its host and port.'
      : `Say where the Alertmanager is: --alertmanager.url=${EXAMPLE} (none was given, and ${address.url} is the default).`,
  );
}

/** The error for an answer that is not one of Alertmanager's API; null when it may be. */
export function notTheApi(address: Address, { status, text }: Answered): BarographError | null {
  if (status >= 500 || text === '' || (isJson(text) && !isUnknownPath(status, text))) return null;
  const message = `what answers at ${shownUrl(address.url)} has no API of an Alertmanager: status ${status}, ${firstWords(text)}`;
  return wrong(message, hintFor(address, status));
}

function hintFor({ url, given }: Address, status: number): string {
  if (status === 401 || status === 403 || status === 407) {
    return 'It wants to know who asks: give user and password in a file of --http.config.file, or in --alertmanager.url=https://USER:PASSWORD@HOST.';
  }
  const base = url.replace(/\/(?:api(?:\/v[12])?|#.*)\/?$/, '');
  if (base !== url) return `Leave out what stands behind its address: --alertmanager.url=${shownUrl(base)}.`;
  return given
    ? 'Check host, port and path in --alertmanager.url: it is the address of the start page, with the path of --web.external-url or --web.route-prefix if there is one.'
    : `Say where the Alertmanager is: --alertmanager.url=${EXAMPLE} (none was given, and ${url} is the default).`;
}

const EXAMPLE = 'http://localhost:9093';
const LONGEST = 80;

function firstWords(text: string): string {
  const words = text.replace(/\s+/g, ' ');
  return JSON.stringify(words.length > LONGEST ? `${words.slice(0, LONGEST)}…` : words);
}

/** What an Alertmanager says below its API of a path that it does not have: all that is asked here, it has. */
function isUnknownPath(status: number, text: string): boolean {
  return status === 404 && /"message":"path .* was not found"/.test(text);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function wrong(message: string, hint: string): BarographError {
  return new BarographError(message, { kind: 'unavailable', code: WRONG_ADDRESS, hint });
}
