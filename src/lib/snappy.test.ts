import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KernelSnappyDecoder, PlainSnappyDecoder, type SnappyDecoder } from './snappy.ts';

const bytes = (...parts: (number | string)[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...Buffer.from(part)])));

describe.each([
  ['in TypeScript', new PlainSnappyDecoder()],
  ['by the kernel', new KernelSnappyDecoder()],
])('a snappy block, unpacked %s,', (_, decoder) => {
  const text = (input: Uint8Array) => Buffer.from(decoder.decode(input, 1000)).toString();

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
    expect(() => decoder.decode(input, 1000)).toThrow('snappy: corrupt input');
  });

  it('that would unpack to more than the limit is refused before memory is taken', () => {
    expect(() => decoder.decode(bytes(0xff, 0xff, 0xff, 0xff, 0x0f), 1000)).toThrow('over the limit of 1000 bytes');
  });
});

describe('the kernel', () => {
  const literal = fc.uint8Array({ minLength: 1, maxLength: 90 }).map((content) => {
    const last = content.length - 1;
    return { length: content.length, bytes: [...(last < 60 ? [last << 2] : [60 << 2, last]), ...content] };
  });
  const near = fc
    .tuple(fc.integer({ min: 4, max: 11 }), fc.integer({ min: 1, max: 40 }))
    .map(([length, offset]) => ({ length, bytes: [((length - 4) << 2) | 1, offset] }));
  const far = fc
    .tuple(
      fc.integer({ min: 1, max: 64 }),
      fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 1, max: 80 }) }, fc.nat(300)),
    )
    .map(([length, offset]) => ({ length, bytes: [((length - 1) << 2) | 2, offset & 255, offset >> 8] }));
  const element = fc.oneof({ weight: 3, arbitrary: literal }, near, far);

  const outcome = (decoder: SnappyDecoder, input: Uint8Array) => {
    try {
      return [...decoder.decode(input, 1 << 20)];
    } catch (error) {
      return String(error);
    }
  };

  it('gives the same bytes and the same errors as the twin in TypeScript, on damaged blocks too', () => {
    const [kernel, plain] = [new KernelSnappyDecoder(), new PlainSnappyDecoder()];
    const block = fc.record({
      elements: fc.array(element, { maxLength: 12 }),
      more: fc.constantFrom(0, 0, 0, 0, -1, 1),
      cut: fc.constantFrom(0, 0, 0, 0, 1),
    });
    let whole = 0;
    fc.assert(
      fc.property(block, ({ elements, more, cut }) => {
        const declared = Math.max(0, elements.reduce((sum, { length }) => sum + length, 0) + more);
        const content = elements.flatMap(({ bytes }) => bytes);
        const length = declared < 128 ? [declared] : [(declared & 127) | 128, declared >> 7];
        const input = Uint8Array.from([...length, ...content.slice(0, content.length - cut)]);
        if (typeof outcome(plain, input) !== 'string') whole++;
        expect(outcome(kernel, input)).toEqual(outcome(plain, input));
      }),
      { numRuns: 500 },
    );
    expect(whole).toBeGreaterThan(50);
  });

  it('leaves blocks that would make its memory grow for good to the twin', () => {
    const size = 5 * 1024 * 1024;
    const block = new Uint8Array(8 + size);
    block.set([0x80, 0x80, 0xc0, 0x02, 62 << 2, 0xff, 0xff, 0x4f]);
    expect(new KernelSnappyDecoder().decode(block, size).length).toBe(size);
  });
});
