import { describe, expect, it } from 'vitest';
import { ByteWriter } from '#lib/byte-writer';
import { RememberedTexts, type TextOwner } from './remembered-texts.ts';

const MIB = 1 << 20;
const owner = (): TextOwner => ({ textPlace: 0 });
const text = (length: number, value: number) => new Uint8Array(length).fill(value);

describe('remembered texts', () => {
  it('are found by their objects, whatever their length', () => {
    const texts = new RememberedTexts<TextOwner>(4 * MIB);
    const lengths = [0, 1, 255, 256, 65_535, 65_536, 300_000, 900_000, MIB - 3];
    const keys = lengths.map((length, i) => {
      const key = owner();
      texts.remember(key, text(length, i));
      return key;
    });
    keys.forEach((key, i) => {
      expect(Buffer.from(texts.get(key)!).equals(text(lengths[i]!, i))).toBe(true);
    });
    expect(texts.get(owner())).toBe(undefined);
  });

  it('are appended to what is written', () => {
    const texts = new RememberedTexts<TextOwner>(MIB);
    const [known, other] = [owner(), owner()];
    texts.remember(known, new TextEncoder().encode('{"a":"b"}'));
    const writer = new ByteWriter();
    writer.ascii('[');
    expect([texts.append(known, writer), texts.append(other, writer)]).toEqual([true, false]);
    expect(new TextDecoder().decode(writer.take())).toBe('[{"a":"b"}');
  });

  it('are copies', () => {
    const texts = new RememberedTexts<TextOwner>(MIB);
    const [key, own] = [owner(), text(3, 1)];
    texts.remember(key, own);
    own.fill(2);
    expect([...texts.get(key)!]).toEqual([1, 1, 1]);
  });

  it('are all forgotten when there are too many, and one that is too long at once', () => {
    const texts = new RememberedTexts<TextOwner>(2 * MIB);
    const keys = Array.from({ length: 5 }, owner);
    const before = keys.slice(0, 4).map((key, i) => {
      texts.remember(key, text(MIB / 2 - 10, i));
      return texts.get(key)!;
    });
    texts.remember(keys[4]!, text(MIB / 2, 4));
    expect(keys.map((key) => texts.get(key) !== undefined)).toEqual([false, false, false, false, true]);
    expect(before.map((bytes) => bytes[0])).toEqual([0, 1, 2, 3]);
    texts.remember(keys[0]!, text(MIB - 2, 0));
    expect(texts.get(keys[0]!)).toBe(undefined);
  });
});
