import type { Labels } from '#model/labels';
import type { Matcher } from '#model/matcher';
import type { TimeRange } from '#model/time';
import { limited, sortedUnique } from '#storage/label-result';
import type { LabelResult, Querier, SelectHints, Series, SeriesSet } from '#storage/queryable';
import type { SampleBuffer } from '#storage/sample-buffer';
import type { DeletionIndex } from '../deletions/head-deletions.ts';
import { undeleted } from '../deletions/undeleted.ts';
import type { HeadReader, Version } from './head-reader.ts';

const BATCH = 256;

/** Series of one select with the versions of their samples, all after the same commit; in label order. */
interface Selection {
  readonly ids: Uint32Array;
  readonly chunks: Uint32Array;
  readonly counts: Uint32Array;
}

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
}

/** Its labels are read when they are looked at: whoever counts series does not. */
class HeadSeries implements Series {
  private readonly reader: HeadReader;
  private readonly id: number;
  private readonly version: Version;
  private readonly wanted: Wanted;

  constructor(reader: HeadReader, id: number, version: Version, wanted: Wanted) {
    this.reader = reader;
    this.id = id;
    this.version = version;
    this.wanted = wanted;
  }

  get labels(): Labels {
    return this.reader.labels(this.id);
  }

  // Callers take it out of the series.
  readonly read = (out: SampleBuffer): void => {
    const { reader, id, version, wanted } = this;
    const before = out.length;
    if (wanted.newest) reader.readNewest(id, version, wanted.range, out);
    else reader.read(version, wanted.range, out);
    if (out.histograms.length > 0) forgetKnownResets(out, before);
  };
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

  select(matchers: readonly Matcher[], { start, end, newest = false }: SelectHints): SeriesSet {
    const range = { start: Math.max(start, this.range.start), end: Math.min(end, this.range.end) };
    const selection = newest ? this.recent(matchers, range) : this.selection(matchers, range);
    const { length } = selection.ids;
    const wanted = { range, newest };
    let at = 0;
    return {
      warnings: [],
      next: () => {
        const batch: Series[] = [];
        while (at < length && batch.length < BATCH) {
          const series = this.seriesLeft(selection, at++, wanted);
          if (series) batch.push(series);
        }
        return Promise.resolve(batch.length > 0 ? batch : null);
      },
    };
  }

  labelNames(matchers: readonly Matcher[], limit = 0): Promise<LabelResult> {
    if (matchers.length > 0) {
      return Promise.resolve(
        sortedUnique(
          this.matching(matchers).flatMap((id) => this.reader.labels(id).names()),
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
      const values = this.matching(matchers).map((id) => this.reader.labels(id).get(name));
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

  /** Null when everything of it was deleted. */
  private seriesLeft(selection: Selection, i: number, wanted: Wanted): Series | null {
    const deleted = this.deletions?.of(selection.ids[i]!) ?? [];
    if (deleted.length === 0) return this.series(selection, i, wanted);
    return undeleted(this.series(selection, i, { ...wanted, newest: false }), deleted);
  }

  private series({ ids, chunks, counts }: Selection, i: number, wanted: Wanted): Series {
    return new HeadSeries(this.reader, ids[i]!, { chunk: chunks[i]!, count: counts[i]! }, wanted);
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
  private recent(matchers: readonly Matcher[], { start }: TimeRange): Selection {
    const { reader } = this;
    return this.found(reader.order.matching(matchers), (id, { count }) => count > 0 && !reader.endsBefore(id, start));
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
    let n = 0;
    for (let i = 0; i < postings.length && n < most; i++) {
      const id = postings[i]!;
      if (!reader.versionAt(id, seq, version)) return null;
      if (!isWanted(id, version)) continue;
      ids[n] = id;
      chunks[n] = version.chunk;
      counts[n++] = version.count;
    }
    return { ids: ids.subarray(0, n), chunks: chunks.subarray(0, n), counts: counts.subarray(0, n) };
  }
}
