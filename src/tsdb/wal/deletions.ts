import type { ByteReader, ByteWriter } from '#lib/varint';
import type { HeadDeletion } from '../deletions/head-deletions.ts';

/** A deletion as the WAL knows it: it means what stands before it. */
type LoggedDeletion = Omit<HeadDeletion, 'seq'>;

/** Writes deletions: their number, then per deletion the difference of ids, the first time, the length. */
export function encodeDeletions(out: ByteWriter, deletions: readonly LoggedDeletion[]): void {
  out.uvarint(deletions.length);
  let last = 0;
  for (const { id, start, end } of deletions) {
    out.varint(id - last);
    last = id;
    out.varint(start);
    out.uvarint(end - start);
  }
}

/** Reads what `encodeDeletions` wrote. */
export function decodeDeletions(input: ByteReader): LoggedDeletion[] {
  let id = 0;
  return Array.from({ length: input.uvarint() }, () => {
    id += input.varint();
    const start = input.varint();
    return { id, start, end: start + input.uvarint() };
  });
}
