/** A number made readable: `12.5` with the unit's text before or after it. */
export interface FormattedValue {
  readonly prefix: string;
  readonly text: string;
  readonly suffix: string;
}

/** Decimals undefined or null: as many as the value needs. */
export type Formatter = (value: number, decimals?: number | null) => FormattedValue;

/** A number with so many decimals; without a count, three significant digits, and none for a whole number. */
export function toFixed(value: number, decimals?: number | null): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '-∞';
  const places = Math.max(0, Math.min(decimals ?? decimalsFor(value), 20));
  const factor = 10 ** places;
  const rounded = Math.round(value * factor) / factor;
  const text = String(Object.is(rounded, -0) ? 0 : rounded);
  const missing = places - (text.split('.')[1]?.length ?? 0);
  return text.includes('e') || missing <= 0 ? text : rounded.toFixed(places);
}

function decimalsFor(value: number): number {
  if (value === 0 || Number.isInteger(value)) return 0;
  return Math.max(0, 2 - Math.floor(Math.log(Math.abs(value)) / Math.LN10));
}

/** A text that stands for the whole value. */
export function plain(text: string): FormattedValue {
  return { prefix: '', text, suffix: '' };
}

/** The number with the same text behind it, however large it is. */
export function fixedSuffix(suffix: string): Formatter {
  return (value, decimals) => ({ prefix: '', text: toFixed(value, decimals), suffix });
}

/** Steps through names of ever larger units, `factor` apart, starting at `offset`. Infinity and NaN have no unit. */
export function scaled(factor: number, names: readonly string[], offset = 0): Formatter {
  return (value, decimals) => {
    if (!Number.isFinite(value)) return plain(toFixed(value));
    const size = Math.abs(value);
    const power = size === 0 ? 0 : Math.floor(Math.log10(size) / Math.log10(factor));
    const index = Math.max(0, Math.min(names.length - 1, offset + power));
    return { prefix: '', text: toFixed(value / factor ** (index - offset), decimals), suffix: names[index]! };
  };
}

const SI_PREFIXES = ['f', 'p', 'n', 'µ', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
const BINARY_PREFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi'];
const COUNT_NAMES = ['', 'K', 'M', 'B', 'T'];

/** `unit` with SI prefixes; the number counts in `prefix` of it (`k`: thousands). */
export function si(unit: string, prefix = ''): Formatter {
  const names = SI_PREFIXES.map((one) => ` ${one}${unit}`);
  return scaled(1000, names, SI_PREFIXES.indexOf(prefix));
}

/** `mV` counts in thousandths of a volt; `items` starts with no prefix. */
export function siWithPrefix(unit: string): Formatter {
  const prefix = unit.slice(0, 1).replace('μ', 'µ');
  return prefix !== '' && SI_PREFIXES.includes(prefix) ? si(unit.slice(1), prefix) : si(unit);
}

/** `unit` with the prefixes of powers of 1024; the number counts in the one before `i` (`M`: mebi). */
export function binary(unit: string, prefix = ''): Formatter {
  const names = BINARY_PREFIXES.map((one) => ` ${one}${unit}`);
  return scaled(1024, names, prefix === '' ? 0 : BINARY_PREFIXES.indexOf(`${prefix}i`));
}

/** Counts per time: large ones in K, M, B, T. */
export function counted(unit: string): Formatter {
  return scaled(
    1000,
    COUNT_NAMES.map((name) => `${name} ${unit}`),
  );
}

/** Money, in K, M, B, T when it is much. The sign stands before the symbol. */
export function currency(symbol: string, behind = false): Formatter {
  const scale = scaled(1000, COUNT_NAMES);
  return (value, decimals) => {
    const { text, suffix } = scale(Math.abs(value), decimals);
    const sign = value < 0 ? '-' : '';
    return behind ? { prefix: sign, text, suffix: suffix + symbol } : { prefix: sign + symbol, text, suffix };
  };
}

/** Money in full, with thousands apart: `financial:€` or `financial:€:suffix`. */
export function fullCurrency(symbol: string, behind: boolean): Formatter {
  return (value, decimals) => {
    const digits = { minimumFractionDigits: decimals ?? 0, maximumFractionDigits: decimals ?? 1 };
    const text = value.toLocaleString('en-US', digits);
    return behind ? { prefix: '', text, suffix: symbol } : { prefix: symbol, text, suffix: '' };
  };
}
