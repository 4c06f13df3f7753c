import { fromBits, highBits, lowBits } from '#chunkenc/value-bits';
import type { ByteReader, ByteWriter } from '#lib/varint';
import { Labels } from '#model/labels';
import type { SeriesExemplar } from '../exemplars/pending-exemplars.ts';
import type { SegmentSymbols } from './series.ts';

/**
 * Writes exemplars: their number, then per exemplar the number of strings of its series and these, the time, whether it is
 * its own, the 64 bits of the value, the number of its strings and these. They do not need the head to know the series.
 */
export function encodeExemplars(out: ByteWriter, list: readonly SeriesExemplar[], symbols: SegmentSymbols): void {
  out.uvarint(list.length);
  for (const { series, exemplar } of list) {
    out.uvarint(series.pairs.length);
    for (const text of series.pairs) symbols.write(out, text);
    out.varint(exemplar.t);
    out.u8(exemplar.hasTime ? 1 : 0);
    out.u32(highBits(exemplar.value));
    out.u32(lowBits(exemplar.value));
    out.uvarint(exemplar.labels.pairs.length);
    // Trace ids come once: as symbols they would only fill the table.
    for (const text of exemplar.labels.pairs) out.string(text);
  }
}

/** Reads what `encodeExemplars` wrote. */
export function decodeExemplars(input: ByteReader, symbols: SegmentSymbols): SeriesExemplar[] {
  return Array.from({ length: input.uvarint() }, () => {
    const series = Labels.fromSorted(Array.from({ length: input.uvarint() }, () => symbols.read(input)));
    const t = input.varint();
    const hasTime = input.u8() === 1;
    const high = input.u32();
    const value = fromBits(high, input.u32());
    const labels = Labels.fromSorted(Array.from({ length: input.uvarint() }, () => input.string()));
    return { series, exemplar: { labels, value, t, hasTime } };
  });
}
