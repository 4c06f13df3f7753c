import { describe, expect, it } from 'vitest';
import { TextTable } from './text-table.ts';

const read = (table: TextTable, ...bytes: number[]) =>
  table.text(new DataView(Uint8Array.from([0, ...bytes]).buffer), 1, 1 + bytes.length);

describe('a table of texts', () => {
  it('gives the text of bytes, the first time and again', () => {
    const table = new TextTable(1 << 20);
    const euro = [0xe2, 0x82, 0xac];
    expect([read(table, 97, 98), read(table, ...euro), read(table, 97, 98), read(table)]).toEqual([
      'ab',
      '€',
      'ab',
      '',
    ]);
  });

  it('says what is not UTF-8', () => {
    const table = new TextTable(1 << 20);
    expect([read(table, 0xff), read(table, 0xff), read(table, 0xe2, 0x82)]).toEqual([null, null, null]);
  });

  it('forgets texts rather than fill the memory, and is right all the same', () => {
    const table = new TextTable(100_000);
    const texts = Array.from({ length: 3000 }, (_, i) => String(i));
    const codes = (text: string) => [...text].map((char) => char.charCodeAt(0));
    for (let round = 0; round < 2; round++) {
      expect(texts.map((text) => read(table, ...codes(text)))).toEqual(texts);
    }
  });
});
