import { isIPv4 } from 'node:net';

/** Why a text is no URL, in Go's words where it has some: an address of a target that relabelling made is seldom all wrong. */
export function urlProblem(text: string): string {
  return notAUrl(reasonFor(text));
}

/**
 * Why a text of which the fetch standard makes a URL is none, null when it is one: hosts are read as they are written. The
 * standard leaves out control characters, resolves escapes, and reads `010.0.0.1` as 8.0.0.1: another machine would be asked,
 * with what is meant for this one.
 */
export function misreadProblem(text: string, url: URL): string | null {
  const reason = misreading(text, url);
  return reason === null ? null : notAUrl(reason);
}

function notAUrl(reason: string | null): string {
  return reason === null ? 'it is not a URL' : `it is not a URL: ${reason}`;
}

function misreading(text: string, url: URL): string | null {
  const [control] = /[\u0000-\u001f\u007f]/.exec(text) ?? [];
  if (control !== undefined) return `invalid control character ${JSON.stringify(control)}`;
  const address = addressIn(text);
  if (address === null) return misreadReference(text);
  if (address.includes('\\')) return 'invalid character "\\\\" in host name';
  const host = address.replace(/:\d*$/, '');
  const [escaped] = /%.{0,2}/.exec(host) ?? [];
  if (escaped !== undefined) return `invalid URL escape ${JSON.stringify(escaped)}`;
  const isAnother = isIPv4(url.hostname) && url.hostname !== host;
  return isAnother ? `${JSON.stringify(host)} is neither an IPv4 address nor a name` : null;
}

/** What names no host itself must not come to name one. */
function misreadReference(text: string): string | null {
  if (/^[a-z][a-z0-9+.-]*:/i.test(text)) return 'no host in it';
  return /^[^?#]*\\/.test(text) ? 'invalid character "\\\\" in it' : null;
}

/** Host and port as they are written; null for a reference without them. */
function addressIn(text: string): string | null {
  const authority = /^(?:[a-z][a-z0-9+.-]*:)?\/\/([^/?#]*)/i.exec(text)?.[1];
  return authority === undefined ? null : authority.slice(authority.lastIndexOf('@') + 1);
}

function reasonFor(text: string): string | null {
  const address = addressIn(text);
  if (address === null) return null;
  const { host = '', port } = /^(?<host>\[.*\]|.*?)(?::(?<port>[^:]*))?$/s.exec(address)?.groups ?? {};
  if (host === '') return 'no host in it';
  if (!host.startsWith('[') && host.includes(':')) {
    return `too many colons in address ${JSON.stringify(address)}; an IPv6 address stands in brackets`;
  }
  if (port !== undefined && !isPort(port)) return `invalid port ${JSON.stringify(port)}`;
  const [character] = /[^\w.~!$&'()*+,;=%:[\]\u0080-\uffff-]/.exec(host) ?? [];
  if (character !== undefined) return `invalid character ${JSON.stringify(character)} in host name`;
  const [escaped] = /%.{0,2}/.exec(host) ?? [];
  return escaped === undefined
    ? `invalid host ${JSON.stringify(host)}`
    : `invalid URL escape ${JSON.stringify(escaped)}`;
}

function isPort(text: string): boolean {
  return /^\d*$/.test(text) && Number(text) <= 65_535;
}
