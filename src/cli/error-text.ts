import { BarographError } from '#lib/errors';

/** An error for a person at a terminal: what is wrong and what to do; the stack only where the mistake is ours. */
export function errorText(error: unknown): string {
  if (!(error instanceof BarographError))
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  const { message, hint, kind, stack } = error;
  if (kind === 'bug') return stack ?? message;
  return hint === undefined ? message : `${message}\n${hint}`;
}
