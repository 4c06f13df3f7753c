import { BarographError } from '#lib/errors';

/** A chunk that is not what its encoding says. */
export function malformedChunk(name: string, reason: string): BarographError {
  return new BarographError(`malformed ${name}: ${reason}`, { kind: 'corrupt-data', code: 'malformed-chunk' });
}
