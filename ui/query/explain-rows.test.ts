import { describe, expect, it } from 'vitest';
import type { ExplainedNode } from '#promql/explain';
import { explainRows, moveInTree, toggledRow } from './explain-rows.ts';

function node(text: string, milliseconds: number, children: readonly ExplainedNode[] = []): ExplainedNode {
  return { text, kind: 'call', series: 1, samplesRead: 1, milliseconds, once: false, noMatch: null, children };
}

const TREE = node('a / b', 10, [node('sum(a)', 6, [node('a', 5)]), node('b', 3)]);
const NONE: ReadonlySet<string> = new Set();

describe('the lines of an explained expression', () => {
  it('have their own time as a share of the whole', () => {
    const lines = explainRows(TREE, NONE).map(({ key, depth, node: { text }, ownMilliseconds, ownShare }) => [
      ...[key, depth, text, ownMilliseconds, ownShare],
    ]);
    expect(lines).toEqual([
      ['', 0, 'a / b', 1, 0.1],
      ['0', 1, 'sum(a)', 1, 0.1],
      ['0.0', 2, 'a', 5, 0.5],
      ['1', 1, 'b', 3, 0.3],
    ]);
    expect(explainRows(node('0', 0), NONE)[0]!.ownShare).toBe(0);
  });

  it('hide what is under a closed one', () => {
    expect(explainRows(TREE, new Set(['0'])).map(({ key }) => key)).toEqual(['', '0', '1']);
    expect(explainRows(TREE, toggledRow(new Set(['']), '')).length).toBe(4);
    expect(explainRows(TREE, toggledRow(NONE, '')).length).toBe(1);
  });
});

describe('keys in the tree', () => {
  const pressed = (key: string, focus: string, closed = NONE) => {
    const move = moveInTree(key, explainRows(TREE, closed), { focus, closed });
    return move && [move.focus, [...move.closed].join()];
  };

  it.each([
    ['ArrowDown', '0', '0.0'],
    ['ArrowDown', '1', '1'],
    ['ArrowUp', '', ''],
    ['ArrowUp', '1', '0.0'],
    ['Home', '1', ''],
    ['End', '', '1'],
    ['ArrowRight', '0', '0.0'],
    ['ArrowRight', '1', '1'],
    ['ArrowLeft', '0.0', '0'],
    ['ArrowLeft', '1', ''],
  ])('%s from %j leads to %j', (key, from, to) => {
    expect(pressed(key, from)).toEqual([to, '']);
  });

  it('open and close what has parts', () => {
    expect(pressed('ArrowLeft', '0')).toEqual(['0', '0']);
    expect(pressed('ArrowRight', '0', new Set(['0']))).toEqual(['0', '']);
    expect(pressed('x', '0')).toBeNull();
  });
});
