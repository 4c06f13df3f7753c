/** Where in a source text something was found. Lines and columns count from 1; columns count UTF-16 units. */
export interface SourcePosition {
  readonly file?: string;
  readonly line: number;
  readonly column: number;
}

/**
 * The five kinds of failure, told apart because each has another reader:
 * `bad-request` the person who sent it, `bad-config` the person who wrote the file, `unavailable` a retry,
 * `corrupt-data` the person who must know what was lost, `bug` us.
 */
export type ErrorKind = 'bad-request' | 'bad-config' | 'unavailable' | 'corrupt-data' | 'bug';

export interface ErrorDetails {
  readonly kind: ErrorKind;
  /** Stable, kebab-case, unique in the folder that throws it. */
  readonly code: string;
  /** What the reader can do about it. */
  readonly hint?: string;
  readonly cause?: unknown;
  readonly at?: SourcePosition;
}

/** The one error class. `message` says what is wrong and with which input; `hint` says what to do. */
export class BarographError extends Error {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly hint: string | undefined;
  readonly at: SourcePosition | undefined;

  constructor(message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'BarographError';
    this.kind = details.kind;
    this.code = details.code;
    this.hint = details.hint;
    this.at = details.at;
  }
}

/** Throws a `bug` error when `condition` is false: for what only a mistake in this program can break. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new BarographError(`BUG: ${message}`, { kind: 'bug', code: 'invariant' });
}

/** The text of anything thrown, for logs and for answers. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
