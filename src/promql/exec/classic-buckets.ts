import { type Labels, METRIC_NAME } from '#model/labels';
import { type Annotations, badBucketLabel } from '../annotations.ts';
import type { Span } from '../ast.ts';
import { type Buckets, parseBound } from '../fn/classic-histogram.ts';
import { histogramAt, type SeriesRow } from './batch.ts';

/** The bucket series of one classic histogram, ascending by bound. */
export interface BucketGroup {
  /** Without `le`. */
  readonly labels: Labels;
  readonly rows: readonly SeriesRow[];
  readonly bounds: readonly number[];
}

const LE: ReadonlySet<string> = new Set(['le']);

/** Puts bucket series together. Float series whose `le` is no number are left out with a warning. */
export function groupBuckets(rows: readonly SeriesRow[], annotations: Annotations, span: Span): BucketGroup[] {
  const groups = new Map<string, { labels: Labels; members: { row: SeriesRow; bound: number }[] }>();
  for (const row of rows) {
    if (!hasFloats(row)) continue;
    const le = row.labels.get('le');
    const bound = parseBound(le);
    if (bound === undefined) {
      annotations.warn(badBucketLabel(row.labels.get(METRIC_NAME), le), span);
      continue;
    }
    const labels = row.labels.without(LE);
    const group = groups.get(labels.key) ?? { labels, members: [] };
    groups.set(labels.key, group);
    group.members.push({ row, bound });
  }
  return [...groups.values()].map(({ labels, members }) => {
    members.sort((a, b) => a.bound - b.bound);
    return { labels, rows: members.map(({ row }) => row), bounds: members.map(({ bound }) => bound) };
  });
}

function hasFloats({ batch, base }: SeriesRow): boolean {
  if (batch.histograms === null) return true;
  for (let i = base; i < base + batch.steps; i++) {
    if (batch.present[i] === 1 && histogramAt(batch, i) === undefined) return true;
  }
  return false;
}

/** Fills `out` with the buckets that are present at a step. */
export function bucketsAt({ rows, bounds }: BucketGroup, step: number, out: Buckets): void {
  let length = 0;
  for (let r = 0; r < rows.length; r++) {
    const { batch, base } = rows[r]!;
    if (batch.present[base + step] !== 1 || histogramAt(batch, base + step)) continue;
    out.bounds[length] = bounds[r]!;
    out.counts[length] = batch.values[base + step]!;
    length++;
  }
  out.length = length;
}
