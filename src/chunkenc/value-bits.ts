/** The two halves of StaleNaN, 0x7ff0000000000002. */
export const STALE_HIGH = 0x7ff00000;
export const STALE_LOW = 2;
/** The two halves of the NaN that Prometheus stores for every NaN that is no marker. */
const NAN_HIGH = 0x7ff80000;
const NAN_LOW = 1;

const scratch = new Float64Array(1);
const halves = new Uint32Array(scratch.buffer);
const littleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** Which of the two words of a float64 in memory holds its high half. */
export const HIGH_WORD = littleEndian ? 1 : 0;
export const LOW_WORD = 1 - HIGH_WORD;

/** The high half of a number's bits. Every NaN gives the ordinary NaN. */
export function highBits(v: number): number {
  if (Number.isNaN(v)) return NAN_HIGH;
  scratch[0] = v;
  return halves[HIGH_WORD]!;
}

/** The low half of a number's bits. Every NaN gives the ordinary NaN. */
export function lowBits(v: number): number {
  if (Number.isNaN(v)) return NAN_LOW;
  scratch[0] = v;
  return halves[LOW_WORD]!;
}

/** The number with these bits. Not for the bits of StaleNaN: a number does not keep them. */
export function fromBits(high: number, low: number): number {
  halves[HIGH_WORD] = high;
  halves[LOW_WORD] = low;
  return scratch[0]!;
}
