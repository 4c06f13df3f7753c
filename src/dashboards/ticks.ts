/** Round numbers from `min` to `max`, about `count` of them, ascending. With `binary`, multiples of powers of two. */
export function niceTicks(min: number, max: number, count: number, binary = false): number[] {
  if (!(max > min) || count < 1) return Number.isFinite(min) ? [min] : [];
  const step = niceStep((max - min) / count, binary);
  const first = Math.ceil(min / step - 1e-9);
  const last = Math.floor(max / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

function niceStep(wanted: number, binary: boolean): number {
  if (binary) return 2 ** Math.ceil(Math.log2(wanted));
  const power = 10 ** Math.floor(Math.log10(wanted));
  return power * ([1, 2, 2.5, 5, 10].find((nice) => nice * power >= wanted * 0.999) ?? 10);
}
