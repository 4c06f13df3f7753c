import type { ByteReader, ByteWriter } from '#lib/varint';

/** Writes which ids series have from here on, by the ids that they had: 0 = it is not named any more. */
export function encodeRenumbered(out: ByteWriter, ids: Uint32Array): void {
  const before = new Uint32Array(ids.reduce((most, id) => Math.max(most, id), 0) + 1);
  for (let id = 1; id < ids.length; id++) before[ids[id]!] = id;
  out.uvarint(before.length - 1);
  let last = 0;
  for (let id = 1; id < before.length; id++) {
    out.varint(before[id]! - last);
    last = before[id]!;
  }
}

/** Reads what `encodeRenumbered` wrote: the ids that series had, by those that they have; from 1. */
export function decodeRenumbered(input: ByteReader): Uint32Array {
  const before = new Uint32Array(input.uvarint() + 1);
  let last = 0;
  for (let id = 1; id < before.length; id++) {
    last += input.varint();
    before[id] = last;
  }
  return before;
}
