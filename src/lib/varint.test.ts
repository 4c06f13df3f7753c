import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter } from './varint.ts';

const written = (write: (out: ByteWriter) => void) => {
  const out = new ByteWriter(1);
  write(out);
  return out.bytes;
};

describe('varints', () => {
  it('are those of Go', () => {
    expect([...written((out) => out.uvarint(300))]).toEqual([0xac, 0x02]);
    expect([...written((out) => out.varint(-1))]).toEqual([0x01]);
    expect([...written((out) => out.varint(1))]).toEqual([0x02]);
    expect([...written((out) => out.varint(-65))]).toEqual([0x81, 0x01]);
  });

  it('round trip, as do all other values', () => {
    const safe = fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.constantFrom(2 ** 30, -(2 ** 30), 2 ** 31, 2 ** 52));
    const property = fc.property(
      safe,
      safe.map(Math.abs),
      fc.string({ unit: 'grapheme' }),
      (signed, unsigned, text) => {
        const input = new ByteReader(
          written((out) => {
            out.varint(signed);
            out.uvarint(unsigned);
            out.u64(unsigned);
            out.string(text);
            out.u16(unsigned % 65536);
            out.u32(unsigned % 2 ** 32);
            out.u8(7);
          }),
        );
        expect(input.varint()).toBe(signed === 0 ? 0 : signed);
        expect(input.uvarint()).toBe(unsigned);
        expect(input.u64()).toBe(unsigned);
        expect(input.string()).toBe(text);
        expect([input.u16(), input.u32(), input.u8()]).toEqual([unsigned % 65536, unsigned % 2 ** 32, 7]);
        expect(input.done).toBe(true);
      },
    );
    fc.assert(property);
  });

  it('that are cut off or endless are corrupt data', () => {
    const corrupt = expect.objectContaining({ kind: 'corrupt-data', code: 'malformed-bytes' });
    const failure = (bytes: number[], read: (input: ByteReader) => unknown) => {
      try {
        return read(new ByteReader(Uint8Array.from(bytes)));
      } catch (error) {
        return error;
      }
    };
    expect(failure([0x80], (input) => input.uvarint())).toEqual(corrupt);
    expect(failure(new Array(11).fill(0x80), (input) => input.uvarint())).toEqual(corrupt);
    expect(failure([1, 2, 3], (input) => input.u32())).toEqual(corrupt);
    expect(failure([5, 65], (input) => input.string())).toEqual(corrupt);
  });
});

describe('a writer', () => {
  it('pads to a multiple', () => {
    const out = new ByteWriter(1);
    out.u8(1);
    out.pad(4);
    out.pad(4);
    expect([...out.bytes]).toEqual([1, 0, 0, 0]);
    out.clear();
    expect(out.bytes.length).toBe(0);
  });
});
