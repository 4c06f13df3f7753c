import { formatFloatG } from '#lib/go-format';
import { silentLog } from '#lib/log';
import { METRIC_NAME } from '#model/labels';
import type { Matcher } from '#model/matcher';
import type { TimeRange } from '#model/time';
import { goQuote, histogramText } from '#promql/text';
import { mergeSeriesSets } from '#storage/merge';
import type { Series } from '#storage/queryable';
import { KIND_HISTOGRAM, KIND_STALE, SampleBuffer } from '#storage/sample-buffer';
import { DbReader } from '#tsdb/db-reader';
import { readData } from '#tsdb/read-only';

export interface DumpOptions {
  readonly dir: string;
  readonly range: TimeRange;
  readonly selectors: readonly (readonly Matcher[])[];
  readonly write: (text: string) => void;
}

/** Every sample on a line of its own, series in label order, as promtool writes them. */
export async function dump(options: DumpOptions): Promise<void> {
  await eachSeries(options, (series, samples) => {
    const labels = labelsText(series.labels.pairs);
    const lines: string[] = [];
    for (let i = 0; i < samples.length; i++) {
      const histogram = samples.kind[i] === KIND_HISTOGRAM ? samples.histograms[i] : undefined;
      const text = histogram
        ? histogramText(histogram, histogram.isInteger ? String : formatFloatG)
        : formatFloatG(samples.v[i]!);
      lines.push(`${labels} ${text} ${samples.t[i]}\n`);
    }
    options.write(lines.join(''));
  });
}

/** The same as OpenMetrics, without what that cannot say: native histograms and staleness markers. */
export async function dumpOpenMetrics(options: DumpOptions): Promise<void> {
  await eachSeries(options, ({ labels }, samples) => {
    const name = labels.get(METRIC_NAME);
    const text = plainLabels(labels.pairs);
    const lines: string[] = [];
    for (let i = 0; i < samples.length; i++) {
      if (samples.kind[i] === KIND_HISTOGRAM || samples.kind[i] === KIND_STALE) continue;
      lines.push(`${name}${text} ${formatFloatG(samples.v[i]!)} ${(samples.t[i]! / 1000).toFixed(3)}\n`);
    }
    options.write(lines.join(''));
  });
  options.write('# EOF\n');
}

async function eachSeries(
  { dir, range, selectors }: DumpOptions,
  handle: (series: Series, samples: SampleBuffer) => void,
): Promise<void> {
  const reader = await DbReader.open(await readData(dir, silentLog), { log: silentLog });
  const querier = reader.querier(range);
  try {
    const set = mergeSeriesSets(selectors.map((matchers) => querier.select(matchers, range)));
    const samples = new SampleBuffer();
    for (let batch = await set.next(); batch; batch = await set.next()) {
      for (const series of batch) {
        samples.clear();
        series.read(samples);
        handle(series, samples);
      }
    }
  } finally {
    querier.close();
    await reader.close();
  }
}

function labelsText(pairs: readonly string[]): string {
  const parts: string[] = [];
  for (let i = 0; i < pairs.length; i += 2) parts.push(`${labelName(pairs[i]!)}=${goQuote(pairs[i + 1]!)}`);
  return `{${parts.join(', ')}}`;
}

function labelName(name: string): string {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : goQuote(name);
}

function plainLabels(pairs: readonly string[]): string {
  const parts: string[] = [];
  for (let i = 0; i < pairs.length; i += 2) {
    if (pairs[i] !== METRIC_NAME) parts.push(`${pairs[i]}=${goQuote(pairs[i + 1]!)}`);
  }
  return `{${parts.join(',')}}`;
}
