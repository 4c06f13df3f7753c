import type { ColumnPlace } from '#lib/kernel-heap';
import type { Millis } from '#model/time';
import type { Annotations } from '../annotations.ts';
import type { Span } from '../ast.ts';
import type { OpenRow } from './open-row.ts';

/** One series of floats, and the part of it that each step looks at: samples `from[i]` up to, not including, `to[i]`. */
export interface Windows {
  readonly t: Float64Array;
  readonly v: Float64Array;
  /** When the counter of each sample began to count; absent or null: not known of any. */
  readonly starts?: Float64Array | null;
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** By step: the last moment of the window; the first one is `range` earlier and does not belong to it. */
  readonly ends: Float64Array;
  readonly range: Millis;
  /** By step: when it is evaluated, which is not `ends` when there is an offset or `@`. */
  readonly times: Float64Array;
  /** The scalar arguments, by step. */
  readonly args: readonly Float64Array[];
  /** Other than plain: `from` and `to` reach beyond the window. */
  readonly boundary: 'plain' | 'anchored' | 'smoothed';
  /** Of windows with the same `from` array: equal as long as timestamps and places are. */
  readonly version?: number;
  /** Where `t` and `v` lie in the memory of this thread's kernels, when they do. */
  readonly place?: ColumnPlace | null;
}

/** Where a function leaves annotations. */
export interface Notes {
  readonly annotations: Annotations;
  readonly span: Span;
}

/** Writes its value of each window that has one to the row. Neither `from` nor `to` ever goes back. */
export type WindowFunction = (windows: Windows, row: OpenRow, notes: Notes) => void;

/** A window function that looks at each window by itself. `undefined` from `value`: none. */
export function perWindow(value: (windows: Windows, i: number) => number | undefined): WindowFunction {
  return (windows, { columns, base }) => {
    const { from, to } = windows;
    for (let i = 0; i < from.length; i++) {
      if (to[i]! <= from[i]!) continue;
      const result = value(windows, i);
      if (result === undefined) continue;
      columns.values[base + i] = result;
      columns.present[base + i] = 1;
    }
  };
}
