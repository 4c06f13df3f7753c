import type { Labels } from '#model/labels';
import type { Matcher } from '#model/matcher';
import type { TimeRange } from '#model/time';
import { limited, sortedUnique } from '#storage/label-result';
import type { LabelResult, Querier, SelectHints, Series, SeriesSet } from '#storage/queryable';
import type { SampleBuffer } from '#storage/sample-buffer';
import type { DeletionIndex } from '../deletions/head-deletions.ts';
import { undeleted } from '../deletions/undeleted.ts';
import type { HeadReader } from './head-reader.ts';
import { MOST_SERIES, NewestColumns, UNKNOWN, type VersionedSeries } from './newest-samples.ts';
import { type Version, VersionBatch } from './versions.ts';

const BATCH = NewestColumns.most;

/** Series of one select with the versions of their samples, all after the same commit. */
type Selection = VersionedSeries;

type IsWanted = (id: number, version: Version) => boolean;

/** As from a block: a reader is not told that a counter was reset, it sees the sample before, or knows that it does not. */
function forgetKnownResets({ histograms, length }: SampleBuffer, from: number): void {
  for (let i = from; i < length; i++) {
    const histogram = histograms[i];
    if (histogram?.counterResetHint === 'reset') histograms[i] = { ...histogram, counterResetHint: 'unknown' };
  }
}

/** What a querier sees of the head. */
export interface HeadView {
  readonly seq: number;
  readonly deletions: DeletionIndex | null;
}

function newestView({ seq }: HeadReader): HeadView {
  return { seq, deletions: null };
}

/** What is to be read of each series. */
interface Wanted {
  readonly range: TimeRange;
  readonly newest: boolean;
  /** See `HeadReader.readNewest`. */
  readonly remembers: boolean;
  /** What is known already of the newest samples of a batch. */
  readonly ahead: NewestColumns | null;
}

const NOTHING_DELETED: readonly TimeRange[] = [];

/** A series of the batch that was given out last. */
class HeadSeries implements Series {
  id = 0;
  /** Its place in the batch. */
  private place = 0;
  private readonly version: Version = { chunk: 0, count: 0 };
  private readonly reader: HeadReader;
  private readonly wanted: Wanted;

  constructor(reader: HeadReader, wanted: Wanted) {
    this.reader = reader;
    this.wanted = wanted;
  }

  become({ ids, chunks, counts }: Selection, i: number, place: number): this {
    this.place = place;
    this.id = ids[i]!;
    this.version.chunk = chunks[i]!;
    this.version.count = counts[i]!;
    return this;
  }

  get labels(): Labels {
    return this.reader.labels.of(this.id);
  }

  label(name: string): string {
    return this.reader.labels.value(this.id, name);
  }

  read(out: SampleBuffer): void {
    const { reader, id, version } = this;
    const { range, newest, remembers, ahead } = this.wanted;
    if (ahead !== null && ahead.kind[this.place] !== UNKNOWN) {
      if (ahead.t[this.place]! >= range.start) ahead.append(this.place, out);
      return;
    }
    const before = out.length;
    if (newest) reader.readNewest(id, version, range, out, remembers);
    else reader.read(version, range, out);
    if (out.histograms.length > 0) forgetKnownResets(out, before);
  }

  /** With all samples of the range, and not only the newest one. */
  whole(): Series {
    const all = new HeadSeries(this.reader, { ...this.wanted, newest: false, ahead: null });
    all.id = this.id;
    all.version.chunk = this.version.chunk;
    all.version.count = this.version.count;
    return all;
  }
}

/**
 * One reader of the head. It sees the commits up to its making. Only when a series of a later `select` has been written
 * twice in between does that select, as a whole, see a newer commit: older versions are not kept.
 */
export class HeadQuerier implements Querier {
  private readonly reader: HeadReader;
  private readonly range: TimeRange;
  private readonly deletions: DeletionIndex | null;
  private seq: number;

  /** `seq`: the newest commit that it sees. */
  constructor(reader: HeadReader, range: TimeRange, { seq, deletions }: HeadView = newestView(reader)) {
    this.reader = reader;
    this.range = range;
    this.seq = seq;
    this.deletions = deletions;
  }

  select(matchers: readonly Matcher[], hints: SelectHints): SeriesSet {
    const { start, end, newest = false, anyOrder = false } = hints;
    const range = { start: Math.max(start, this.range.start), end: Math.min(end, this.range.end) };
    const { order } = this.reader;
    const postings = anyOrder ? order.anyOrder(matchers) : order.matching(matchers);
    const selection = newest ? this.recent(postings, range) : this.versions(postings, range);
    const { length } = selection.ids;
    const remembers = length <= MOST_SERIES;
    const ahead = newest && remembers ? new NewestColumns() : null;
    const wanted = { range, newest, remembers, ahead };
    // A batch is over when the next one is asked for: its objects serve again.
    const pool: HeadSeries[] = [];
    let at = 0;
    return {
      warnings: [],
      next: () => {
        const batch: Series[] = [];
        while (at < length && batch.length === 0) {
          const from = at;
          const to = Math.min(length, at + BATCH);
          if (ahead) this.reader.newest.lookAhead(selection, { from, to }, range.end, ahead);
          for (; at < to; at++) {
            if (pool.length === at - from) pool.push(new HeadSeries(this.reader, wanted));
            const series = this.left(pool[at - from]!.become(selection, at, at - from));
            if (series) batch.push(series);
          }
        }
        return Promise.resolve(batch.length > 0 ? batch : null);
      },
    };
  }

  labelNames(matchers: readonly Matcher[], limit = 0): Promise<LabelResult> {
    if (matchers.length > 0) {
      return Promise.resolve(
        sortedUnique(
          this.matching(matchers).flatMap((id) => this.reader.labels.of(id).names()),
          limit,
        ),
      );
    }
    const { index } = this.reader;
    const names = index.labelNames().filter((name) => index.pairsOf(name).some((pair) => this.isUsed(pair)));
    return Promise.resolve(sortedUnique(names, limit));
  }

  labelValues(name: string, matchers: readonly Matcher[], limit = 0): Promise<LabelResult> {
    const { index } = this.reader;
    if (matchers.length > 0) {
      const values = this.matching(matchers).map((id) => this.reader.labels.of(id).get(name));
      return Promise.resolve(
        sortedUnique(
          values.filter((value) => value !== ''),
          limit,
        ),
      );
    }
    const values = index.pairsOf(name).filter((pair) => this.isUsed(pair));
    return Promise.resolve(
      limited(
        sortedUnique(
          values.map((pair) => index.valueOf(pair)),
          0,
        ).values,
        limit,
      ),
    );
  }

  close(): void {}

  /** What was not deleted of it; null when that is nothing. */
  private left(series: HeadSeries): Series | null {
    const deleted = this.deletions?.of(series.id) ?? NOTHING_DELETED;
    return deleted.length === 0 ? series : undeleted(series.whole(), deleted);
  }

  private matching(matchers: readonly Matcher[]): number[] {
    return Array.from(this.selection(matchers, this.range).ids);
  }

  /** Whether a series with the pair has samples in the range. */
  private isUsed(pair: number): boolean {
    return this.versions(this.reader.index.postingsOf(pair), this.range, 1).ids.length > 0;
  }

  private selection(matchers: readonly Matcher[], range: TimeRange): Selection {
    return this.versions(this.reader.order.matching(matchers), range);
  }

  /** Also series that only begin behind the range: to tell would cost a look at each one's chunk. */
  private recent(postings: Uint32Array, { start }: TimeRange): Selection {
    const { reader } = this;
    return this.found(postings, (id, { count }) => count > 0 && !reader.endsBefore(id, start));
  }

  private versions(postings: Uint32Array, range: TimeRange, most = postings.length): Selection {
    return this.found(postings, (id, version) => this.reader.overlaps(id, version, range), most);
  }

  private found(postings: Uint32Array, isWanted: IsWanted, most = postings.length): Selection {
    for (;;) {
      const found = this.foundAtSeq(postings, isWanted, most);
      if (found) return found;
      this.seq = this.reader.seq;
    }
  }

  private foundAtSeq(postings: Uint32Array, isWanted: IsWanted, most: number): Selection | null {
    const { reader, seq } = this;
    const ids = new Uint32Array(most);
    const chunks = new Uint32Array(most);
    const counts = new Uint32Array(most);
    const version: Version = { chunk: 0, count: 0 };
    const { versions } = reader;
    let n = 0;
    for (let from = 0; from < postings.length && n < most; from += VersionBatch.most) {
      const some = postings.subarray(from, from + VersionBatch.most);
      if (!versions.read(some, seq)) return null;
      for (let i = 0; i < some.length && n < most; i++) {
        version.chunk = versions.chunks[i]!;
        version.count = versions.counts[i]!;
        if (!isWanted(some[i]!, version)) continue;
        ids[n] = some[i]!;
        chunks[n] = version.chunk;
        counts[n++] = version.count;
      }
    }
    return { ids: ids.subarray(0, n), chunks: chunks.subarray(0, n), counts: counts.subarray(0, n) };
  }
}
