import { compareUtf8 } from '#lib/utf8';
import type { Histogram } from '#model/histogram';
import type { Labels } from '#model/labels';
import type { Matcher } from '#model/matcher';
import type { Millis, TimeRange } from '#model/time';
import {
  type Appendable,
  type Appender,
  type AppendReport,
  REJECTED_DUPLICATE,
  REJECTED_OUT_OF_ORDER,
  type Rejection,
  type SeriesRef,
} from './appender.ts';
import type { LabelResult, Querier, Queryable, Series, SeriesSet } from './queryable.ts';
import { KIND_FLOAT, KIND_HISTOGRAM, KIND_STALE, SampleBuffer, type SampleKind } from './sample-buffer.ts';

interface MemorySeries {
  readonly labels: Labels;
  readonly samples: SampleBuffer;
}

interface Pending {
  readonly series: MemorySeries;
  readonly t: Millis;
  readonly v: number;
  readonly kind: SampleKind;
  readonly histogram: Histogram | undefined;
}

/** The simplest storage that keeps the contracts: unit tests and `promtool test rules` run on it. Nothing is persisted. */
export class MemoryStorage implements Queryable, Appendable {
  private readonly byKey = new Map<string, MemorySeries>();
  private readonly byRef: MemorySeries[] = [];
  private readonly refs = new Map<MemorySeries, SeriesRef>();

  querier(range: TimeRange): Querier {
    return new MemoryQuerier([...this.byKey.values()], range);
  }

  appender(): Appender {
    return new MemoryAppender(this);
  }

  seriesOf(ref: SeriesRef): MemorySeries | undefined {
    return this.byRef[ref - 1];
  }

  /** The series for these labels, made when new. */
  seriesFor(labels: Labels): [MemorySeries, SeriesRef] {
    let series = this.byKey.get(labels.key);
    if (!series) {
      series = { labels, samples: new SampleBuffer(16) };
      this.byKey.set(labels.key, series);
      this.refs.set(series, this.byRef.push(series) as SeriesRef);
    }
    return [series, this.refs.get(series)!];
  }
}

class MemoryAppender implements Appender {
  private readonly storage: MemoryStorage;
  private pending: Pending[] = [];

  constructor(storage: MemoryStorage) {
    this.storage = storage;
  }

  knows(ref: SeriesRef): boolean {
    return this.storage.seriesOf(ref) !== undefined;
  }

  float(ref: SeriesRef, labels: Labels, t: Millis, v: number): SeriesRef | Rejection {
    return this.add(this.find(ref, labels), t, v, KIND_FLOAT);
  }

  histogram(ref: SeriesRef, labels: Labels, t: Millis, h: Histogram): SeriesRef | Rejection {
    return this.add(this.find(ref, labels), t, h.sum, KIND_HISTOGRAM, h);
  }

  stale(ref: SeriesRef, labels: Labels, t: Millis): SeriesRef | Rejection {
    return this.add(this.find(ref, labels), t, Number.NaN, KIND_STALE);
  }

  private find(ref: SeriesRef, labels: Labels): [MemorySeries, SeriesRef] {
    const known = this.storage.seriesOf(ref);
    return known ? [known, ref] : this.storage.seriesFor(labels);
  }

  private add(
    [series, ref]: [MemorySeries, SeriesRef],
    t: Millis,
    v: number,
    kind: SampleKind,
    histogram?: Histogram,
  ): SeriesRef | Rejection {
    const last = this.lastOf(series);
    if (last && t < last.t) return REJECTED_OUT_OF_ORDER;
    if (last && t === last.t) return last.kind === kind && Object.is(last.v, v) ? ref : REJECTED_DUPLICATE;
    this.pending.push({ series, t, v, kind, histogram });
    return ref;
  }

  private lastOf(series: MemorySeries): { t: Millis; v: number; kind: number } | null {
    const pending = this.pending.findLast((sample) => sample.series === series);
    if (pending) return pending;
    const { samples } = series;
    const i = samples.length - 1;
    return i < 0 ? null : { t: samples.t[i]!, v: samples.v[i]!, kind: samples.kind[i]! };
  }

  commit(): Promise<AppendReport> {
    let newSeries = 0;
    for (const { series, t, v, kind, histogram } of this.pending) {
      if (series.samples.length === 0) newSeries++;
      if (kind === KIND_FLOAT) series.samples.pushFloat(t, v);
      else if (kind === KIND_STALE) series.samples.pushStale(t);
      else series.samples.pushHistogram(t, histogram!);
    }
    const samples = this.pending.length;
    this.rollback();
    const rejected = { outOfOrder: 0, tooOld: 0, outOfBounds: 0, duplicate: 0, seriesLimit: 0 };
    return Promise.resolve({ samples, newSeries, rejected });
  }

  rollback(): void {
    this.pending = [];
  }
}

class MemoryQuerier implements Querier {
  private readonly series: readonly MemorySeries[];
  private readonly range: TimeRange;

  constructor(series: readonly MemorySeries[], range: TimeRange) {
    this.series = series.filter(({ samples }) => samples.length > 0);
    this.range = range;
  }

  select(matchers: readonly Matcher[]): SeriesSet {
    const { range } = this;
    const found = this.matching(matchers)
      .filter(({ samples }) => rangeOf(samples, range).length > 0)
      .sort((a, b) => a.labels.compare(b.labels))
      .map(({ labels, samples }): Series => ({ labels, read: (out) => copyRange(samples, range, out) }));
    let offset = 0;
    return {
      warnings: [],
      next: () => {
        const batch = found.slice(offset, offset + 256);
        offset += 256;
        return Promise.resolve(batch.length > 0 ? batch : null);
      },
    };
  }

  labelNames(matchers: readonly Matcher[], limit = 0): Promise<LabelResult> {
    return Promise.resolve(
      sortedUnique(
        this.matching(matchers).flatMap(({ labels }) => labels.names()),
        limit,
      ),
    );
  }

  labelValues(name: string, matchers: readonly Matcher[], limit = 0): Promise<LabelResult> {
    const values = this.matching(matchers).map(({ labels }) => labels.get(name));
    return Promise.resolve(
      sortedUnique(
        values.filter((value) => value !== ''),
        limit,
      ),
    );
  }

  close(): void {}

  private matching(matchers: readonly Matcher[]): MemorySeries[] {
    return this.series.filter(({ labels }) => matchers.every((matcher) => matcher.matches(labels.get(matcher.name))));
  }
}

function sortedUnique(values: readonly string[], limit: number): LabelResult {
  const sorted = [...new Set(values)].sort(compareUtf8);
  if (limit <= 0 || sorted.length <= limit) return { values: sorted, warnings: [] };
  return { values: sorted.slice(0, limit), warnings: ['results truncated due to limit'] };
}

function rangeOf({ t, length }: SampleBuffer, { start, end }: TimeRange): { from: number; length: number } {
  let from = 0;
  while (from < length && t[from]! < start) from++;
  let to = from;
  while (to < length && t[to]! <= end) to++;
  return { from, length: to - from };
}

function copyRange(samples: SampleBuffer, range: TimeRange, out: SampleBuffer): void {
  const { from, length } = rangeOf(samples, range);
  out.reserve(length);
  for (let i = from; i < from + length; i++) {
    const kind = samples.kind[i];
    if (kind === KIND_FLOAT) out.pushFloat(samples.t[i]!, samples.v[i]!);
    else if (kind === KIND_STALE) out.pushStale(samples.t[i]!);
    else out.pushHistogram(samples.t[i]!, samples.histograms[i]!);
  }
}
