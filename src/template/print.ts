import { decompose, type FloatFormat, formatFloat, withAllDigits } from './float.ts';
import { formatHexFloat } from './hex-float.ts';
import { isPrintable, quote, quoteChar } from './quote.ts';
import { GoFunction, GoList, GoMap, GoStruct, isScalar, stringOf, typeName, type Value } from './value.ts';

/** As Go's `fmt.Sprint`: a space between operands when neither is a string. */
export function sprint(values: readonly Value[]): string {
  let out = '';
  values.forEach((value, i) => {
    if (i > 0 && !isGoString(value) && !isGoString(values[i - 1]!)) out += ' ';
    out += formatValue(value, 'v', PLAIN);
  });
  return out;
}

/** As Go's `fmt.Sprintln`: spaces between all operands, a newline at the end. */
export function sprintln(values: readonly Value[]): string {
  return `${values.map((value) => formatValue(value, 'v', PLAIN)).join(' ')}\n`;
}

/** A value as an action prints it: absent is `<no value>`, a pointer prints what it points to. */
export function printed(value: Value): string {
  if (value === null) return '<no value>';
  if (typeof value === 'string') return value;
  const text = formatValue(value, 'v', PLAIN);
  return value instanceof GoStruct && value.text === null ? text.replace(/^&/, '') : text;
}

/** As Go's `fmt.Sprintf`, with its error texts inside the result (`%!d(string=x)`, `%!(EXTRA int=1)`). */
export function sprintf(format: string, values: readonly Value[]): string {
  return new Formatter(format, values).run();
}

interface Flags {
  readonly plus: boolean;
  readonly minus: boolean;
  readonly sharp: boolean;
  readonly space: boolean;
  readonly zero: boolean;
  /** `%+v`: fields with their names, but numbers without a sign. */
  readonly named: boolean;
  /** `%#v`: as Go source. */
  readonly source: boolean;
  /** -1: not given. */
  readonly width: number;
  readonly precision: number;
}

const PLAIN: Flags = {
  plus: false,
  minus: false,
  sharp: false,
  space: false,
  zero: false,
  named: false,
  source: false,
  width: -1,
  precision: -1,
};
/** Go refuses wider ones too. */
const MAX_WIDTH = 1_000_000;
const LONGEST_OUTPUT = 4 * 1024 * 1024;

class Formatter {
  private readonly format: string;
  private readonly values: readonly Value[];
  private pos = 0;
  private next = 0;
  private reordered = false;
  private out = '';

  constructor(format: string, values: readonly Value[]) {
    this.format = format;
    this.values = values;
  }

  run(): string {
    while (this.pos < this.format.length && this.out.length < LONGEST_OUTPUT) {
      const percent = this.format.indexOf('%', this.pos);
      const end = percent < 0 ? this.format.length : percent;
      this.out += this.format.slice(this.pos, end);
      this.pos = end + 1;
      if (percent >= 0) this.verb();
    }
    if (!this.reordered && this.next < this.values.length) this.out += this.extra();
    return this.out;
  }

  private verb(): void {
    const set = this.flagChars();
    let badIndex = !this.index();
    let width = this.number('%!(BADWIDTH)');
    const minus = set.has('-') || width < -1;
    if (width < -1) width = -width;
    let precision = -1;
    if (this.format[this.pos] === '.') {
      this.pos++;
      badIndex = !this.index() || badIndex;
      const explicit = /[0-9*]/.test(this.format[this.pos] ?? '');
      precision = explicit ? this.number('%!(BADPREC)') : 0;
      if (precision < -1) precision = -1;
    }
    badIndex = !this.index() || badIndex;
    const code = this.format.codePointAt(this.pos);
    if (code === undefined) {
      this.out += '%!(NOVERB)';
      return;
    }
    const verb = String.fromCodePoint(code);
    this.pos += verb.length;
    const flags = {
      plus: set.has('+') && verb !== 'v',
      named: set.has('+') && verb === 'v',
      minus,
      sharp: set.has('#') && verb !== 'v',
      source: set.has('#') && verb === 'v',
      space: set.has(' '),
      zero: set.has('0') && !minus,
      width,
      precision,
    };
    this.out += this.argument(verb, flags, badIndex);
  }

  private argument(verb: string, flags: Flags, badIndex: boolean): string {
    if (verb === '%') return '%';
    if (badIndex) return `%!${verb}(BADINDEX)`;
    if (this.next >= this.values.length) return `%!${verb}(MISSING)`;
    return formatValue(this.values[this.next++]!, verb, flags);
  }

  private flagChars(): Set<string> {
    const set = new Set<string>();
    for (let char = this.format[this.pos]; char !== undefined && '+-# 0'.includes(char); char = this.format[this.pos]) {
      set.add(char);
      this.pos++;
    }
    return set;
  }

  /** `[n]` picks the argument; false when there is no such one. */
  private index(): boolean {
    if (this.format[this.pos] !== '[') return true;
    this.reordered = true;
    const close = this.format.indexOf(']', this.pos);
    const inside = close < 0 ? '' : this.format.slice(this.pos + 1, close);
    this.pos = close < 0 ? this.pos + 1 : close + 1;
    const chosen = /^\d+$/.test(inside) ? Number(inside) - 1 : -1;
    if (chosen < 0 || chosen >= this.values.length) return false;
    this.next = chosen;
    return true;
  }

  private number(problem: string): number {
    if (this.format[this.pos] === '*') {
      this.pos++;
      const value = this.values[this.next++];
      if (typeof value === 'bigint' && value <= MAX_WIDTH && value >= -MAX_WIDTH) return Number(value);
      this.out += problem;
      return -1;
    }
    const digits = /^\d*/.exec(this.format.slice(this.pos, this.pos + 20))![0];
    this.pos += digits.length;
    return digits === '' || Number(digits) > MAX_WIDTH ? -1 : Number(digits);
  }

  private extra(): string {
    const rest = this.values.slice(this.next).map((value) => (value === null ? '<nil>' : typed(value, PLAIN)));
    return `%!(EXTRA ${rest.join(', ')})`;
  }
}

function typed(value: Value, flags: Flags): string {
  return `${typeName(value)}=${formatValue(value, 'v', flags)}`;
}

function isGoString(value: Value): boolean {
  return stringOf(value) !== null;
}

function formatValue(value: Value, verb: string, flags: Flags, depth = 0): string {
  if (verb === 'T') return pad(typeName(value), flags);
  if (value === null) return nilText(verb, flags, depth);
  if (flags.source) return goSyntax(value);
  const text = ownText(value);
  if (text !== null && 'vsxXq'.includes(verb)) return formatString(text, verb, flags) ?? '';
  return formatKind(value, verb, flags, depth) ?? `%!${verb}(${typed(value, flags)})`;
}

function nilText(verb: string, flags: Flags, depth: number): string {
  if (depth > 0) return '<nil>';
  return verb === 'v' ? pad('<nil>', flags) : `%!${verb}(<nil>)`;
}

/** What the type's own String method says. */
function ownText(value: Value): string | null {
  if (typeof value !== 'object' || value === null) return null;
  if (isScalar(value)) return value.toString();
  return 'text' in value && typeof value.text === 'function' ? value.text() : null;
}

function formatKind(value: Exclude<Value, null>, verb: string, flags: Flags, depth: number): string | null {
  const string = stringOf(value);
  if (string !== null) return formatString(string, verb, flags);
  if (typeof value === 'boolean') return verb === 't' || verb === 'v' ? pad(String(value), flags) : null;
  if (typeof value === 'bigint') return formatInteger(value, verb, flags);
  if (typeof value === 'number') return formatNumber(value, verb, flags);
  const each = (item: Value) => formatValue(item, verb, flags, depth + 1);
  if (value instanceof GoList) return `[${value.items.map(each).join(' ')}]`;
  if (value instanceof GoMap) {
    return `map[${[...value.entries].map(([name, item]) => `${each(name)}:${each(item)}`).join(' ')}]`;
  }
  if (value instanceof GoStruct) {
    const fields = [...value.fields].map(([name, item]) => (flags.named ? `${name}:` : '') + each(item));
    return `${value.type.startsWith('*') ? '&' : ''}{${fields.join(' ')}}`;
  }
  if (value instanceof GoFunction) return null;
  return isScalar(value) && value.integer !== null ? formatInteger(value.integer, verb, flags) : null;
}

function formatString(text: string, verb: string, flags: Flags): string | null {
  const cut = flags.precision >= 0 ? [...text].slice(0, flags.precision).join('') : text;
  switch (verb) {
    case 'v':
    case 's':
      return pad(cut, flags);
    case 'q': {
      const raw = flags.sharp && !cut.includes('`') && [...cut].every((char) => char === '\t' || isPrintable(char));
      return pad(raw ? `\`${cut}\`` : quote(cut, flags.plus), flags);
    }
    case 'x':
    case 'X':
      return pad(hexBytes(text, verb, flags), { ...flags, zero: false });
    default:
      return null;
  }
}

function hexBytes(text: string, verb: 'x' | 'X', flags: Flags): string {
  const bytes = new TextEncoder().encode(text);
  const used = flags.precision >= 0 ? bytes.subarray(0, flags.precision) : bytes;
  const prefix = flags.sharp && used.length > 0 ? '0x' : '';
  const pairs = Array.from(used, (byte) => byte.toString(16).padStart(2, '0'));
  const joined = flags.space ? pairs.map((pair) => prefix + pair).join(' ') : prefix + pairs.join('');
  return verb === 'X' ? joined.toUpperCase() : joined;
}

const BASES: Readonly<Record<string, readonly [base: number, prefix: string]>> = {
  d: [10, ''],
  v: [10, ''],
  b: [2, '0b'],
  o: [8, '0'],
  O: [8, '0o'],
  x: [16, '0x'],
  X: [16, '0X'],
};

function formatInteger(value: bigint, verb: string, flags: Flags): string | null {
  if (verb === 'c' || verb === 'q' || verb === 'U') return formatCodePoint(value, verb, flags);
  const base = BASES[verb];
  if (!base) return null;
  const negative = value < 0n;
  let digits = (negative ? -value : value).toString(base[0]);
  if (verb === 'X') digits = digits.toUpperCase();
  if (flags.precision === 0 && value === 0n) return pad('', { ...flags, zero: false });
  if (flags.precision >= 0) digits = digits.padStart(flags.precision, '0');
  const sign = negative ? '-' : flags.plus ? '+' : flags.space ? ' ' : '';
  if (flags.precision < 0 && flags.zero) digits = digits.padStart(flags.width - sign.length, '0');
  const prefix = flags.sharp || verb === 'O' ? base[1] : '';
  return pad(`${sign}${prefix === '0' && digits.startsWith('0') ? '' : prefix}${digits}`, { ...flags, zero: false });
}

function formatCodePoint(value: bigint, verb: 'c' | 'q' | 'U', flags: Flags): string {
  const code = value > 0x10ffffn || value < 0n ? 0xfffd : Number(value);
  const char = String.fromCodePoint(code);
  if (verb === 'c') return pad(char, flags);
  if (verb === 'q') return pad(quoteChar(char, flags.plus), flags);
  const name = `U+${BigInt.asUintN(64, value).toString(16).toUpperCase().padStart(Math.max(4, flags.precision), '0')}`;
  return pad(flags.sharp && isPrintable(char) ? `${name} '${char}'` : name, { ...flags, zero: false });
}

function formatNumber(value: number, verb: string, flags: Flags): string | null {
  const plain = floatText(value, verb, flags.precision);
  if (plain === null) return null;
  const isSharp = flags.sharp && verb !== 'b' && Number.isFinite(value);
  const text = isSharp ? withAllDigits(plain, verb, flags.precision) : plain;
  const signed = /^[+-]/.test(text) ? text : `+${text}`;
  const sign = signed.startsWith('-') || flags.plus ? signed[0]! : flags.space ? ' ' : '';
  const magnitude = signed.slice(1);
  if (!Number.isFinite(value)) {
    // An infinity keeps its sign only where one was asked for.
    const shown = magnitude === 'Inf' && sign === '' ? '+Inf' : sign + magnitude;
    return pad(Number.isNaN(value) && sign === '' ? 'NaN' : shown, { ...flags, zero: false });
  }
  const filled = flags.zero ? magnitude.padStart(flags.width - sign.length, '0') : magnitude;
  return pad(sign + filled, { ...flags, zero: false });
}

function floatText(value: number, verb: string, precision: number): string | null {
  switch (verb) {
    case 'v':
      return formatFloat(value, 'g', precision);
    case 'g':
    case 'G':
      return cased(formatFloat(value, 'g', precision), verb);
    case 'e':
    case 'E':
    case 'f':
    case 'F': {
      const format = verb.toLowerCase() as FloatFormat;
      return cased(formatFloat(value, format, precision < 0 ? 6 : precision), verb === 'F' ? 'f' : verb);
    }
    case 'b':
      return binaryExponent(value);
    case 'x':
    case 'X': {
      const text = formatHexFloat(value, precision);
      return verb === 'X' ? text.toUpperCase() : text;
    }
    default:
      return null;
  }
}

function cased(text: string, verb: string): string {
  return verb === 'G' || verb === 'E' ? text.replace('e', 'E') : text;
}

function binaryExponent(value: number): string {
  if (!Number.isFinite(value)) return formatFloat(value, 'g', -1);
  const { mantissa, exponent } = decompose(Math.abs(value));
  return `${value < 0 ? '-' : ''}${mantissa}p${exponent < 0 ? '' : '+'}${exponent}`;
}

/** As `%#v`: the value as Go source. */
function goSyntax(value: Exclude<Value, null>): string {
  const string = stringOf(value);
  if (string !== null) return quote(string);
  const inner = (item: Value) => (item === null ? `${'interface {}'}(nil)` : goSyntax(item));
  if (value instanceof GoList) return `${value.type}{${value.items.map(inner).join(', ')}}`;
  if (value instanceof GoMap) {
    return `${value.type}{${[...value.entries].map(([name, item]) => `${quote(name)}:${inner(item)}`).join(', ')}}`;
  }
  if (value instanceof GoStruct) {
    const fields = [...value.fields].map(([name, item]) => `${name}:${inner(item)}`).join(', ');
    return `${value.type.replace(/^\*/, '&')}{${fields}}`;
  }
  return formatValue(value, 'v', PLAIN);
}

function pad(text: string, { width, minus, zero }: Flags): string {
  if (width <= 0) return text;
  const missing = width - [...text].length;
  if (missing <= 0) return text;
  if (minus) return text + ' '.repeat(missing);
  return (zero ? '0' : ' ').repeat(missing) + text;
}
