/** The head of an answer, as far as reading its body needs it. */
export interface AnswerHead {
  readonly status: number;
  /** Names in lower case; the values of a header that was sent several times are joined by ', '. */
  readonly headers: ReadonlyMap<string, string>;
  /** How the end of the body is known. */
  readonly framing: number | 'chunked' | 'until-close';
  /** Whether the connection may carry another request afterwards. */
  readonly isKept: boolean;
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [^\r\n]*)?$/;
const HEADER = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([^\r\n\0]*?)[ \t]*$/;
const LENGTH = /^\d{1,15}$/;

/**
 * Reads a head without its empty line. Null for everything that is not plain HTTP/1: whoever reads it then should be able
 * to tell what is wrong.
 */
export function parseAnswerHead(text: string): AnswerHead | null {
  const lines = text.split('\r\n');
  const [, minor, code] = STATUS_LINE.exec(lines[0]!) ?? [];
  if (code === undefined) return null;
  const status = Number(code);
  const headers = parseHeaders(lines);
  if (headers === null || status === 101) return null;
  const framing = framingOf(status, headers);
  if (framing === null) return null;
  const isKept = minor === '1' && framing !== 'until-close' && !closes(headers);
  return { status, headers, framing, isKept };
}

function parseHeaders(lines: readonly string[]): Map<string, string> | null {
  const headers = new Map<string, string>();
  for (let i = 1; i < lines.length; i++) {
    const [, name, value] = HEADER.exec(lines[i]!) ?? [];
    if (name === undefined) return null;
    const key = name.toLowerCase();
    const before = headers.get(key);
    headers.set(key, before === undefined ? value! : `${before}, ${value}`);
  }
  return headers;
}

// A length beside chunks, or two lengths, may mean one thing to us and another to whoever stands between: no guess is made.
function framingOf(status: number, headers: ReadonlyMap<string, string>): AnswerHead['framing'] | null {
  if (status < 200 || status === 204 || status === 304) return 0;
  const length = headers.get('content-length');
  const coding = headers.get('transfer-encoding');
  if (coding !== undefined) return coding.toLowerCase() === 'chunked' && length === undefined ? 'chunked' : null;
  if (length === undefined) return 'until-close';
  return LENGTH.test(length) ? Number(length) : null;
}

function closes(headers: ReadonlyMap<string, string>): boolean {
  const options = headers.get('connection') ?? '';
  return options
    .toLowerCase()
    .split(/\s*,\s*/)
    .includes('close');
}
