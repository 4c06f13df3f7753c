import { type Cell, isPresent, pickLines } from './columns.ts';
import { type Json, type JsonObject, number, object, objects, text } from './dashboard.ts';
import type { DataFrame } from './frames.ts';
import { compilePattern } from './pattern.ts';

type CellTest = (cell: Cell | undefined) => boolean;

/** Grafana's value matchers by id. */
const TESTS: Readonly<Record<string, (options: JsonObject) => CellTest>> = {
  regex: ({ value }) => {
    const pattern = compilePattern(text(value));
    return (cell) => pattern?.find(String(cell ?? '')) ?? false;
  },
  isNull: () => (cell) => !isPresent(cell),
  isNotNull: () => isPresent,
  greater: compared((a, b) => a > b),
  greaterOrEqual: compared((a, b) => a >= b),
  lower: compared((a, b) => a < b),
  lowerOrEqual: compared((a, b) => a <= b),
  equal:
    ({ value }) =>
    (cell) =>
      String(cell) === text(value),
  notEqual:
    ({ value }) =>
    (cell) =>
      String(cell) !== text(value),
  substring: ({ value }) => contains(text(value)),
  notSubstring: ({ value }) => {
    const found = contains(text(value));
    return (cell) => !found(cell);
  },
  between: ({ from, to }) => {
    const [low, high] = [number(from, Number.NaN), number(to, Number.NaN)];
    return (cell) => Number(cell) > low && Number(cell) < high;
  },
};

function compared(holds: (a: number, b: number) => boolean): (options: JsonObject) => CellTest {
  return ({ value }) => {
    const wanted = number(value, Number.NaN);
    return (cell) => isPresent(cell) && holds(Number(cell), wanted);
  };
}

function contains(part: string): CellTest {
  const wanted = part.toLowerCase();
  return (cell) =>
    String(cell ?? '')
      .toLowerCase()
      .includes(wanted);
}

/** `filterByValue`: keeps the lines whose cells pass any or all of some tests, or leaves them out. */
export function filterByValue(frames: readonly DataFrame[], options: JsonObject): DataFrame[] {
  const filters = objects(options['filters']);
  const all = text(options['match']) === 'all';
  const include = text(options['type'], 'include') === 'include';
  return frames.map((frame) => {
    const tests = filters.flatMap((filter) => testOf(frame, filter));
    if (tests.length === 0) return frame;
    const passes = (line: number): boolean =>
      all ? tests.every((test) => test(line)) : tests.some((test) => test(line));
    const lines = Array.from({ length: frame.length }, (_, line) => line).filter((line) => passes(line) === include);
    return pickLines(frame, lines);
  });
}

/** None for a column that is not there. */
function testOf(frame: DataFrame, filter: JsonObject): ((line: number) => boolean)[] {
  const field = frame.fields.find(({ name }) => name === text(filter['fieldName']));
  const config = object(filter['config']);
  const make = TESTS[text(config['id'])];
  if (field === undefined || make === undefined) return [];
  const test = make(object(config['options']));
  return [(line) => test(field.values[line])];
}

/** `filterByRefId`: keeps the answers of some queries (`A|B`, or a list). */
export function filterByRefId(frames: readonly DataFrame[], options: JsonObject): DataFrame[] {
  const written: Json | undefined = options['include'];
  const list = Array.isArray(written) ? written.map((one) => text(one)) : text(written).split('|');
  const wanted = list.filter((one) => one !== '');
  return wanted.length === 0 ? [...frames] : frames.filter(({ refId }) => wanted.includes(refId));
}
