import { displayValue } from './field-config.ts';
import type { TableColumn } from './table.ts';
import { formattedText } from './units.ts';

type LineTest = (line: number) => boolean;

const COMPARED = /^\s*(<=|>=|!=|<|>|=)\s*(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*$/i;

const COMPARE: Readonly<Record<string, (value: number, wanted: number) => boolean>> = {
  '<': (value, wanted) => value < wanted,
  '<=': (value, wanted) => value <= wanted,
  '>': (value, wanted) => value > wanted,
  '>=': (value, wanted) => value >= wanted,
  '=': (value, wanted) => value === wanted,
  '!=': (value, wanted) => value !== wanted,
};

/**
 * The lines that pass what was typed for their columns (by name), in their order. `> 5` compares a number as it is stored;
 * anything else must stand in the cell's text, large or small letters alike.
 */
export function filteredLines(
  lines: readonly number[],
  columns: readonly TableColumn[],
  typed: ReadonlyMap<string, string>,
): readonly number[] {
  const tests = columns.flatMap((column) => {
    const words = typed.get(column.name)?.trim() ?? '';
    return words === '' ? [] : [testOf(column, words)];
  });
  return tests.length === 0 ? lines : lines.filter((line) => tests.every((test) => test(line)));
}

function testOf({ field, config }: TableColumn, words: string): LineTest {
  const [, operator, number] = COMPARED.exec(words) ?? [];
  if (operator !== undefined && field.type !== 'string') {
    const wanted = Number(number);
    return (line) => COMPARE[operator]!(field.values[line]!, wanted);
  }
  const lower = words.toLowerCase();
  return (line) => {
    const value = field.values[line];
    const text = typeof value === 'string' ? value : formattedText(displayValue(config, value ?? Number.NaN));
    return text.toLowerCase().includes(lower);
  };
}
