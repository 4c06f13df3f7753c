import { BarographError } from '#lib/errors';
import { ProtobufReader } from '#lib/protobuf';
import { utf8Text } from '#lib/utf8';
import { LabelTexts, seriesPairs } from './label-pairs.ts';
import { isStaleMarker } from './sample-value.ts';
import { METRIC_TYPES, type WriteSinkV2 } from './write-sink.ts';
import { decodeHistogram } from './written-histogram.ts';

/**
 * Decodes an uncompressed remote write 2.0 message (io.prometheus.write.v2.Request). The label bytes of a series are the
 * sink's numbers of its symbols: `labelsOfSymbols` reads them. Throws `bad-request` for a malformed message; what came
 * before was told to the sink.
 */
export function decodeWriteRequestV2(body: Uint8Array, sink: WriteSinkV2): void {
  const request = new RequestReader(body, sink);
  request.readSymbols();
  request.readSeries();
}

/**
 * The labels of a series from its label bytes, as storage wants them; Throws `bad-request` for invalid ones.
 */
export function labelsOfSymbols(bytes: Uint8Array, symbols: SymbolTexts): string[] {
  const labels = new LabelTexts();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; at += 4) {
    const symbol = view.getUint32(at, true);
    labels.add(symbols.text(symbol), () => symbols.bytes(symbol));
  }
  return seriesPairs(labels);
}

/** The texts of symbols by the sink's numbers. */
export interface SymbolTexts {
  /** Null for what is not UTF-8. */
  text(symbol: number): string | null;
  bytes(symbol: number): Uint8Array;
}

class RequestReader {
  private readonly reader: ProtobufReader;
  private readonly sink: WriteSinkV2;
  /** The sink's numbers of the message's symbols. */
  private symbols = new Uint32Array(64);
  /** Where the symbols stand in the message. */
  private starts = new Uint32Array(64);
  private ends = new Uint32Array(64);
  private count = 0;
  /** The label bytes of the series at hand. */
  private key = new DataView(new ArrayBuffer(256));
  private refs: number[] = [];

  constructor(body: Uint8Array, sink: WriteSinkV2) {
    this.reader = new ProtobufReader(body);
    this.sink = sink;
  }

  /** Symbols stand before the series in practice, but need not. */
  readSymbols(): void {
    const { reader } = this;
    while (reader.nextField(reader.end)) {
      if (reader.field === 4) this.readSymbol();
      else reader.skip();
    }
    reader.at = 0;
  }

  readSeries(): void {
    const { reader } = this;
    while (reader.nextField(reader.end)) {
      if (reader.field === 5) this.readOneSeries();
      else reader.skip();
    }
  }

  private readSymbol(): void {
    const { reader, sink } = this;
    if (this.count === this.symbols.length) this.growSymbols();
    const end = reader.nested();
    const i = this.count++;
    this.symbols[i] = sink.symbol(reader.view, reader.at, end);
    this.starts[i] = reader.at;
    this.ends[i] = end;
    reader.at = end;
  }

  // TimeSeries: 1 labels_refs, 2 samples, 3 histograms, 4 exemplars, 5 metadata, 6 created_timestamp (2.0-rc.0 to rc.3).
  private readOneSeries(): void {
    const { reader } = this;
    const end = reader.nested();
    const start = reader.at;
    const refs = this.refs;
    refs.length = 0;
    let samples = 0;
    let further = 0;
    let startTime = 0;
    while (reader.nextField(end)) {
      if (reader.field === 1) reader.packed(() => refs.push(reader.uint()));
      else if (reader.field === 6) startTime = reader.int();
      else {
        if (reader.field === 2 || reader.field === 3) samples++;
        else further++;
        reader.skip();
      }
    }
    this.announce(refs, samples);
    if (further > 0) this.readFurther(start, end);
    reader.at = start;
    while (reader.nextField(end)) {
      if (reader.field === 2) this.readSample(startTime);
      else if (reader.field === 3) this.readHistogram(startTime);
      else reader.skip();
    }
  }

  private announce(refs: readonly number[], samples: number): void {
    const { sink } = this;
    const problem = this.problemWith(refs);
    if (problem !== null) {
      sink.badSeries(`parsing labels for series [${refs.join(' ')}]: ${problem}`, samples);
      return;
    }
    if (refs.length * 4 > this.key.byteLength) this.key = new DataView(new ArrayBuffer(refs.length * 8));
    for (let i = 0; i < refs.length; i++) this.key.setUint32(i * 4, this.symbols[refs[i]!]!, true);
    sink.series(this.key, 0, refs.length * 4, samples);
  }

  private problemWith(refs: readonly number[]): string | null {
    if (refs.length % 2 !== 0) return `invalid labelRefs length ${refs.length}`;
    const bad = refs.findIndex((ref) => ref >= this.count);
    if (bad < 0) return null;
    const name = bad - (bad % 2);
    const pair = `labelRefs ${name} (name) = ${refs[name]} (value = ${refs[name + 1]})`;
    return `${pair} outside of symbols table (size ${this.count})`;
  }

  private readFurther(start: number, end: number): void {
    const { reader } = this;
    reader.at = start;
    while (reader.nextField(end)) {
      if (reader.field === 4) this.readExemplar();
      else if (reader.field === 5) this.readMetadata();
      else reader.skip();
    }
  }

  private readSample(seriesStart: number): void {
    const { reader, sink } = this;
    const end = reader.nested();
    let v = 0;
    let t = 0;
    let startTime = 0;
    let stale = false;
    while (reader.nextField(end)) {
      if (reader.field === 1) {
        stale = isStaleMarker(reader);
        v = reader.double();
      } else if (reader.field === 2) t = reader.int();
      else if (reader.field === 3) startTime = reader.int();
      else reader.skip();
    }
    if (stale) sink.stale(t);
    else sink.float(t, v, startTime || seriesStart);
  }

  private readHistogram(seriesStart: number): void {
    const { t, histogram, startTime } = decodeHistogram(this.reader);
    this.sink.histogram(t, histogram, startTime || seriesStart);
  }

  private readExemplar(): void {
    const { reader, sink } = this;
    const end = reader.nested();
    const refs: number[] = [];
    let value = 0;
    let t = 0;
    while (reader.nextField(end)) {
      if (reader.field === 1) reader.packed(() => refs.push(reader.uint()));
      else if (reader.field === 2) value = reader.double();
      else if (reader.field === 3) t = reader.int();
      else reader.skip();
    }
    const problem = this.problemWith(refs);
    if (problem !== null) {
      sink.badExemplar(`parsing exemplar: ${problem}`);
      return;
    }
    const labels = new LabelTexts();
    for (const ref of refs) {
      const bytes = this.textOf(ref);
      labels.add(utf8Text(bytes), () => bytes);
    }
    if (labels.valid) sink.exemplar({ labels: labels.texts, value, t });
    else sink.badExemplar('an exemplar has labels that are not valid UTF-8');
  }

  private textOf(ref: number): Uint8Array {
    const { view } = this.reader;
    return new Uint8Array(view.buffer, view.byteOffset + this.starts[ref]!, this.ends[ref]! - this.starts[ref]!);
  }

  private readMetadata(): void {
    const { reader, sink } = this;
    const end = reader.nested();
    let type = 0;
    let help = 0;
    let unit = 0;
    while (reader.nextField(end)) {
      if (reader.field === 1) type = reader.uint();
      else if (reader.field === 3) help = reader.uint();
      else if (reader.field === 4) unit = reader.uint();
      else reader.skip();
    }
    if (Math.max(help, unit) >= Math.max(1, this.count)) {
      throw new BarographError(
        `remote write: metadata names symbol ${Math.max(help, unit)} of ${this.count}; send the symbols that it refers to`,
        { kind: 'bad-request', code: 'bad-symbol' },
      );
    }
    sink.seriesMetadata(METRIC_TYPES[type] ?? 'unknown', this.symbols[help]!, this.symbols[unit]!);
  }

  private growSymbols(): void {
    const grown = (from: Uint32Array<ArrayBuffer>) => {
      const to = new Uint32Array(from.length * 2);
      to.set(from);
      return to;
    };
    this.symbols = grown(this.symbols);
    this.starts = grown(this.starts);
    this.ends = grown(this.ends);
  }
}
