/**
 * Writes indexes of blocks in the versions that Barograph reads and does not write, from their description: version 1 of
 * Prometheus 2.0 and 2.1 (references are offsets in the file, tables are in no order), version 3 (no label indices).
 */
import { crc32c } from '#lib/crc32c';
import { ByteWriter } from '#lib/varint';

/** A series as the index has it. */
interface PlainSeries {
  readonly labels: { readonly pairs: readonly string[] };
  readonly chunks: readonly { readonly minTime: number; readonly maxTime: number; readonly address: number }[];
}

const MAGIC = 0xbaaad700;

/** The whole file; series are in label order. */
export function indexFile(version: 1 | 3, all: readonly PlainSeries[]): Uint8Array {
  const out = new ByteWriter();
  out.u32(MAGIC);
  out.u8(version);
  const align = (to: number) => {
    if (version === 1 && to > 4) return;
    while (out.length % to !== 0) out.u8(0);
  };
  const section = (body: ByteWriter): number => {
    const at = out.length;
    out.u32(body.length);
    out.write(body.bytes);
    out.u32(crc32c(body.bytes));
    return at;
  };

  const texts = [...new Set(all.flatMap(({ labels }) => labels.pairs))].sort();
  const symbols = new ByteWriter();
  const symbolRefs = new Map<string, number>();
  symbols.u32(texts.length);
  texts.forEach((text, i) => {
    // Behind the length of the section.
    symbolRefs.set(text, version === 1 ? out.length + 4 + symbols.length : i);
    symbols.string(text);
  });
  const symbolsAt = section(symbols);

  const seriesAt = out.length;
  const postings = new Map<string, { readonly pair: readonly [string, string]; readonly refs: number[] }>();
  const post = (name: string, value: string, ref: number) => {
    const key = JSON.stringify([name, value]);
    if (!postings.has(key)) postings.set(key, { pair: [name, value], refs: [] });
    postings.get(key)!.refs.push(ref);
  };
  for (const { labels, chunks } of all) {
    align(16);
    const ref = version === 1 ? out.length : out.length / 16;
    const body = new ByteWriter();
    body.uvarint(labels.pairs.length / 2);
    for (const text of labels.pairs) body.uvarint(symbolRefs.get(text)!);
    body.uvarint(chunks.length);
    chunks.forEach(({ minTime, maxTime, address }, i) => {
      if (i === 0) body.varint(minTime);
      else body.uvarint(minTime - chunks[i - 1]!.maxTime);
      body.uvarint(maxTime - minTime);
      if (i === 0) body.uvarint(address);
      else body.varint(address - chunks[i - 1]!.address);
    });
    out.uvarint(body.length);
    out.write(body.bytes);
    out.u32(crc32c(body.bytes));
    for (let i = 0; i < labels.pairs.length; i += 2) post(labels.pairs[i]!, labels.pairs[i + 1]!, ref);
    post('', '', ref);
  }

  align(4);
  const emptyTable = new ByteWriter();
  emptyTable.u32(0);
  const labelIndicesTable = version === 1 ? section(emptyTable) : 0;
  align(4);
  const postingsAt = out.length;
  const table = new ByteWriter();
  table.u32(postings.size);
  const sorted = [...postings.keys()].sort((a, b) => order(postings.get(a)!.pair, postings.get(b)!.pair));
  for (const key of version === 1 ? sorted.reverse() : sorted) {
    const { pair, refs } = postings.get(key)!;
    align(4);
    const list = new ByteWriter();
    list.u32(refs.length);
    for (const ref of refs) list.u32(ref);
    table.uvarint(2);
    table.string(pair[0]);
    table.string(pair[1]);
    table.uvarint(section(list));
  }
  const postingsTable = section(table);
  const toc = new ByteWriter();
  for (const at of [
    symbolsAt,
    seriesAt,
    version === 1 ? postingsAt : 0,
    labelIndicesTable,
    postingsAt,
    postingsTable,
  ]) {
    toc.u32(0);
    toc.u32(at);
  }
  out.write(toc.bytes);
  out.u32(crc32c(toc.bytes));
  return out.bytes.slice();
}

function order(a: readonly [string, string], b: readonly [string, string]): number {
  return Buffer.compare(Buffer.from(a[0]), Buffer.from(b[0])) || Buffer.compare(Buffer.from(a[1]), Buffer.from(b[1]));
}
