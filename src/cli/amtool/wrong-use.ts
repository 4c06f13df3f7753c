import { BarographError } from '#lib/errors';

/** What a person got wrong on the command line. */
export function wrongUse(message: string): BarographError {
  return new BarographError(message, { kind: 'bad-request', code: 'amtool-usage' });
}
