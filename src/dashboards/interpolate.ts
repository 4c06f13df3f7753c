import { formatDate } from './unit-dates.ts';

/** What a variable stands for: one value, or several when more are selected. */
export interface VariableValue {
  readonly values: readonly string[];
  /** What a person sees for it. */
  readonly text: string;
  /** How it is written where no format is given: query variables with several values join differently per place. */
  readonly multi: boolean;
}

/** Values by variable name; `name.field` is what `${name.field}` writes, where that is another than `${name}` does. */
export type Scope = ReadonlyMap<string, VariableValue>;

/** How a value is written when the reference does not say: `promql` makes a safe regex of several values. */
export type DefaultFormat = 'glob' | 'promql' | 'text';

// $name, ${name}, ${name.field:format}, [[name:format]]
const REFERENCE = /\$(\w+)|\$\{(\w+)(?:\.([^:}]+))?(?::([^}]+))?\}|\[\[(\w+)(?::(\w+))?\]\]/g;

/** Replaces references to variables that `scope` has; others stay as they are written. */
export function interpolate(text: string, scope: Scope, format: DefaultFormat = 'glob'): string {
  return text.replace(REFERENCE, (whole, bare, braced, field, bracedFormat, square, squareFormat) => {
    const value = scope.get(`${braced}.${field}`) ?? scope.get(bare ?? braced ?? square);
    if (!value) return whole;
    return formatVariable(value, bracedFormat ?? squareFormat ?? format, bare ?? braced ?? square);
  });
}

/** Names of the variables that a text refers to, known or not. */
export function referencedVariables(text: string): Set<string> {
  return new Set([...text.matchAll(REFERENCE)].map((match) => (match[1] ?? match[2] ?? match[5])!));
}

type Format = (values: readonly string[], value: VariableValue, name: string) => string;

const each =
  (change: (value: string) => string, join: string): Format =>
  (values) =>
    values.map(change).join(join);

/** Grafana's formats of `${name:format}`. */
const FORMATS: Readonly<Record<string, Format>> = {
  raw: (values) => values.join(','),
  csv: (values) => values.join(','),
  pipe: (values) => values.join('|'),
  regex: (values) => alternatives(values.map(escapeRegex)),
  promql: (values, { multi }) => (multi ? alternatives(values.map(escapePromql)) : values.map(escapeLiteral).join(',')),
  glob: (values) => (values.length === 1 ? values[0]! : `{${values.join(',')}}`),
  json: (values) => JSON.stringify(values.length === 1 ? values[0] : values),
  text: (_, { text }) => text,
  lucene: (values) => alternativesOf(values.map(escapeLucene), '(', ' OR ', ')'),
  percentencode: (values) => encodeURIComponent(values.length === 1 ? values[0]! : `{${values.join(',')}}`),
  uriencode: (values) => encodeURI(values.length === 1 ? values[0]! : `{${values.join(',')}}`),
  singlequote: each((value) => `'${value.replace(/'/g, "\\'")}'`, ','),
  doublequote: each((value) => `"${value.replace(/"/g, '\\"')}"`, ','),
  sqlstring: each((value) => `'${value.replace(/'/g, "''")}'`, ','),
  html: each(escapeHtml, ', '),
  date: (values) => dateText(Number(values[0]), 'iso'),
  queryparam: (_, value, name) => queryParameters(name, value),
  customqueryparam: (values, _, name) =>
    values.map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&'),
  // The name stands before all but the first: `server=a,server=b` of graphite's kind.
  distributed: (values, _, name) => values.map((value, i) => (i === 0 ? value : `${name}=${value}`)).join(','),
};

/** A time as ISO 8601, in seconds, or by a pattern such as `YYYY-MM`. */
function dateText(time: number, format: string): string {
  if (Number.isNaN(new Date(time).getTime())) return '';
  if (format === 'iso') return new Date(time).toISOString();
  return format === 'seconds' ? String(Math.round(time / 1000)) : formatDate(time, format);
}

/** One value in the given format. Unknown formats are written as `glob`, as Grafana does. */
function formatVariable(value: VariableValue, written: string, name: string): string {
  const [format = '', ...rest] = written.split(':');
  if (format === 'date' && rest.length > 0) return dateText(Number(value.values[0]), rest.join(':'));
  const write = Object.hasOwn(FORMATS, format) ? FORMATS[format]! : FORMATS['glob']!;
  return write(value.values, value, name);
}

/** `var-name=a&var-name=b`, for links to dashboards. */
export function queryParameters(name: string, { values }: VariableValue): string {
  return values.map((value) => `var-${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
}

function alternatives(values: readonly string[]): string {
  return alternativesOf(values, '(', '|', ')');
}

function alternativesOf(values: readonly string[], open: string, between: string, close: string): string {
  return values.length === 1 ? values[0]! : `${open}${values.join(between)}${close}`;
}

function escapeRegex(value: string): string {
  return value.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** A regex inside a PromQL string: escapes are escaped once more. */
function escapePromql(value: string): string {
  return value.replace(/[\\^$.*+?()[\]{}|]/g, '\\\\$&').replace(/"/g, '\\"');
}

/** A literal inside a PromQL string. */
function escapeLiteral(value: string): string {
  return value.replace(/\\/g, '\\\\').replace(/"/g, '\\"');
}

function escapeLucene(value: string): string {
  return `"${value.replace(/[\\"]/g, '\\$&')}"`;
}

function escapeHtml(value: string): string {
  return value.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
