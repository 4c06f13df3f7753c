/** Why a text is no URL, in Go's words where it has some: an address of a target that relabelling made is seldom all wrong. */
export function urlProblem(text: string): string {
  const reason = reasonFor(text);
  return reason === null ? 'it is not a URL' : `it is not a URL: ${reason}`;
}

function reasonFor(text: string): string | null {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(text)?.[1];
  if (authority === undefined) return null;
  const address = authority.slice(authority.lastIndexOf('@') + 1);
  const { host = '', port } = /^(?<host>\[.*\]|.*?)(?::(?<port>[^:]*))?$/s.exec(address)?.groups ?? {};
  if (host === '') return 'no host in it';
  if (!host.startsWith('[') && host.includes(':')) {
    return `too many colons in address ${JSON.stringify(address)}; an IPv6 address stands in brackets`;
  }
  if (port !== undefined && !isPort(port)) return `invalid port ${JSON.stringify(port)}`;
  const [character] = /[^\w.~!$&'()*+,;=%:[\]\u0080-\uffff-]/.exec(host) ?? [];
  return character === undefined
    ? `invalid host ${JSON.stringify(host)}`
    : `invalid character ${JSON.stringify(character)} in host name`;
}

function isPort(text: string): boolean {
  return /^\d*$/.test(text) && Number(text) <= 65_535;
}
