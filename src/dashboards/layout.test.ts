import { describe, expect, it } from 'vitest';
import type { Json } from './dashboard.ts';
import type { VariableValue } from './interpolate.ts';
import { type LayoutInput, layoutDashboard, type PlacedItem, pixelLayout } from './layout.ts';
import { parseDashboard } from './parse.ts';

const value = (text: string): VariableValue => ({ values: [text], text, multi: true });
const NODES = new Map([['node', ['a', 'b', 'c'].map(value)]]);

function layout(panels: readonly Json[], input: Partial<LayoutInput> = {}): PlacedItem[] {
  const dashboard = parseDashboard({ panels }, 'x');
  return layoutDashboard(dashboard, { scope: new Map(), repeats: NODES, toggled: new Set(), ...input });
}

function panel(id: number, [x, y, w, h]: readonly [number, number, number, number], more: object = {}): Json {
  return { id, type: 'stat', title: `p${id}`, gridPos: { x, y, w, h }, ...more };
}

function shown(items: readonly PlacedItem[]): string[] {
  return items.map(({ key, position: { x, y, w, h } }) => `${key} at ${x},${y} ${w}x${h}`);
}

describe('the grid', () => {
  it('closes gaps upwards and separates what overlaps', () => {
    expect(shown(layout([panel(1, [0, 3, 12, 4]), panel(2, [12, 3, 12, 8]), panel(3, [0, 20, 12, 4])]))).toEqual([
      '1 at 0,0 12x4',
      '2 at 12,0 12x8',
      '3 at 0,4 12x4',
    ]);
    expect(shown(layout([panel(1, [0, 0, 12, 4]), panel(2, [6, 0, 12, 4])]))).toEqual([
      '1 at 0,0 12x4',
      '2 at 6,4 12x4',
    ]);
  });

  it('keeps panels inside', () => {
    expect(shown(layout([panel(1, [20, 0, 12, 4]), panel(2, [0, 4, 0, 0])]))).toEqual([
      '1 at 12,0 12x4',
      '2 at 0,4 24x1',
    ]);
  });

  it('gives panels without an id keys of their own', () => {
    expect(layout([panel(0, [0, 0, 12, 4]), panel(0, [12, 0, 12, 4])]).map(({ key }) => key)).toEqual(['0', '0~2']);
  });

  it('leaves out the panels of closed rows, until they are opened', () => {
    const row = { id: 9, type: 'row', collapsed: true, title: 'R', gridPos: { x: 0, y: 4, w: 24, h: 1 } };
    const panels = [panel(1, [0, 0, 24, 4]), { ...row, panels: [panel(2, [0, 5, 24, 4])] }] as Json[];
    expect(shown(layout(panels))).toEqual(['1 at 0,0 24x4', 'row-9 at 0,4 24x1']);
    expect(shown(layout(panels, { toggled: new Set(['row-9']) }))).toEqual([
      '1 at 0,0 24x4',
      'row-9 at 0,4 24x1',
      '2 at 0,5 24x4',
    ]);
  });
});

describe('a repeat', () => {
  it('stands side by side, so many to a line, and pushes down what is below', () => {
    const repeat = { repeat: 'node', repeatDirection: 'h', maxPerRow: 2 };
    expect(shown(layout([panel(1, [0, 0, 24, 3], repeat), panel(2, [0, 3, 24, 4])]))).toEqual([
      '1-a at 0,0 12x3',
      '1-b at 12,0 12x3',
      '1-c at 0,3 12x3',
      '2 at 0,6 24x4',
    ]);
  });

  it('goes downwards', () => {
    const repeat = { repeat: 'node', repeatDirection: 'v' };
    expect(shown(layout([panel(1, [0, 0, 8, 3], repeat), panel(2, [0, 3, 24, 4])]))).toEqual([
      '1-a at 0,0 8x3',
      '1-b at 0,3 8x3',
      '1-c at 0,6 8x3',
      '2 at 0,9 24x4',
    ]);
  });

  it('writes a row out with its panels, each with its value', () => {
    const row = {
      id: 9,
      type: 'row',
      collapsed: false,
      repeat: 'node',
      title: 'Node $node',
      gridPos: { x: 0, y: 0, w: 24, h: 1 },
    };
    const items = layout([row as Json, panel(1, [0, 1, 12, 4])]);
    expect(shown(items)).toEqual([
      'row-9-a at 0,0 24x1',
      '1-a at 0,1 12x4',
      'row-9-b at 0,5 24x1',
      '1-b at 0,6 12x4',
      'row-9-c at 0,10 24x1',
      '1-c at 0,11 12x4',
    ]);
    expect(items.map((item) => (item.kind === 'row' ? item.title : item.scope.get('node')?.text))).toEqual([
      ...['Node a', 'a', 'Node b', 'b', 'Node c', 'c'],
    ]);
  });

  it('has an end: who selects more values than anybody can look at is told which are left out', () => {
    const values = Array.from({ length: 50_000 }, (_, i) => ({ values: [`${i}`], text: `${i}`, multi: true }));
    const dashboard = parseDashboard({ panels: [panel(1, [0, 0, 12, 3], { repeat: 'node', maxPerRow: 2 })] }, 'u');
    const input = { scope: new Map(), repeats: new Map([['node', values]]), toggled: new Set<string>() };
    const items = layoutDashboard(dashboard, input);
    expect(items).toHaveLength(201);
    expect(items.at(-1)).toEqual({
      ...{ kind: 'row', key: 'left-out', collapsed: false, panels: 0 },
      title: '49800 more values of node are not shown: choose fewer of them above',
      position: { x: 0, y: 300, w: 24, h: 1 },
    });
  });

  it('inside of another ends at a thousand in all, and names what both leave out', () => {
    const values = Array.from({ length: 200 }, (_, i) => value(`${i}`));
    const row = {
      id: 9,
      type: 'row',
      collapsed: false,
      repeat: 'job',
      title: 'R',
      gridPos: { x: 0, y: 0, w: 24, h: 1 },
    };
    const inside = panel(1, [0, 1, 12, 3], { repeat: 'node', maxPerRow: 12 });
    const last = panel(2, [0, 4, 12, 3]);
    const repeats = new Map([
      ['node', values],
      ['job', values],
    ]);
    const items = layout([row as Json, inside, last], { repeats });
    expect(
      items.flatMap((item) => (item.kind === 'row' && item.key.startsWith('left-out') ? [item.title] : [])),
    ).toEqual([
      '9 more values of node are not shown: choose fewer of them above',
      '195 more values of job are not shown: choose fewer of them above',
    ]);
    expect(items).toHaveLength(1003);
    expect(items.filter(({ key }) => key.startsWith('2-'))).toHaveLength(5);
    expect(items.filter(({ key }) => key.startsWith('1-4-'))).toHaveLength(191);
  });

  it('over a variable that does not exist stands once', () => {
    expect(shown(layout([panel(1, [0, 0, 12, 3], { repeat: 'gone' })]))).toEqual(['1 at 0,0 12x3']);
  });
});

describe('positions that no grid has', () => {
  it('are closed up from any distance, and bounded', () => {
    const far = [panel(1, [0, 0, 12, 4]), panel(2, [0, 1e300, 12, 1e300]), panel(3, [-7, 1e9, 1e9, -3])];
    expect(shown(layout(far))).toEqual(['1 at 0,0 12x4', '3 at 0,4 24x1', '2 at 0,5 12x400']);
  });

  it('between the cells are rounded', () => {
    expect(shown(layout([panel(1, [0.4, 0, 11.6, 3.5]), panel(2, [0, 3.7, 12, 4])]))).toEqual([
      ...['1 at 0,0 12x4', '2 at 0,4 12x4'],
    ]);
  });
});

describe('places in pixels', () => {
  const items = layout([panel(1, [0, 0, 12, 4]), panel(2, [12, 0, 12, 8])]);

  it('are cells of 30 pixels and 8 between them', () => {
    expect(pixelLayout(items, 1200)).toEqual({
      height: 296,
      places: [
        { left: 0, top: 0, width: 596, height: 144 },
        { left: 604, top: 0, width: 596, height: 296 },
      ],
    });
  });

  it('are halves of a line for small ones on a phone', () => {
    const small = layout([panel(1, [0, 0, 6, 4]), panel(2, [6, 0, 6, 4]), panel(3, [12, 0, 6, 4])]);
    expect(pixelLayout(small, 380).places.map(({ left, top, width }) => [left, top, width])).toEqual([
      [0, 0, 186],
      [194, 0, 186],
      [0, 152, 380],
    ]);
  });

  it('lie below each other on a phone', () => {
    expect(pixelLayout(items, 380)).toEqual({
      height: 448,
      places: [
        { left: 0, top: 0, width: 380, height: 144 },
        { left: 0, top: 152, width: 380, height: 296 },
      ],
    });
  });
});
