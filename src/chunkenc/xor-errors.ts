import { BarographError } from '#lib/errors';

/** The error of a chunk that cannot be decoded. */
export function malformed(reason: string): BarographError {
  return new BarographError(`malformed XOR chunk: ${reason}`, { kind: 'corrupt-data', code: 'malformed-chunk' });
}

export const ENDS_EARLY = 'it ends too early';
export const LONG_VARINT = 'a timestamp of more than ten bytes';
export const TIME_RANGE = 'a timestamp out of range';
export const WIDE_VALUE = 'a value has more than 64 bits';
export const NO_COUNT = 'it has no sample count';
