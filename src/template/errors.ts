import { BarographError } from '#lib/errors';

/** What went wrong: the text does not parse, it failed while running, it ran into a bound, or no such template exists. */
export type TemplateErrorCode = 'template-parse' | 'template-exec' | 'template-limit' | 'template-unknown';

const HINTS: Readonly<Record<TemplateErrorCode, string>> = {
  'template-parse': 'correct the template text at the line named',
  'template-exec': 'correct the action in angle brackets; `if` and `with` protect against absent values',
  'template-limit': 'shorten what the template loops over',
  'template-unknown': 'define the template, or correct its name',
};

/** A failure of a template; the message is Go's. */
export function templateError(code: TemplateErrorCode, message: string, cause?: unknown): BarographError {
  return new BarographError(message, { kind: 'bad-config', code, hint: HINTS[code], cause });
}

/** Whether the error says that a bound was hit: it must not be wrapped as the failure of a function. */
export function isTemplateLimit(error: unknown): boolean {
  return error instanceof BarographError && error.code === 'template-limit';
}
