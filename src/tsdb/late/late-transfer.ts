import type { SampleRecord } from '#chunkenc/sample-record';
import type { Millis } from '#model/time';
import { HeadReader } from '../head/head-reader.ts';
import type { HeadWriter } from '../head/head-writer.ts';
import type { SampleRows } from '../wal/sample-rows.ts';
import type { SeriesDefinition } from '../wal/series.ts';
import { PendingRows } from '../write/pending-rows.ts';
import { LateReader } from './late-reader.ts';

const SERIES_PER_BATCH = 1000;
const EVER = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };

/** What the next generation of a head keeps. */
export interface Kept {
  /** Samples that are not older; a chunk is kept as a whole. */
  readonly from: Millis;
  /** Late samples of commits up to this one are left out where they are older than `from`: they are in blocks. */
  readonly lateSeq: number;
}

/**
 * Puts late samples into the next generation of a head, as part of the commit that is being made there. `ids` are those there
 * of the series that went over, by their ids before: the others that have late samples go over as well.
 */
export function keepLate(old: HeadWriter, next: HeadWriter, { from, lateSeq }: Kept, ids: Uint32Array): void {
  const late = new LateReader(old.handle);
  const head = new HeadReader(old.handle);
  for (const id of late.ids()) {
    const kept = [
      ...late.samples(id, { ...EVER, end: from - 1, seq: Number.POSITIVE_INFINITY, after: lateSeq }),
      ...late.samples(id, { ...EVER, start: from, seq: Number.POSITIVE_INFINITY }),
    ];
    if (kept.length === 0) continue;
    ids[id] ||= next.add(head.labels.of(id).pairs);
    for (const sample of kept) next.appendLate(ids[id]!, sample);
  }
}

/** Marks in the next generation what was deleted of the old one; what late samples of it were deleted did not come over. */
export function keepDeletions(old: HeadWriter, next: HeadWriter, { from }: Pick<Kept, 'from'>): void {
  const head = new HeadReader(old.handle);
  const kept = old.deletions.flatMap(({ id, start, end }) => {
    const to = end < from ? 0 : next.find(head.labels.of(id).pairs);
    return to === 0 ? [] : [{ id: to, start, end, seq: 0 }];
  });
  if (kept.length > 0) next.delete(kept);
}

/** Late samples of some series, with the series. */
export interface LateBatch {
  readonly series: readonly SeriesDefinition[];
  readonly rows: SampleRows;
}

/** All late samples of a head, for a checkpoint. */
export function* exportedLate(source: HeadWriter): Generator<LateBatch> {
  const late = new LateReader(source.handle);
  const head = new HeadReader(source.handle);
  let series: SeriesDefinition[] = [];
  let rows = new PendingRows();
  for (const id of late.ids()) {
    series.push({ id, pairs: head.labels.of(id).pairs });
    pushAll(rows, id, late.samples(id, { ...EVER, seq: source.commit }));
    if (series.length < SERIES_PER_BATCH) continue;
    yield { series, rows };
    series = [];
    rows = new PendingRows();
  }
  if (series.length > 0) yield { series, rows };
}

function pushAll(rows: PendingRows, id: number, samples: readonly SampleRecord[]): void {
  for (const sample of samples) rows.pushRecord(id, sample);
}
