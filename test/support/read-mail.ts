/** A mail as a mail program shows it: headers by lower-case name, decoded, and the parts in their order. */
export interface ShownMail {
  readonly headers: Readonly<Record<string, string>>;
  /** Whether a body is text or HTML, and what it says. */
  readonly parts: readonly { readonly type: string; readonly body: string }[];
}

/** Reads a mail by RFC 5322, 2045, 2046 and 2047, as far as notifications use them. */
export function readMail(message: string): ShownMail {
  const { headers, body } = split(message.replaceAll('\r\n', '\n'));
  const boundary = /boundary="?([^";]+)"?/.exec(headers['content-type'] ?? '')?.[1];
  if (boundary === undefined) return { headers, parts: [part(headers, body)] };
  const pieces = body.split(`--${boundary}`).slice(1, -1);
  return {
    headers,
    parts: pieces.map((piece) => {
      const inner = split(piece.replace(/^\n/, '').replace(/\n$/, ''));
      return part(inner.headers, inner.body);
    }),
  };
}

function split(text: string): { readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  const end = text.indexOf('\n\n');
  const lines = text
    .slice(0, end)
    .replace(/\n(?=[ \t])/g, '')
    .split('\n');
  const entries = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), decodeWords(line.slice(colon + 1).trim())] as const;
  });
  return { headers: Object.fromEntries(entries), body: text.slice(end + 2) };
}

function part(headers: Readonly<Record<string, string>>, body: string) {
  const type = (headers['content-type'] ?? 'text/plain').split(';')[0]!.trim();
  const encoded = headers['content-transfer-encoding'] === 'quoted-printable';
  return { type, body: encoded ? decodeQuoted(body.replace(/=\n/g, '')) : body };
}

/** `=?UTF-8?Q?...?=` and `=?UTF-8?B?...?=`; white space between two of them does not count. */
function decodeWords(text: string): string {
  return text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([qb])\?([^?]*)\?=/gi, (_, kind: string, word: string) =>
      kind.toLowerCase() === 'b'
        ? Buffer.from(word, 'base64').toString('utf8')
        : decodeQuoted(word.replaceAll('_', ' ')),
    );
}

function decodeQuoted(text: string): string {
  const bytes = text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
