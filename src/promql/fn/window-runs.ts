import type { Windows } from './windows.ts';

/**
 * Windows of two samples or more in runs of equal shape: in a run all have the same number of samples and the same
 * distances between their borders and first and last sample, and each begins equally many samples behind the one before.
 * Run r is of the steps `start[r]` up to, not including, `end[r]`. Usually there is one.
 */
export interface WindowRuns {
  count: number;
  readonly start: Int32Array;
  readonly end: Int32Array;
  /** The first sample of the first window, and how many lie between that of a window and that of the next. */
  readonly first: Int32Array;
  readonly stride: Int32Array;
  /** How many samples follow the first one of each window. */
  readonly gaps: Int32Array;
  /** From the border to the first sample, from there to the last one, and from that to the other border. */
  readonly lead: Float64Array;
  readonly span: Float64Array;
  readonly tail: Float64Array;
}

function emptyRuns(steps: number): WindowRuns {
  const [integers, numbers] = [() => new Int32Array(steps), () => new Float64Array(steps)];
  const places = { start: integers(), end: integers(), first: integers(), stride: integers(), gaps: integers() };
  return { count: 0, ...places, lead: numbers(), span: numbers(), tail: numbers() };
}

let last: { from: Int32Array | null; version: number | undefined; runs: WindowRuns } = {
  from: null,
  version: undefined,
  runs: emptyRuns(256),
};

/** The runs of these windows. They are valid until the next call. */
export function runsOf(windows: Windows): WindowRuns {
  const { from, version } = windows;
  if (version !== undefined && last.from === from && last.version === version) return last.runs;
  const runs = from.length > last.runs.start.length ? emptyRuns(from.length) : last.runs;
  last = { from, version, runs };
  findRuns(windows, runs);
  return runs;
}

function findRuns({ t, from, to, ends, range }: Windows, runs: WindowRuns): void {
  const { start, end, first, stride, gaps, lead, span, tail } = runs;
  let count = 0;
  // Of the run so far: its step behind the last one, its shape, and where the next window should begin.
  let behind = -1;
  let size = 0;
  let before = 0;
  let between = 0;
  let after = 0;
  let next = 0;
  let step = 0;
  for (let i = 0; i < from.length; i++) {
    const a = from[i]!;
    const b = to[i]! - 1;
    if (b <= a) continue;
    const toFirst = t[a]! - (ends[i]! - range);
    const fromLast = ends[i]! - t[b]!;
    const inside = t[b]! - t[a]!;
    const isAlike = behind === i && b - a === size && toFirst === before && fromLast === after && inside === between;
    if (isAlike && a === next) {
      next += step;
    } else if (isAlike && i - start[count - 1]! === 1) {
      step = a - first[count - 1]!;
      stride[count - 1] = step;
      next = a + step;
    } else {
      if (count > 0) end[count - 1] = behind;
      start[count] = i;
      first[count] = a;
      stride[count] = 0;
      size = b - a;
      before = toFirst;
      between = inside;
      after = fromLast;
      gaps[count] = size;
      lead[count] = before;
      span[count] = between;
      tail[count] = after;
      count++;
      step = 0;
      next = -1;
    }
    behind = i + 1;
  }
  if (count > 0) end[count - 1] = behind;
  runs.count = count;
}
