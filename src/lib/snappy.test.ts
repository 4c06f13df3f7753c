import { describe, expect, it } from 'vitest';
import { decodeSnappy } from './snappy.ts';

const bytes = (...parts: (number | string)[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...Buffer.from(part)])));
const text = (input: Uint8Array) => Buffer.from(decodeSnappy(input, 1000)).toString();

describe('a snappy block', () => {
  it('holds literals', () => {
    expect(text(bytes(5, (5 - 1) << 2, 'hello'))).toBe('hello');
    expect(text(bytes(0))).toBe('');
  });

  it('holds long literals with their length in further bytes', () => {
    const long = 'x'.repeat(300);
    expect(text(bytes(0xac, 0x02, 61 << 2, 0x2b, 0x01, long))).toBe(long);
  });

  it('repeats what came before, also into itself', () => {
    // Literal "ab", then a copy of 6 from 2 back: a one-byte-offset copy holds length - 4 in bits 2..4.
    expect(text(bytes(8, (2 - 1) << 2, 'ab', ((6 - 4) << 2) | 1, 2))).toBe('abababab');
    expect(text(bytes(6, (3 - 1) << 2, 'abc', ((3 - 1) << 2) | 2, 3, 0))).toBe('abcabc');
    expect(text(bytes(6, (3 - 1) << 2, 'abc', ((3 - 1) << 2) | 3, 3, 0, 0, 0))).toBe('abcabc');
  });

  it.each([
    ['nothing at all', bytes()],
    ['a literal over the end', bytes(5, (5 - 1) << 2, 'hel')],
    ['a copy before the beginning', bytes(5, 0, 'a', ((4 - 4) << 2) | 1, 2)],
    ['fewer bytes than declared', bytes(9, (5 - 1) << 2, 'hello')],
    ['more bytes than declared', bytes(2, (5 - 1) << 2, 'hello')],
    ['half an element', bytes(5, 0, 'a', 2, 1)],
  ])('with %s is refused', (_, input) => {
    expect(() => decodeSnappy(input, 1000)).toThrow('snappy: corrupt input');
  });

  it('that would unpack to more than the limit is refused before memory is taken', () => {
    expect(() => decodeSnappy(bytes(0xff, 0xff, 0xff, 0xff, 0x0f), 1000)).toThrow('over the limit of 1000 bytes');
  });
});
