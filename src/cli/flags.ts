import { parseByteSize } from '#lib/byte-size';
import { formatDuration, type Millis, parseDuration, parseGoDuration } from '#lib/duration';
import { errorMessage } from '#lib/errors';
import { nearest } from '#lib/nearest';

export type FlagKind = 'bool' | 'string' | 'list' | 'duration' | 'go-duration' | 'size' | 'int' | 'float';

/** A command line flag. Durations are read as Prometheus writes them, or as Go does (`1m0s`, `1.5h`), sizes as `512MB`. */
export interface Flag {
  readonly kind: FlagKind;
  /** As it would be typed; '' = not set. */
  readonly default: string;
  readonly help: string;
  /** Set for flags that are taken so that existing command lines start, and that change nothing: why. */
  readonly ignored?: string;
  /** Left out of --help. */
  readonly hidden?: boolean;
  /** Of a number, a duration (ms) or a size (bytes): no smaller value makes sense. */
  readonly least?: number;
}

export type FlagTable = Readonly<Record<string, Flag>>;

/** A flag that does something. */
export function flag(kind: FlagKind, fallback: string, help: string): Flag {
  return { kind, default: fallback, help };
}

/** A flag that is taken and changes nothing: why. */
export function ignored(kind: FlagKind, fallback: string, help: string, why: string): Flag {
  return { kind, default: fallback, help, ignored: why };
}

/** What the command line said. `get…` throw (a bug) for names that the table does not have. */
export class FlagValues {
  private readonly table: FlagTable;
  private readonly given: ReadonlyMap<string, readonly string[]>;

  constructor(table: FlagTable, given: ReadonlyMap<string, readonly string[]>) {
    this.table = table;
    this.given = given;
  }

  /** Whether it was on the command line. */
  has(name: string): boolean {
    return this.given.has(name);
  }

  text(name: string): string {
    return this.given.get(name)?.at(-1) ?? this.table[name]!.default;
  }

  list(name: string): readonly string[] {
    const texts = this.given.get(name) ?? [this.table[name]!.default];
    return texts.flatMap((text) => text.split(',')).filter((text) => text !== '');
  }

  /** Every value as it was typed, commas and all; none when the flag was not given. */
  each(name: string): readonly string[] {
    return this.given.get(name) ?? [];
  }

  bool(name: string): boolean {
    return this.text(name) === 'true';
  }

  number(name: string): number {
    return Number(this.text(name));
  }

  /** Milliseconds; null when it is not set and has no default. */
  duration(name: string): number | null {
    const text = this.text(name);
    return text === '' ? null : durationOf(this.table[name]!, text);
  }

  /** Bytes; null when it is not set and has no default. */
  size(name: string): number | null {
    const text = this.text(name);
    return text === '' ? null : parseByteSize(text);
  }

  /** Every flag with its value as text, for /api/v1/status/flags. */
  all(): Record<string, string> {
    const names = Object.keys(this.table).sort();
    return Object.fromEntries(
      names.map((name) => [name, (this.given.get(name) ?? [this.table[name]!.default]).join(',')]),
    );
  }
}

export interface ParsedFlags {
  readonly values: FlagValues;
  readonly rest: readonly string[];
  /** One line each, with what to do. Empty: all is well. */
  readonly problems: readonly string[];
}

/** Of flags of another program, by name: what to write here. */
export type FlagHints = Readonly<Record<string, string>>;

/**
 * Parses a command line as Prometheus' own parser does: `--name=value`, `--name value`, `--bool`, `--no-bool`, `-h`. What is
 * unknown is refused, with the hint for it where there is one.
 */
export function parseFlags(argv: readonly string[], table: FlagTable, hints: FlagHints = {}): ParsedFlags {
  const given = new Map<string, string[]>();
  const rest: string[] = [];
  const problems: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i] === '-h' ? '--help' : argv[i]!;
    if (argument === '--') {
      rest.push(...argv.slice(i + 1));
      break;
    }
    const match = /^--?([A-Za-z][^=]*)(?:=(.*))?$/s.exec(argument);
    if (!match) {
      rest.push(argument);
      continue;
    }
    const found = lookUp(match[1]!, table);
    if (!found) {
      problems.push(unknownFlag(match[1]!, table, hints));
      continue;
    }
    const { name, negated, flag } = found;
    const takesNext = match[2] === undefined && flag.kind !== 'bool';
    const value = match[2] ?? (flag.kind === 'bool' ? String(!negated) : argv[++i]);
    if (value === undefined || (takesNext && value.startsWith('--')))
      problems.push(`flag --${name}: a value is missing`);
    else {
      const problem = badValue(flag, value);
      if (problem !== null) problems.push(`flag --${name}: ${problem}`);
      given.set(name, [...(given.get(name) ?? []), value]);
    }
  }
  return { values: new FlagValues(table, given), rest, problems };
}

function lookUp(name: string, table: FlagTable): { name: string; negated: boolean; flag: Flag } | null {
  const flag = Object.hasOwn(table, name) ? table[name] : undefined;
  if (flag) return { name, negated: false, flag };
  // `--no-web.enable-lifecycle`, and `--storage.tsdb.no-lockfile` is a name of its own.
  const positive = name.startsWith('no-') ? name.slice(3) : '';
  const negatable = Object.hasOwn(table, positive) ? table[positive] : undefined;
  return negatable?.kind === 'bool' ? { name: positive, negated: true, flag: negatable } : null;
}

function unknownFlag(name: string, table: FlagTable, hints: FlagHints): string {
  if (Object.hasOwn(hints, name)) return `unknown flag --${name}: ${hints[name]}`;
  const near = nearest(name, Object.keys(table));
  return `unknown flag --${name}${near === undefined ? '' : `, did you mean --${near}?`} (--help lists all)`;
}

function durationOf({ kind }: Pick<Flag, 'kind'>, text: string): Millis {
  if (kind === 'duration') return parseDuration(text);
  try {
    return parseGoDuration(text);
  } catch {
    // Days and weeks, which Go does not know.
    return parseDuration(text);
  }
}

function badValue({ kind, least }: Flag, value: string): string | null {
  try {
    if (kind.endsWith('duration') && durationOf({ kind }, value) < (least ?? 0))
      return `at least ${formatDuration(least!)} is needed`;
    if (kind === 'size' && value === '') return 'empty size string';
    if (kind === 'size' && parseByteSize(value) < (least ?? 0)) return `at least ${least ?? 0} bytes are needed`;
  } catch (error) {
    return errorMessage(error);
  }
  if (kind === 'bool' && value !== 'true' && value !== 'false')
    return `${JSON.stringify(value)} is neither true nor false`;
  if (kind === 'int' && !/^[+-]?\d+$/.test(value)) return `${JSON.stringify(value)} is not a whole number`;
  if (kind === 'int' && least !== undefined && Number(value) < least) return `at least ${least} is needed`;
  if (kind === 'float' && !Number.isFinite(Number(value === '' ? Number.NaN : value))) {
    return `${JSON.stringify(value)} is not a number`;
  }
  return null;
}

/** The flags as a help text, one paragraph each. */
export function flagHelp(table: FlagTable): string {
  return Object.entries(table)
    .filter(([, { hidden }]) => !hidden)
    .map(([name, flag]) => {
      const shown =
        flag.kind === 'bool' ? `--[no-]${name}` : `--${name}=${flag.default || `<${flag.kind.replace('go-', '')}>`}`;
      const note = flag.ignored === undefined ? '' : ` Accepted without effect: ${flag.ignored}`;
      return `  ${shown}\n      ${flag.help}${note}`;
    })
    .join('\n');
}
