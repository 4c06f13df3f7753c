import { describe, expect, it } from 'vitest';
import { nodeAt, parseYaml } from './yaml.ts';
import { positionInScalar } from './yaml-position.ts';

/** Line and column of the text `needle` inside the scalar at key `e`, and the same searched in the source by eye. */
function placeOf(source: string, needle: string): [line: number, column: number] {
  const scalar = nodeAt(parseYaml(source)[0]!, ['e']);
  if (scalar.kind !== 'scalar') throw new Error('not a scalar');
  const offset = scalar.text.indexOf(needle);
  if (offset === -1) throw new Error(`${needle} is not in ${JSON.stringify(scalar.text)}`);
  const { line, column } = positionInScalar(scalar, offset);
  return [line, column];
}

describe('a place inside a scalar', () => {
  it.each([
    ['plain', 'e: sum(rate(up[5m]))', 'rate', [1, 8]],
    ['single quoted', "e: 'sum(x)'", 'x', [1, 9]],
    ['single quoted behind a quote', "e: 'a''b + c'", 'c', [1, 12]],
    ['double quoted', 'e: "sum(x)"', 'x', [1, 9]],
    ['double quoted behind escapes', 'e: "up{a=\\"b\\"} + bad"', 'bad', [1, 19]],
    ['double quoted behind a tab escape', 'e: "a\\tb + c"', 'c', [1, 12]],
    ['double quoted behind a unicode escape', 'e: "\\u00e9\\x41 + c"', 'c', [1, 18]],
    ['double quoted behind a wide escape', 'e: "\\U0001F600 + c"', 'c', [1, 18]],
    ['literal, first line', 'e: |\n  rate(a[5m]) /\n  rate(b[5m])\n', 'rate(a', [2, 3]],
    ['literal, second line', 'e: |\n  rate(a[5m]) /\n  rate(b[5m])\n', 'b[5m]', [3, 8]],
    ['literal, indented further', 'e: |\n  sum(\n    rate(a[5m]))\n', 'a[', [3, 10]],
    ['literal, behind an empty line', 'e: |\n  a\n\n  b\n', 'b', [4, 3]],
    ['literal with chomping', 'e: |-\n    a\n    b\n', 'b', [3, 5]],
    ['folded', 'e: >\n  a +\n  b +\n  c\n', 'c', [4, 3]],
    ['folded, behind a paragraph', 'e: >-\n  a\n\n  b\n', 'b', [4, 3]],
    ['plain over two lines', 'e: a +\n   b\n', 'b', [2, 4]],
    ['double quoted over two lines', 'e: "a +\n   b"\n', 'b', [2, 4]],
    ['double quoted with an escaped line end', 'e: "a + \\\n   b"\n', 'b', [2, 4]],
  ])('%s', (_, source, needle, place) => {
    expect(placeOf(source, needle)).toEqual(place);
  });

  it('past the end is the end', () => {
    const scalar = nodeAt(parseYaml('e: |\n  abc\n  de\nf: 1\n')[0]!, ['e']);
    if (scalar.kind !== 'scalar') throw new Error('not a scalar');
    expect(positionInScalar(scalar, 99)).toEqual({ line: 3, column: 5 });
  });
});
