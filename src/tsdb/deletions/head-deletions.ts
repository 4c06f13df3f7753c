import type { Millis, TimeRange } from '#model/time';

/** What was deleted of one series of the head; both ends belong to it. */
export interface HeadDeletion {
  readonly id: number;
  readonly start: Millis;
  readonly end: Millis;
  /** Samples of later commits are not meant: they came after the deletion. */
  readonly seq: number;
}

const COLUMNS = 4;

/** Deletions in memory that threads share, by series. Null: there are none. */
export type SharedDeletions = SharedArrayBuffer | null;

/** Lays deletions out for other threads. */
export function shareDeletions(list: readonly HeadDeletion[]): SharedDeletions {
  if (list.length === 0) return null;
  const shared = new SharedArrayBuffer(list.length * COLUMNS * 8);
  const columns = new Float64Array(shared);
  const sorted = [...list].sort((a, b) => a.id - b.id);
  for (const [i, { id, start, end, seq }] of sorted.entries()) columns.set([id, start, end, seq], i * COLUMNS);
  return shared;
}

/** Deletions as a reader finds them. */
export class DeletionIndex {
  private readonly columns: Float64Array;

  constructor(shared: SharedArrayBuffer) {
    this.columns = new Float64Array(shared);
  }

  /** What was deleted of a series. */
  of(id: number): HeadDeletion[] {
    const found: HeadDeletion[] = [];
    for (let i = this.lowerBound(id); this.columns[i * COLUMNS] === id; i++) {
      const [, start, end, seq] = this.columns.subarray(i * COLUMNS, (i + 1) * COLUMNS);
      found.push({ id, start: start!, end: end!, seq: seq! });
    }
    return found;
  }

  private lowerBound(id: number): number {
    let low = 0;
    let high = this.columns.length / COLUMNS;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.columns[middle * COLUMNS]! < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Null for none. */
export function deletionIndex(shared: SharedDeletions): DeletionIndex | null {
  return shared === null ? null : new DeletionIndex(shared);
}

/** Whether the sample that a commit wrote at `t` was deleted since. */
export function isDeleted(deletions: readonly HeadDeletion[], t: Millis, commit: number): boolean {
  return deletions.some(({ start, end, seq }) => commit <= seq && start <= t && t <= end);
}

/** What of the range a series has whose samples lie in `times`; null: nothing. */
export function clamped(range: TimeRange, times: TimeRange): TimeRange | null {
  const cut = { start: Math.max(range.start, times.start), end: Math.min(range.end, times.end) };
  return cut.start <= cut.end ? cut : null;
}
