/** The schema with the most buckets. */
const FINEST = 8;

/** 2^(i/256 - 1). */
const FRACTIONS = fractions();

/**
 * The upper bound of an exponential bucket. The last one before infinity is the largest float. To the last bit the same
 * as in Prometheus: bounds are shown, and compared with those of other servers.
 */
export function boundAt(index: number, schema: number): number {
  if (schema <= 0) return powerOfTwo(index * 2 ** -schema);
  const whole = index >> schema;
  const fraction = FRACTIONS[(index - (whole << schema)) << (FINEST - schema)]!;
  return fraction === 0.5 ? powerOfTwo(whole) : 2 * fraction * 2 ** whole;
}

function powerOfTwo(exponent: number): number {
  return exponent === 1024 ? Number.MAX_VALUE : 2 ** exponent;
}

// Prometheus' table is not the nearest floats: it is that of square roots multiplied, the largest first.
function fractions(): Float64Array {
  const roots = [1 / Math.SQRT2];
  for (let root = Math.sqrt(Math.SQRT2); roots.length < FINEST; root = Math.sqrt(root)) roots.push(root);
  return Float64Array.from({ length: 1 << FINEST }, (_, i) => {
    let fraction = (i & 128) === 0 ? 0.5 : roots[0]!;
    for (let bit = 1; bit < FINEST; bit++) if (((i >> (FINEST - 1 - bit)) & 1) === 1) fraction *= roots[bit]!;
    return fraction;
  });
}
