import type { Matcher } from '#model/matcher';
import type { TimeRange } from '#model/time';
import { sortedUnique } from '#storage/label-result';
import type { LabelResult, Querier, SelectHints, Series, SeriesSet } from '#storage/queryable';
import type { HeadReader } from '../head/head-reader.ts';
import type { LateReader, LateSelection } from './late-reader.ts';

const BATCH = 256;

/** What a late querier reads: series by `head`, samples by `late`, up to commit `seq`. */
export interface LateParts {
  readonly head: HeadReader;
  readonly late: LateReader;
  readonly seq: number;
}

/** One reader of the samples that came out of order. */
export class LateQuerier implements Querier {
  private readonly parts: LateParts;
  private readonly range: TimeRange;

  constructor(parts: LateParts, range: TimeRange) {
    this.parts = parts;
    this.range = range;
  }

  select(matchers: readonly Matcher[], { start, end }: SelectHints): SeriesSet {
    const { head, late } = this.parts;
    const selection = this.selection({
      start: Math.max(start, this.range.start),
      end: Math.min(end, this.range.end),
    });
    const ids = this.matching(matchers, selection);
    let at = 0;
    return {
      warnings: [],
      next: () => {
        const batch = ids.slice(at, at + BATCH).map(
          (id): Series => ({
            labels: head.labels.of(id),
            read: (out) => late.read(id, selection, out),
          }),
        );
        at += BATCH;
        return Promise.resolve(batch.length > 0 ? batch : null);
      },
    };
  }

  labelNames(matchers: readonly Matcher[], limit = 0): Promise<LabelResult> {
    const { head } = this.parts;
    const names = this.matching(matchers, this.selection(this.range)).flatMap((id) => head.labels.of(id).names());
    return Promise.resolve(sortedUnique(names, limit));
  }

  labelValues(name: string, matchers: readonly Matcher[], limit = 0): Promise<LabelResult> {
    const { head } = this.parts;
    const values = this.matching(matchers, this.selection(this.range)).map((id) => head.labels.of(id).get(name));
    return Promise.resolve(
      sortedUnique(
        values.filter((value) => value !== ''),
        limit,
      ),
    );
  }

  close(): void {}

  private selection(range: TimeRange): LateSelection {
    return { ...range, seq: this.parts.seq };
  }

  private matching(matchers: readonly Matcher[], selection: LateSelection): number[] {
    const { head, late } = this.parts;
    return Array.from(head.order.matching(matchers)).filter((id) => late.has(id, selection));
  }
}
