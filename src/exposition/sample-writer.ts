import { ByteWriter } from '#lib/byte-writer';
import { formatSampleValue } from '#lib/go-format';
import type { PageFormat } from './accept.ts';
import { escapeName } from './escape-name.ts';
import { ProtobufSamples } from './protobuf/sample-writer.ts';
import { seriesText } from './write.ts';
import type { SampleWriter, WrittenSeries } from './written-series.ts';

export type { SampleWriter } from './written-series.ts';

/** A writer of this format. `announced`: the family that a page before this one ended with. */
export function sampleWriter({ protobuf, escaping }: PageFormat, announced: string): SampleWriter {
  const writer = protobuf ? new ProtobufSamples() : new TextSamples(escapeName(announced, escaping));
  if (escaping === 'allow-utf-8') return writer;
  const escaped = ({ name, labels }: WrittenSeries): WrittenSeries => ({
    name: escapeName(name, escaping),
    labels: labels.map((text, i) => (i % 2 === 0 ? escapeName(text, escaping) : text)),
  });
  return {
    get length() {
      return writer.length;
    },
    float: (series, value, t) => writer.float(escaped(series), value, t),
    histogram: (series, histogram, t) => writer.histogram(escaped(series), histogram, t),
    take: () => writer.take(),
  };
}

/** The text format 0.0.4, in which there are no native histograms. */
class TextSamples implements SampleWriter {
  private readonly out = new ByteWriter();
  private readonly announced: Set<string>;

  constructor(announced: string) {
    this.announced = new Set([announced]);
  }

  get length(): number {
    return this.out.length;
  }

  float({ name, labels }: WrittenSeries, value: number, t: number): void {
    const head = this.announced.has(name) ? '' : `# TYPE ${seriesName(name)} untyped\n`;
    this.announced.add(name);
    this.out.text(`${head}${seriesText(name, labels)} ${formatSampleValue(value)} ${t}\n`);
  }

  histogram(): boolean {
    return false;
  }

  take(): Uint8Array<ArrayBuffer> {
    return this.out.take();
  }
}

/** A name outside the legacy alphabet is quoted: `{"a.b"}` without the braces. */
function seriesName(name: string): string {
  return seriesText(name, []).replace(/^\{(.*)\}$/s, '$1');
}
