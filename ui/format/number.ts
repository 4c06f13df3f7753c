const LARGE = ['', ' k', ' M', ' G', ' T', ' P', ' E'];
const BINARY = [' B', ' KiB', ' MiB', ' GiB', ' TiB', ' PiB', ' EiB'];

/** A number as people read it on an axis or a tile: `1.25 k`, `0.034`, `12`, at most three or four digits. */
export function formatShort(value: number): string {
  return scaled(value, 1000, LARGE) ?? formatSmall(value);
}

/** A number on an axis whose labels are `step` apart: as many decimals as tell neighbours apart. */
export function formatTick(value: number, step: number): string {
  if (!Number.isFinite(value) || !(step > 0)) return formatShort(value);
  const size = Math.abs(value);
  const power = size < 1000 ? 0 : Math.min(LARGE.length - 1, Math.floor(Math.log10(size) / 3));
  const unit = 1000 ** power;
  const decimals = tickDecimals(step / unit);
  return decimals > 9 ? formatShort(value) : `${trimmed(value / unit, decimals)}${LARGE[power]!}`;
}

/** Steps of 2.5 have one more than those of 2: what is left of a step may not be rounded away. */
function tickDecimals(step: number): number {
  const least = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  const whole = (decimals: number): boolean =>
    Math.abs(step * 10 ** decimals - Math.round(step * 10 ** decimals)) < 1e-6;
  return whole(least) ? least : least + 1;
}

/** Bytes by 1024: `512 B`, `1.5 GiB`. */
export function formatBytes(value: number): string {
  return scaled(value, 1024, BINARY) ?? `${formatSmall(value)} B`;
}

/** Bytes a second by 1024: `1.5 MiB/s`. */
export function formatByteRate(value: number): string {
  return `${formatBytes(value)}/s`;
}

/** A share of one as percent: 0.256 is `25.6 %`. */
export function formatShare(value: number): string {
  if (!Number.isFinite(value)) return special(value);
  const percent = value * 100;
  return `${trimmed(percent, Math.abs(percent) >= 100 ? 0 : Math.abs(percent) >= 10 ? 1 : 2)} %`;
}

/** Seconds as people read them: `120 µs`, `35 ms`, `1.5 s`, `2.5 min`, `3 h`, `4 d`. */
export function formatSeconds(value: number): string {
  if (!Number.isFinite(value)) return special(value);
  const size = Math.abs(value);
  if (size === 0) return '0 s';
  if (size < 1e-6) return `${digits(value * 1e9)} ns`;
  if (size < 1e-3) return `${digits(value * 1e6)} µs`;
  if (size < 1) return `${digits(value * 1e3)} ms`;
  if (size < 60) return `${digits(value)} s`;
  if (size < 3600) return `${digits(value / 60)} min`;
  return size < 86_400 ? `${digits(value / 3600)} h` : `${digits(value / 86_400)} d`;
}

/** A whole number with thin spaces between thousands: `12 345`. */
export function formatCount(value: number): string {
  if (!Number.isFinite(value)) return special(value);
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

function scaled(value: number, base: number, units: readonly string[]): string | null {
  if (!Number.isFinite(value)) return special(value);
  let size = Math.abs(value);
  if (size < base && units !== BINARY) return null;
  let unit = 0;
  // 999.9996 would be written as 1000: it belongs to the next unit.
  while (unit < units.length - 1 && Number(size.toPrecision(4)) >= base) {
    size /= base;
    unit += 1;
  }
  if (unit === 0) return null;
  return `${value < 0 ? '-' : ''}${digits(size)}${units[unit]!}`;
}

function formatSmall(value: number): string {
  if (!Number.isFinite(value)) return special(value);
  const size = Math.abs(value);
  if (size !== 0 && size < 1e-4) return value.toExponential(1);
  return size >= 1 ? digits(value) : trimmed(value, 4);
}

function digits(value: number): string {
  const size = Math.abs(value);
  return trimmed(value, size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

function trimmed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  const short = decimals > 0 ? text.replace(/\.?0+$/, '') : text;
  return short === '-0' ? '0' : short;
}

function special(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}
