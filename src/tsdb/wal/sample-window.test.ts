import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PendingRows } from '../write/pending-rows.ts';
import { SampleWindow } from './sample-window.ts';

const LAST_ID = 20;

type Row = readonly [id: number, t: number];

function commitOf(rows: readonly Row[]): PendingRows {
  const commit = new PendingRows();
  for (const [id, t] of rows) commit.push(id, t, t + 1, t + 2);
  return commit;
}

function drained(window: SampleWindow): Row[] {
  const rows: Row[] = [];
  for (const { id, t, high, low, length } of window.drain(LAST_ID)) {
    for (let i = 0; i < length; i++) {
      expect([high[i], low[i]]).toEqual([t[i]! + 1, t[i]! + 2]);
      rows.push([id[i]!, t[i]!]);
    }
  }
  return rows;
}

const commits = fc.array(fc.array(fc.tuple(fc.nat(LAST_ID), fc.nat(1000)), { maxLength: 300 }), { maxLength: 60 });

describe('samples of many commits', () => {
  it('leave series by series, those of each in the order of the commits', () => {
    const property = fc.property(commits, (all) => {
      const window = new SampleWindow();
      for (const rows of all) window.add(commitOf(rows));
      const rows = all.flat();
      const sorted = rows.length > LAST_ID ? rows.toSorted(([a], [b]) => a - b) : rows;
      expect(drained(window)).toEqual(sorted);
      expect(drained(window)).toEqual([]);
    });
    fc.assert(property);
  });

  it('leave as they came when they are few beside the series', () => {
    const window = new SampleWindow();
    window.add(commitOf([[9, 1]]));
    window.add(commitOf([[3, 2]]));
    expect(drained(window)).toEqual([
      [9, 1],
      [3, 2],
    ]);
  });

  it('are to leave when there is no room for more', () => {
    const window = new SampleWindow(3);
    window.add(commitOf([[1, 1]]));
    expect(window.isFull).toBe(false);
    window.add(
      commitOf([
        [1, 2],
        [2, 2],
      ]),
    );
    expect(window.isFull).toBe(true);
    drained(window);
    expect(window.isFull).toBe(false);
  });
});
