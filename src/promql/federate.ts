import type { PageFormat } from '#exposition/accept';
import { type SampleWriter, sampleWriter } from '#exposition/sample-writer';
import { Labels, METRIC_NAME } from '#model/labels';
import type { Matcher } from '#model/matcher';
import type { TimeRange } from '#model/time';
import { mergeSeriesSets } from '#storage/merge';
import type { Querier, Series } from '#storage/queryable';
import { KIND_FLOAT, KIND_HISTOGRAM, SampleBuffer } from '#storage/sample-buffer';

export interface Federation {
  /** Series that any of these sets selects, each once. */
  readonly matcherSets: readonly (readonly Matcher[])[];
  readonly range: TimeRange;
  /** Added to each series that does not have them: name, value, … pairs. */
  readonly externalLabels: readonly string[];
  readonly format: PageFormat;
  /** Labels of the series that the page before this one ended with; null for the first page. */
  readonly after: readonly string[] | null;
  /** The page ends behind the series with which it is this long. */
  readonly maxBytes: number;
  /** Called now and then; throws to end it all. */
  readonly check: () => void;
}

/** A part of a page, with what the next part begins after; null when there is none. */
export interface FederatedPart {
  readonly text: Uint8Array<ArrayBuffer>;
  readonly after: readonly string[] | null;
}

/**
 * The newest sample of each series with its timestamp, for /federate, in parts that fit in memory. Series whose newest
 * sample is a staleness marker are left out; so are those without a name. Ordered by labels, which is by name unless a
 * label's name begins with a capital. `instance=""` is written where it is missing, so that the scraper does not put its
 * own there.
 */
export async function federate(querier: Querier, federation: Federation): Promise<FederatedPart> {
  const { matcherSets, range, after, maxBytes, check } = federation;
  const begin = after === null ? null : Labels.fromSorted(after);
  const writer = sampleWriter(federation.format, begin?.get(METRIC_NAME) ?? '');
  const added = withInstance(federation.externalLabels);
  const buffer = new SampleBuffer();
  const set = mergeSeriesSets(matcherSets.map((matchers) => querier.select(matchers, { ...range, newest: true })));
  for (let batch = await set.next(); batch; batch = await set.next()) {
    check();
    for (const series of batch) {
      if (begin !== null && series.labels.compare(begin) <= 0) continue;
      writeSeries(writer, series, { buffer, added });
      if (writer.length >= maxBytes) return { text: writer.take(), after: series.labels.pairs };
    }
  }
  return { text: writer.take(), after: null };
}

interface Context {
  readonly buffer: SampleBuffer;
  /** name, value, … */
  readonly added: readonly string[];
}

function writeSeries(writer: SampleWriter, series: Series, { buffer, added }: Context): void {
  const name = series.labels.get(METRIC_NAME);
  if (name === '') return;
  buffer.clear();
  series.read(buffer);
  const last = buffer.length - 1;
  const kind = last < 0 ? -1 : buffer.kind[last];
  if (kind !== KIND_FLOAT && kind !== KIND_HISTOGRAM) return;
  const written = { name, labels: federatedLabels(series.labels, added) };
  const t = buffer.t[last]!;
  if (kind === KIND_FLOAT) writer.float(written, buffer.v[last]!, t);
  else writer.histogram(written, buffer.histograms[last]!, t);
}

function withInstance(externalLabels: readonly string[]): readonly string[] {
  const hasInstance = externalLabels.some((name, i) => i % 2 === 0 && name === 'instance');
  return hasInstance ? externalLabels : [...externalLabels, 'instance', ''];
}

function federatedLabels(labels: Labels, added: readonly string[]): string[] {
  const pairs: string[] = [];
  for (const [name, value] of labels.entries()) if (name !== METRIC_NAME) pairs.push(name, value);
  for (let i = 0; i < added.length; i += 2) {
    if (!labels.has(added[i]!)) pairs.push(added[i]!, added[i + 1]!);
  }
  return pairs;
}
