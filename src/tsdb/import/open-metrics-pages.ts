import type { ExpositionPage } from '#exposition/page';
import { parsePage } from '#exposition/parse';
import { BarographError } from '#lib/errors';
import { readPieces } from '#lib/fs';

const EOF = '# EOF\n';
const NEWLINE = 10;
const PIECE_BYTES = 8 << 20;

/**
 * A file in the OpenMetrics format, page by page, so that a file of any length can be read. A page begins with the
 * descriptors of the family that the one before it ended in. Throws `bad-request` with the line at the first mistake, and
 * when the file does not end with `# EOF`. `hear` gets all bytes.
 */
export async function* openMetricsPages(
  path: string,
  { pieceBytes = PIECE_BYTES, hear = () => {} }: PageOptions = {},
): AsyncGenerator<ExpositionPage> {
  let lines = 0;
  let head: Buffer = Buffer.alloc(0);
  let left: Buffer = Buffer.alloc(0);
  const parsed = (text: Buffer): ExpositionPage => {
    const page = parsePage({ format: 'openmetrics', body: new Uint8Array(Buffer.concat([head, text])) });
    if (page.error !== null) throw misplaced(page.error, path, lines - newlines(head));
    lines += newlines(text);
    return page;
  };
  for await (const piece of readPieces(path, pieceBytes)) {
    hear(piece);
    const text = Buffer.concat([left, piece]);
    const cut = text.lastIndexOf(NEWLINE, text.length - EOF.length - 1) + 1;
    left = text.subarray(cut);
    if (cut === 0) continue;
    const whole = text.subarray(0, cut);
    yield parsed(Buffer.concat([whole, Buffer.from(EOF)]));
    // The end that was added is no line of the file.
    lines--;
    head = lastDescriptors(Buffer.concat([head, whole]));
  }
  yield parsed(left);
}

export interface PageOptions {
  readonly pieceBytes?: number;
  readonly hear?: (bytes: Uint8Array) => void;
}

function newlines(text: Buffer): number {
  let count = 0;
  for (let at = text.indexOf(NEWLINE); at >= 0; at = text.indexOf(NEWLINE, at + 1)) count++;
  return count;
}

/** The HELP, TYPE and UNIT lines of the last family of a text. */
function lastDescriptors(text: Buffer): Buffer {
  let name = '';
  let lines: string[] = [];
  // Bytes as letters: whatever they are, they come back as they were.
  for (const [line, own] of text.toString('latin1').matchAll(/^# (?:HELP|TYPE|UNIT) ("(?:[^"\\\n]|\\.)*"|\S+).*\n/gm)) {
    if (own !== name) lines = [];
    name = own!;
    lines.push(line);
  }
  return Buffer.from(lines.join(''), 'latin1');
}

function misplaced(error: BarographError, path: string, before: number): BarographError {
  const line = (error.at?.line ?? 1) + before;
  return new BarographError(`${path}:${line}: ${error.message.replace(/^line \d+: /, '')}`, {
    ...{ kind: 'bad-request', code: 'bad-open-metrics', cause: error },
    hint: error.hint ?? 'Correct the line. A file has a timestamp at every sample and ends with # EOF.',
  });
}
