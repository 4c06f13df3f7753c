import { numberField, withFields } from './columns.ts';
import { at, isObject, type Json, type JsonObject, number, text } from './dashboard.ts';
import type { DataFrame, Field } from './frames.ts';
import { reducer } from './reducers.ts';
import { joinByField } from './transform-join.ts';

/**
 * `calculateField`: a new column from the numbers of each line (`reduceRow`), from two columns (`binary`), from one
 * (`unary`), or the number of the line (`index`). Series are first put side by side by their time.
 */
export function calculateField(frames: readonly DataFrame[], options: JsonObject): DataFrame[] {
  const wide = frames.every(({ fields }) => fields.some(({ type }) => type === 'time'))
    ? joinByField(frames, {})
    : frames;
  return wide.map((frame) => {
    const calculation = CALCULATIONS[text(options['mode'], 'reduceRow')]?.(frame, options);
    if (calculation === undefined || calculation === null) return frame;
    const alias = text(options['alias']);
    const added = numberField(alias === '' ? calculation.name : alias, calculation.values);
    if (options['replaceFields'] !== true) return withFields(frame, [...frame.fields, added]);
    return withFields(frame, [...frame.fields.filter(({ type }) => type === 'time'), added]);
  });
}

interface Calculation {
  readonly name: string;
  readonly values: readonly number[];
}

/** Null when the columns that it needs are not there. */
type Calculate = (frame: DataFrame, options: JsonObject) => Calculation | null;

const CALCULATIONS: Readonly<Record<string, Calculate>> = {
  reduceRow: (frame, options) => {
    const include = at(options, 'reduce', 'include');
    const names = Array.isArray(include) ? include.map((name) => text(name)) : [];
    const fields = frame.fields.filter(
      ({ type, name }) => type === 'number' && (names.length === 0 || names.includes(name)),
    );
    const found = reducer(text(at(options, 'reduce', 'reducer'), 'sum'));
    if (fields.length === 0 || found === undefined) return null;
    const values = perLine(frame, (i) => found.reduce(fields.map((field) => Number(field.values[i]))));
    return { name: found.label, values };
  },
  binary: (frame, options) => {
    const { left, right } = { left: at(options, 'binary', 'left'), right: at(options, 'binary', 'right') };
    const operator = text(at(options, 'binary', 'operator'), '+');
    const [a, b] = [operand(frame, left), operand(frame, right)];
    const operation = OPERATIONS[operator];
    if (a === null || b === null || operation === undefined) return null;
    return { name: `${a.name} ${operator} ${b.name}`, values: perLine(frame, (i) => operation(a.at(i), b.at(i))) };
  },
  unary: (frame, options) => {
    const operator = text(at(options, 'unary', 'operator'), 'abs');
    const of = operand(frame, at(options, 'unary', 'fieldName'));
    const operation = FUNCTIONS[operator];
    if (of === null || operation === undefined) return null;
    return { name: `${operator}(${of.name})`, values: perLine(frame, (i) => operation(of.at(i))) };
  },
  cumulativeFunctions: (frame, options) => {
    const of = operand(frame, at(options, 'cumulative', 'field'));
    const calc = text(at(options, 'cumulative', 'reducer'), 'sum');
    if (of === null) return null;
    let sum = 0;
    const values = perLine(frame, (i) => {
      sum += of.at(i) || 0;
      return calc === 'mean' ? sum / (i + 1) : sum;
    });
    return { name: `cumulative ${calc}(${of.name})`, values };
  },
  windowFunctions: (frame, options) => {
    const of = operand(frame, at(options, 'window', 'field'));
    const calc = text(at(options, 'window', 'reducer'), 'mean');
    const found = reducer(calc);
    if (of === null || found === undefined) return null;
    const alignment = text(at(options, 'window', 'windowAlignment'), 'trailing');
    const values = perLine(frame, (i) => {
      const [first, last] = windowAround(i, frame.length, options);
      return found.reduce(Array.from({ length: last - first + 1 }, (_, k) => of.at(first + k)));
    });
    return { name: `${alignment} moving ${calc}(${of.name})`, values };
  },
  index: (frame, options) => {
    const percent = at(options, 'index', 'asPercentile') === true;
    return { name: 'Row', values: perLine(frame, (i) => (percent ? i / Math.max(1, frame.length) : i)) };
  },
};

function perLine(frame: DataFrame, value: (line: number) => number): number[] {
  return Array.from({ length: frame.length }, (_, i) => value(i));
}

/** The first and last line of the window of a line. A size may be a share of all lines; an even one reaches further back. */
function windowAround(line: number, length: number, options: JsonObject): readonly [first: number, last: number] {
  const written = number(at(options, 'window', 'windowSize'), 0.1);
  const share = text(at(options, 'window', 'windowSizeMode'), 'percentage') === 'percentage';
  const size = Math.max(1, Math.floor(share ? written * length : written));
  const centered = text(at(options, 'window', 'windowAlignment')) === 'centered';
  const before = centered ? Math.floor(size / 2) : size - 1;
  const after = centered ? size - 1 - before : 0;
  return [Math.max(0, line - before), Math.min(length - 1, line + after)];
}

interface Operand {
  readonly name: string;
  readonly at: (line: number) => number;
}

/** A column by name (plain, or as the options of a matcher), or a number. */
function operand(frame: DataFrame, json: Json | undefined): Operand | null {
  const written = isObject(json) ? (at(json, 'matcher', 'options') ?? json['fixed']) : json;
  const name = text(written);
  const field = frame.fields.find((candidate: Field) => candidate.name === name);
  if (field !== undefined) return { name, at: (line) => Number(field.values[line]) };
  const fixed = number(written, Number.NaN);
  return Number.isNaN(fixed) ? null : { name: String(fixed), at: () => fixed };
}

const OPERATIONS: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '**': (a, b) => a ** b,
  '%': (a, b) => a % b,
};

const FUNCTIONS: Readonly<Record<string, (value: number) => number>> = {
  abs: Math.abs,
  exp: Math.exp,
  ln: Math.log,
  floor: Math.floor,
  ceil: Math.ceil,
};
