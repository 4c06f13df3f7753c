import { BarographError } from './errors.ts';

const PREFIXES = ['', 'K', 'M', 'G', 'T', 'P', 'E'];
const PART = /(\d+\.?\d*|\.\d+)([^\d.]*)/y;
const MAX_BYTES = 2 ** 63;

/** `B`, `KB`, `KiB`, … `EiB`: with and without the i, each step is 1024. */
const UNITS: ReadonlyMap<string, number> = new Map(
  PREFIXES.flatMap((prefix, power) =>
    prefix === ''
      ? [['B', 1] as const]
      : [[`${prefix}B`, 1024 ** power] as const, [`${prefix}iB`, 1024 ** power] as const],
  ),
);

/**
 * Reads a size as Prometheus does: `15MB` and `15MiB` both mean 15 × 1024², `1GB512MB` adds up, `0` needs no unit.
 * Throws `bad-config` with Prometheus' words otherwise. Values above 2^53 are rounded to what a number can hold.
 */
export function parseByteSize(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const body = text.replace(/^[+-]/, '');
  if (body === '0') return 0;
  if (body === '') throw sizeError(`units: invalid ${text}`);
  const part = new RegExp(PART);
  let total = 0;
  while (part.lastIndex < body.length) {
    const match = part.exec(body);
    if (match === null) throw sizeError(`units: invalid ${text}`);
    const unit = UNITS.get(match[2]!);
    if (unit === undefined) throw sizeError(`units: unknown unit ${match[2]} in ${text}`);
    total += Number(match[1]) * unit;
  }
  if (total >= MAX_BYTES) throw sizeError('units: overflow parsing unit');
  return total === 0 ? 0 : sign * Math.trunc(total);
}

/** Prints a size as Prometheus does: `15MiB`, `1GiB512MiB`, `0B`. Takes non-negative integers. */
export function formatByteSize(bytes: number): string {
  let out = '';
  let rest = bytes;
  for (const prefix of PREFIXES) {
    const unit = prefix === '' ? 'B' : `${prefix}iB`;
    const count = prefix === 'E' ? rest : rest % 1024;
    if (count !== 0) out = `${count}${unit}${out}`;
    rest = Math.floor(rest / 1024);
    if (rest === 0) break;
  }
  return out === '' ? '0B' : out;
}

function sizeError(message: string): BarographError {
  return new BarographError(message, {
    kind: 'bad-config',
    code: 'invalid-byte-size',
    hint: 'write a number and a unit: 512MB, 10GB (each step is 1024)',
  });
}
