import { errorMessage } from '#lib/errors';

/** How the last attempt to load the configuration ended. */
export interface ReloadOutcome {
  readonly ok: boolean;
  /** When the configuration in force was loaded, Unix ms. */
  readonly at: number;
  /** Every problem of the refused configuration, one a line with its place in the file; '' when it was taken. */
  readonly error: string;
}

/** A file of which nothing is right must not make an answer without end. */
const MOST_LINES = 100;
const LONGEST_LINE = 1000;

export function reloadSucceeded(at: number): ReloadOutcome {
  return { ok: true, at, error: '' };
}

/** The configuration before it stays in force. */
export function reloadFailed({ at }: ReloadOutcome, error: unknown): ReloadOutcome {
  return { ok: false, at, error: boundedText(errorMessage(error)) };
}

function boundedText(text: string): string {
  const lines = text.split('\n');
  const shown = lines.slice(0, MOST_LINES).map(boundedLine);
  const more = lines.length - shown.length;
  return more === 0 ? shown.join('\n') : [...shown, `… and ${more} more lines: see the log`].join('\n');
}

function boundedLine(line: string): string {
  return line.length <= LONGEST_LINE ? line : `${line.slice(0, LONGEST_LINE)}…`;
}
