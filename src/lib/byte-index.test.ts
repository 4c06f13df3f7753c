import { describe, expect, it } from 'vitest';
import { ByteIndex } from './byte-index.ts';

const viewOf = (text: string) => {
  // Not at the beginning of its memory, as a body that is part of something larger.
  const bytes = Buffer.from(`..${text}`);
  return new DataView(bytes.buffer, bytes.byteOffset + 2, bytes.length - 2);
};
const add = (index: ByteIndex, text: string) => index.add(viewOf(text), 0, Buffer.byteLength(text));
const find = (index: ByteIndex, text: string) => index.find(viewOf(text), 0, Buffer.byteLength(text));

describe('an index of byte strings', () => {
  it('numbers them in the order of adding, and knows them again', () => {
    const index = new ByteIndex();
    expect([add(index, 'job'), add(index, ''), add(index, 'jobs'), add(index, 'job')]).toEqual([1, 2, 3, 1]);
    expect([find(index, 'jobs'), find(index, 'jo'), find(index, '')]).toEqual([3, 0, 2]);
    expect(Buffer.from(index.bytes(3)).toString()).toBe('jobs');
    expect(index.size).toBe(3);
  });

  it('says whether an id stands somewhere in other bytes', () => {
    const index = new ByteIndex();
    const id = add(index, 'instance');
    const within = viewOf('xxinstanceyy');
    expect([index.is(id, within, 2, 10), index.is(id, within, 2, 9), index.is(id, within, 1, 9)]).toEqual([
      true,
      false,
      false,
    ]);
    expect([index.is(0, within, 0, 0), index.is(id + 1, within, 2, 10)]).toEqual([false, false]);
  });

  it('holds many', () => {
    const index = new ByteIndex();
    const texts = Array.from({ length: 20_000 }, (_, i) => `series_${i}_${'x'.repeat(i % 13)}`);
    expect(texts.map((text) => add(index, text))).toEqual(texts.map((_, i) => i + 1));
    expect(texts.every((text, i) => find(index, text) === i + 1)).toBe(true);
    expect(find(index, 'series_20000_')).toBe(0);
  });

  it('forgets everything when it is cleared', () => {
    const index = new ByteIndex();
    add(index, 'a');
    add(index, 'b');
    index.clear();
    expect([find(index, 'a'), add(index, 'b'), index.is(2, viewOf('b'), 0, 1)]).toEqual([0, 1, false]);
  });
});
