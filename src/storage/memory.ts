import { compareUtf8 } from '#lib/utf8';
import { equalHistograms, type Histogram } from '#model/histogram';
import { Labels } from '#model/labels';
import type { Matcher } from '#model/matcher';
import type { Millis, TimeRange } from '#model/time';
import {
  type Appendable,
  type Appender,
  type AppendReport,
  REJECTED_DUPLICATE,
  REJECTED_OUT_OF_ORDER,
  type Rejection,
  type SampleExtra,
  type SeriesRef,
} from './appender.ts';
import type { LabelResult, Querier, Queryable, Series, SeriesSet } from './queryable.ts';
import { KIND_FLOAT, KIND_HISTOGRAM, KIND_STALE, NO_START, SampleBuffer, type SampleKind } from './sample-buffer.ts';

interface MemorySeries {
  readonly labels: Labels;
  readonly samples: SampleBuffer;
}

interface Sample {
  readonly t: Millis;
  readonly v: number;
  readonly kind: SampleKind;
  readonly histogram?: Histogram | undefined;
}

interface Pending extends Sample {
  readonly series: MemorySeries;
  readonly start: Millis;
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
  /** The last of the pending ones of each series. */
  private readonly latest = new Map<MemorySeries, Sample>();

  constructor(storage: MemoryStorage) {
    this.storage = storage;
  }

  knows(ref: SeriesRef): boolean {
    return this.storage.seriesOf(ref) !== undefined;
  }

  /** Names are kept for ever. */
  renew(): void {}

  float(ref: SeriesRef, labels: Labels, t: Millis, v: number, extra?: SampleExtra): SeriesRef | Rejection {
    return this.add(this.find(ref, labels), { t, v, kind: KIND_FLOAT }, extra);
  }

  floats(refs: Float64Array, times: Millis | Float64Array, values: Float64Array, from: number): number {
    for (let i = from; i < refs.length; i++) {
      const ref = refs[i] as SeriesRef;
      const t = typeof times === 'number' ? times : times[i]!;
      if (!this.knows(ref) || this.float(ref, Labels.EMPTY, t, values[i]!) < 0) return i;
    }
    return refs.length;
  }

  histogram(ref: SeriesRef, labels: Labels, t: Millis, h: Histogram, extra?: SampleExtra): SeriesRef | Rejection {
    return this.add(this.find(ref, labels), { t, v: h.sum, kind: KIND_HISTOGRAM, histogram: h }, extra);
  }

  stale(ref: SeriesRef, labels: Labels, t: Millis): SeriesRef | Rejection {
    return this.add(this.find(ref, labels), { t, v: Number.NaN, kind: KIND_STALE });
  }

  end(ref: SeriesRef, labels: Labels, t: Millis): SeriesRef | Rejection {
    return this.stale(ref, labels, t);
  }

  private find(ref: SeriesRef, labels: Labels): [MemorySeries, SeriesRef] {
    const known = this.storage.seriesOf(ref);
    return known ? [known, ref] : this.storage.seriesFor(labels);
  }

  private add([series, ref]: [MemorySeries, SeriesRef], sample: Sample, extra?: SampleExtra): SeriesRef | Rejection {
    const last = this.lastOf(series);
    if (last && sample.t < last.t) return REJECTED_OUT_OF_ORDER;
    if (last && sample.t === last.t) return isSame(last, sample) ? ref : REJECTED_DUPLICATE;
    this.pending.push({ ...sample, series, start: extra?.startTime ?? NO_START });
    this.latest.set(series, sample);
    return ref;
  }

  private lastOf(series: MemorySeries): Sample | null {
    const pending = this.latest.get(series);
    if (pending) return pending;
    const { t, v, kind, histograms, length } = series.samples;
    const i = length - 1;
    return i < 0 ? null : { t: t[i]!, v: v[i]!, kind: kind[i] as SampleKind, histogram: histograms[i] };
  }

  commit(): Promise<AppendReport> {
    let newSeries = 0;
    for (const { series, t, v, kind, histogram, start } of this.pending) {
      const { samples } = series;
      if (samples.length === 0) newSeries++;
      if (kind === KIND_FLOAT) samples.pushFloat(t, v);
      else if (kind === KIND_STALE) samples.pushStale(t);
      else samples.pushHistogram(t, histogram!);
      samples.setStart(samples.length - 1, start);
    }
    const samples = this.pending.length;
    this.rollback();
    const rejected = { outOfOrder: 0, tooOld: 0, outOfBounds: 0, duplicate: 0, seriesLimit: 0 };
    return Promise.resolve({ samples, newSeries, rejected, exemplarsOutOfOrder: 0 });
  }

  rollback(): void {
    this.pending = [];
    this.latest.clear();
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
  for (let i = from; i < from + length; i++) out.pushFrom(samples, i);
}

function isSame(a: Sample, b: Sample): boolean {
  if (a.kind !== b.kind) return false;
  return a.histogram && b.histogram ? equalHistograms(a.histogram, b.histogram) : Object.is(a.v, b.v);
}
