import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countChanges, type DiffLine, diffLines } from './text-diff.ts';

const shown = (lines: readonly DiffLine[]) =>
  lines.map(({ kind, text }) => ({ same: ' ', removed: '-', added: '+' })[kind] + text);

describe('two texts compared', () => {
  it('differ by the fewest lines', () => {
    expect(shown(diffLines('a\nb\nc\nd', 'a\nc\nx\nd'))).toEqual([' a', '-b', ' c', '+x', ' d']);
    expect(diffLines('a\nb', 'a\nB')).toEqual([
      { kind: 'same', text: 'a', before: 1, after: 1 },
      { kind: 'removed', text: 'b', before: 2, after: null },
      { kind: 'added', text: 'B', before: null, after: 2 },
    ]);
    expect(countChanges(diffLines('same\ntext', 'same\ntext'))).toEqual({ added: 0, removed: 0 });
  });

  it('give each other back, whatever they are', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 30 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, text, (first, second) => {
        const lines = diffLines(first, second);
        const without = (kind: DiffLine['kind']) => lines.filter((line) => line.kind !== kind);
        expect(
          without('added')
            .map((line) => line.text)
            .join('\n'),
        ).toBe(first);
        expect(
          without('removed')
            .map((line) => line.text)
            .join('\n'),
        ).toBe(second);
        expect(without('added').map(({ before }) => before)).toEqual(first.split('\n').map((_, i) => i + 1));
        expect(without('removed').map(({ after }) => after)).toEqual(second.split('\n').map((_, i) => i + 1));
        expect(countChanges(lines).removed).toBe(
          first.split('\n').length - longestCommon(first.split('\n'), second.split('\n')),
        );
      }),
    );
  });

  it('that have nothing in common are replaced', () => {
    const first = Array.from({ length: 2000 }, (_, i) => `a${i}`).join('\n');
    const second = Array.from({ length: 2000 }, (_, i) => `b${i}`).join('\n');
    expect(countChanges(diffLines(first, second))).toEqual({ added: 2000, removed: 2000 });
  });
});

function longestCommon(a: readonly string[], b: readonly string[]): number {
  let above: number[] = new Array(b.length + 1).fill(0);
  for (const line of a) {
    const row = [0];
    for (const [j, other] of b.entries()) {
      row.push(line === other ? above[j]! + 1 : Math.max(above[j + 1]!, row[j]!));
    }
    above = row;
  }
  return above[b.length]!;
}
