import type { Series, SeriesSet } from './queryable.ts';
import { KIND_HISTOGRAM, SampleBuffer } from './sample-buffer.ts';

const BATCH = 256;

/** One of the sets that are merged, with its current batch. */
class Source {
  batch: readonly Series[] = [];
  at = 0;
  done = false;
  private readonly set: SeriesSet;

  constructor(set: SeriesSet) {
    this.set = set;
  }

  get warnings(): readonly string[] {
    return this.set.warnings;
  }

  get isEmpty(): boolean {
    return this.at === this.batch.length;
  }

  get current(): Series {
    return this.batch[this.at]!;
  }

  async refill(): Promise<void> {
    while (!this.done && this.isEmpty) {
      const next = await this.set.next();
      this.done = next === null;
      this.batch = next ?? [];
      this.at = 0;
    }
  }
}

/**
 * Merges sorted sets into one sorted set in which each Labels stands once. Samples of series with equal labels are merged
 * by time; of samples with equal times the one of the earlier set is taken. Warnings of all sets are joined.
 */
export function mergeSeriesSets(sets: readonly SeriesSet[]): SeriesSet {
  if (sets.length === 1) return sets[0]!;
  const sources = sets.map((set) => new Source(set));
  return {
    get warnings() {
      return [...new Set(sources.flatMap(({ warnings }) => warnings))];
    },
    next: async () => {
      // Batches of the sources stay valid until here: what was given out from them is over now.
      await Promise.all(sources.map((source) => source.refill()));
      const batch: Series[] = [];
      while (batch.length < BATCH && sources.every(({ isEmpty, done }) => !isEmpty || done)) {
        const smallest = takeSmallest(sources);
        if (smallest.length === 0) break;
        batch.push(smallest.length === 1 ? smallest[0]! : mergedSeries(smallest));
      }
      return batch.length > 0 ? batch : null;
    },
  };
}

/** Takes the series with the smallest labels from all sources that have it. */
function takeSmallest(sources: readonly Source[]): Series[] {
  let smallest: Series[] = [];
  let holders: Source[] = [];
  for (const source of sources) {
    if (source.isEmpty) continue;
    const { current } = source;
    const order = smallest.length === 0 ? -1 : current.labels.compare(smallest[0]!.labels);
    if (order < 0) {
      smallest = [];
      holders = [];
    }
    if (order <= 0) {
      smallest.push(current);
      holders.push(source);
    }
  }
  for (const holder of holders) holder.at++;
  return smallest;
}

function mergedSeries(parts: readonly Series[]): Series {
  return { labels: parts[0]!.labels, read: (out) => readAll(parts, out) };
}

/** Parts that follow each other in time, as blocks and head do, are read one behind the other; others are merged. */
function readAll(parts: readonly Series[], out: SampleBuffer): void {
  const before = out.length;
  let latest = Number.NEGATIVE_INFINITY;
  for (const part of parts) {
    const from = out.length;
    part.read(out);
    if (out.length === from) continue;
    if (out.t[from]! <= latest) {
      out.truncate(before);
      mergeSamples(parts.map(samplesOf), out);
      return;
    }
    forgetReset(out, from);
    latest = out.t[out.length - 1]!;
  }
}

function samplesOf(series: Series): SampleBuffer {
  const buffer = new SampleBuffer();
  series.read(buffer);
  return buffer;
}

/**
 * Appends the samples of all buffers to `out`, ascending; of equal times the sample of the earlier buffer. A histogram
 * that is put behind one of another buffer no longer knows whether there was a counter reset between.
 */
export function mergeSamples(buffers: readonly SampleBuffer[], out: SampleBuffer): void {
  const at = buffers.map(() => 0);
  let lastFrom = -1;
  for (;;) {
    let first = -1;
    for (let i = 0; i < buffers.length; i++) {
      if (at[i]! >= buffers[i]!.length) continue;
      if (first < 0 || buffers[i]!.t[at[i]!]! < buffers[first]!.t[at[first]!]!) first = i;
    }
    if (first < 0) return;
    const t = buffers[first]!.t[at[first]!]!;
    out.pushFrom(buffers[first]!, at[first]!);
    if (first !== lastFrom) forgetReset(out, out.length - 1);
    lastFrom = first;
    for (let i = 0; i < buffers.length; i++) {
      while (at[i]! < buffers[i]!.length && buffers[i]!.t[at[i]!] === t) at[i]!++;
    }
  }
}

/** Makes sample `i`, if it is a histogram, one that does not know whether it was a counter reset. */
export function forgetReset({ histograms, kind }: SampleBuffer, i: number): void {
  if (kind[i] !== KIND_HISTOGRAM) return;
  const histogram = histograms[i]!;
  const isHint = histogram.counterResetHint === 'reset' || histogram.counterResetHint === 'not-reset';
  if (isHint) histograms[i] = { ...histogram, counterResetHint: 'unknown' };
}
