import { seriesText } from '#exposition/write';
import { formatSampleValue } from '#lib/go-format';
import { compareUtf8 } from '#lib/utf8';
import { type Labels, METRIC_NAME } from '#model/labels';
import type { Matcher } from '#model/matcher';
import type { TimeRange } from '#model/time';
import type { Querier } from '#storage/queryable';
import { KIND_FLOAT, SampleBuffer } from '#storage/sample-buffer';

export interface Federation {
  /** Series that any of these sets selects, each once. */
  readonly matcherSets: readonly (readonly Matcher[])[];
  readonly range: TimeRange;
  /** Added to each series that does not have them: name, value, … pairs. */
  readonly externalLabels: readonly string[];
}

interface Line {
  readonly name: string;
  readonly text: string;
}

/**
 * The newest sample of each series in the text format, with its timestamp, for /federate. Series whose newest sample is a
 * staleness marker are left out; so are those without a name. Ordered by name; `instance=""` is written where it is
 * missing, so that the scraper does not put its own there.
 */
export async function federate(
  querier: Querier,
  { matcherSets, range, externalLabels }: Federation,
): Promise<Uint8Array> {
  const lines = new Map<string, Line>();
  const buffer = new SampleBuffer();
  for (const matchers of matcherSets) {
    const set = querier.select(matchers, { ...range });
    for (let batch = await set.next(); batch; batch = await set.next()) {
      for (const series of batch) {
        buffer.clear();
        series.read(buffer);
        const line = lineOf(series.labels, buffer, externalLabels);
        if (line) lines.set(series.labels.key, line);
      }
    }
  }
  const sorted = [...lines.values()].sort((a, b) => compareUtf8(a.name, b.name));
  return new TextEncoder().encode(withTypes(sorted));
}

function lineOf(labels: Labels, samples: SampleBuffer, externalLabels: readonly string[]): Line | null {
  const last = samples.length - 1;
  const name = labels.get(METRIC_NAME);
  if (last < 0 || samples.kind[last] !== KIND_FLOAT || name === '') return null;
  const series = seriesText(name, federatedLabels(labels, externalLabels));
  return { name, text: `${series} ${formatSampleValue(samples.v[last]!)} ${samples.t[last]}` };
}

function federatedLabels(labels: Labels, externalLabels: readonly string[]): string[] {
  const pairs: string[] = [];
  for (const [name, value] of labels.entries()) if (name !== METRIC_NAME) pairs.push(name, value);
  for (let i = 0; i < externalLabels.length; i += 2) {
    if (!labels.has(externalLabels[i]!)) pairs.push(externalLabels[i]!, externalLabels[i + 1]!);
  }
  const instance = pairs.some((name, i) => i % 2 === 0 && name === 'instance');
  return instance ? pairs : [...pairs, 'instance', ''];
}

function withTypes(lines: readonly Line[]): string {
  let text = '';
  let previous = '';
  for (const line of lines) {
    if (line.name !== previous) text += `# TYPE ${line.name} untyped\n`;
    previous = line.name;
    text += `${line.text}\n`;
  }
  return text;
}
