import { type FunctionTable, type GoScalar, type GoType, isScalar, type Value } from './value.ts';

const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;
const HOUR = 60n * MINUTE;

/** Go's `time.Duration`: nanoseconds. */
export class GoDuration implements GoScalar {
  readonly scalar = true;
  readonly type: GoType = 'time.Duration';
  readonly methods: FunctionTable;
  readonly integer: bigint;

  constructor(nanoseconds: bigint) {
    this.integer = nanoseconds;
    this.methods = durationMethods(nanoseconds);
  }

  /** As Go prints it: `4m0s`, `1.5s`, `120ms`. */
  toString(): string {
    return durationText(this.integer);
  }

  toJSON(): string {
    return String(this.integer);
  }
}

/** The nanoseconds of a duration value; null for other values. */
export function durationOf(value: Value): bigint | null {
  return isScalar(value) && value.type === 'time.Duration' ? value.integer : null;
}

function durationMethods(ns: bigint): FunctionTable {
  const unit = (size: bigint) => ({ params: [], call: () => Number(ns / size) + Number(ns % size) / Number(size) });
  const whole = (size: bigint) => ({ params: [], call: () => ns / size });
  return {
    Hours: unit(HOUR),
    Minutes: unit(MINUTE),
    Seconds: unit(SECOND),
    Milliseconds: whole(1_000_000n),
    Microseconds: whole(1000n),
    Nanoseconds: whole(1n),
    String: { params: [], call: () => durationText(ns) },
    Abs: { params: [], call: () => new GoDuration(ns < 0n ? -ns : ns) },
    Truncate: { params: ['time.Duration'], call: ([to = null]) => new GoDuration(truncated(ns, durationOf(to) ?? 0n)) },
    Round: { params: ['time.Duration'], call: ([to = null]) => new GoDuration(rounded(ns, durationOf(to) ?? 0n)) },
  };
}

function truncated(ns: bigint, to: bigint): bigint {
  return to <= 0n ? ns : ns - (ns % to);
}

// Halves go away from zero.
function rounded(ns: bigint, to: bigint): bigint {
  if (to <= 0n) return ns;
  const magnitude = ns < 0n ? -ns : ns;
  const rest = magnitude % to;
  const result = rest * 2n < to ? magnitude - rest : magnitude - rest + to;
  return ns < 0n ? -result : result;
}

function durationText(ns: bigint): string {
  if (ns === 0n) return '0s';
  const sign = ns < 0n ? '-' : '';
  const total = ns < 0n ? -ns : ns;
  if (total < 1000n) return `${sign}${total}ns`;
  if (total < 1_000_000n) return `${sign}${withFraction(total, 1000n)}µs`;
  if (total < SECOND) return `${sign}${withFraction(total, 1_000_000n)}ms`;
  const seconds = `${withFraction(total % MINUTE, SECOND)}s`;
  if (total < MINUTE) return sign + seconds;
  const minutes = `${(total % HOUR) / MINUTE}m${seconds}`;
  return sign + (total < HOUR ? minutes : `${total / HOUR}h${minutes}`);
}

function withFraction(value: bigint, unit: bigint): string {
  const digits = String(unit).length - 1;
  const fraction = String(value % unit)
    .padStart(digits, '0')
    .replace(/0+$/, '');
  return fraction === '' ? String(value / unit) : `${value / unit}.${fraction}`;
}
