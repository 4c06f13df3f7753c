import { errorMessage } from './errors.ts';

/** Severity, as `--log.level` names it. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Values beside the message. Errors print their message; undefined fields are left out. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Writes one line per event. Never throws, never blocks on anything but the sink. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A log that adds these fields to every line. */
  with(fields: LogFields): Log;
}

/** Each complete line, newline included. */
export type LogSink = (line: string) => void;

export interface LogOptions {
  readonly level?: LogLevel;
  readonly format?: 'logfmt' | 'json' | 'plain';
  readonly sink?: LogSink;
  readonly now?: () => number;
}

const ORDER: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/**
 * A log in logfmt (as Prometheus writes it), JSON, or plain words for a person at a terminal.
 * The default sink is standard error.
 */
export function createLog(options: LogOptions = {}, fields: LogFields = {}): Log {
  const { level = 'info', format = 'logfmt', sink = (line) => process.stderr.write(line), now = Date.now } = options;
  const write = (at: LogLevel, message: string, more: LogFields = {}) => {
    if (ORDER[at] < ORDER[level]) return;
    sink(FORMATS[format](new Date(now()), at, message, { ...fields, ...more }));
  };
  return {
    debug: (message, more) => write('debug', message, more),
    info: (message, more) => write('info', message, more),
    warn: (message, more) => write('warn', message, more),
    error: (message, more) => write('error', message, more),
    with: (more) => createLog(options, { ...fields, ...more }),
  };
}

/** A log that says nothing. */
export const silentLog: Log = createLog({ sink: () => {} });

type Format = (time: Date, level: LogLevel, message: string, fields: LogFields) => string;

const FORMATS: Readonly<Record<'logfmt' | 'json' | 'plain', Format>> = {
  logfmt: (time, level, message, fields) =>
    `${pairs({ time: time.toISOString(), level: level.toUpperCase(), msg: message, ...fields })}\n`,
  json: (time, level, message, fields) =>
    `${JSON.stringify({ time: time.toISOString(), level: level.toUpperCase(), msg: message, ...printable(fields) })}\n`,
  plain: (time, level, message, fields) => {
    const mark = level === 'info' ? '' : `${level.toUpperCase()} `;
    const rest = pairs(fields);
    return `${time.toTimeString().slice(0, 8)} ${mark}${message}${rest && `  ${rest}`}\n`;
  },
};

function printable(fields: LogFields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, plainValue(value)]));
}

function plainValue(value: unknown): unknown {
  return value instanceof Error ? errorMessage(value) : value;
}

function pairs(fields: LogFields): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${quoted(plainValue(value))}`)
    .join(' ');
}

function quoted(value: unknown): string {
  const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
  return /^[^\s"=\\]+$/.test(text) ? text : JSON.stringify(text);
}
