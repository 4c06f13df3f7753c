import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BitReader } from './bit-reader.ts';
import { BitWriter } from './bit-writer.ts';
import { putVarbitInt, putVarbitUint, readVarbitInt, readVarbitUint } from './varbit.ts';
import { putUvarint, putVarint, readUvarint, readVarint } from './varint-bits.ts';

function written(put: (out: BitWriter) => void): Uint8Array {
  const out = new BitWriter(4);
  out.reset(0);
  put(out);
  return out.bytes.slice();
}

function reader(bytes: Uint8Array): BitReader {
  const input = new BitReader();
  input.begin('chunk', bytes, 0);
  return input;
}

/** The number of bits that a number takes. */
function width(put: (out: BitWriter) => void): number {
  for (let pad = 0; ; pad++) {
    const bytes = written((out) => {
      put(out);
      if (pad > 0) out.put(0, pad);
    });
    if (bytes.length > written(put).length) return written(put).length * 8 - pad + 1;
  }
}

const integers = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer({ min: -5000, max: 5000 }),
  fc.constantFrom(0, 2 ** 52, -(2 ** 52), 2 ** 55, -(2 ** 55), 2 ** 60),
);

describe('variable-width integers', () => {
  it('round trip, one behind the other', () => {
    fc.assert(
      fc.property(fc.array(integers), (values) => {
        const input = reader(
          written((out) => {
            for (const value of values) putVarbitInt(out, value);
          }),
        );
        expect(values.map(() => readVarbitInt(input))).toEqual(values);
      }),
    );
    fc.assert(
      fc.property(fc.array(integers.map(Math.abs)), (values) => {
        const input = reader(
          written((out) => {
            for (const value of values) putVarbitUint(out, value);
          }),
        );
        expect(values.map(() => readVarbitUint(input))).toEqual(values);
      }),
    );
  });

  it('take as many bits as Prometheus gives them', () => {
    const signed: readonly [number, number][] = [
      [0, 1],
      [-3, 5],
      [4, 5],
      [5, 9],
      [-4, 9],
      [32, 9],
      [33, 13],
      [-255, 13],
      [256, 13],
      [2048, 17],
      [2049, 24],
      [131_072, 24],
      [131_073, 32],
      [16_777_216, 32],
      [16_777_217, 64],
      [-(2 ** 54), 64],
      [2 ** 56, 72],
    ];
    for (const [value, bits] of signed)
      expect([value, width((out) => putVarbitInt(out, value))]).toEqual([value, bits]);
    const unsigned: readonly [number, number][] = [
      [0, 1],
      [7, 5],
      [8, 9],
      [63, 9],
      [64, 13],
      [511, 13],
      [512, 17],
      [4095, 17],
      [4096, 24],
      [262_143, 24],
      [262_144, 32],
      [33_554_431, 32],
      [33_554_432, 64],
    ];
    for (const [value, bits] of unsigned)
      expect([value, width((out) => putVarbitUint(out, value))]).toEqual([value, bits]);
  });

  it('of bytes stand at any bit', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -(2 ** 51), max: 2 ** 51 })), (values) => {
        const bytes = written((out) => {
          for (const value of values) {
            out.put(1, 1);
            putVarint(out, value);
            putUvarint(out, Math.abs(value));
          }
        });
        const input = reader(bytes);
        for (const value of values) {
          expect(input.bit()).toBe(1);
          expect(readVarint(input)).toBe(value);
          expect(readUvarint(input)).toBe(Math.abs(value));
        }
      }),
    );
  });

  it('that are cut off say so', () => {
    const bytes = written((out) => putVarbitInt(out, 100_000));
    expect(() => readVarbitInt(reader(bytes.subarray(0, 2)))).toThrow('malformed chunk: it ends too early');
    expect(() => readVarint(reader(Uint8Array.of(0xff)))).toThrow('malformed chunk: it ends too early');
  });
});
