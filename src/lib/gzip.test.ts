import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gunzip } from './gzip.ts';

describe('gunzip', () => {
  const text = Buffer.from('hello '.repeat(100));

  it('gives the text back, up to the limit', async () => {
    expect(Buffer.from(await gunzip(gzipSync(text), text.length))).toEqual(text);
    await expect(gunzip(gzipSync(text), text.length - 1)).rejects.toMatchObject({ code: 'gzip-too-large' });
  });

  it('gives long texts back, texts in parts, and nothing', async () => {
    const long = Buffer.alloc(3 << 20, 'abc');
    expect(Buffer.from(await gunzip(gzipSync(long), 1 << 30)).equals(long)).toBe(true);
    await expect(gunzip(gzipSync(long), 1 << 20)).rejects.toMatchObject({ code: 'gzip-too-large' });
    const parts = Buffer.concat([gzipSync(text), gzipSync('and more')]);
    expect(Buffer.from(await gunzip(parts, 1000)).toString()).toBe(`${text}and more`);
    expect(await gunzip(gzipSync(''), 1000)).toHaveLength(0);
  });

  it('does not believe the length that a text claims', async () => {
    const liar = gzipSync(text);
    liar.writeUInt32LE(3, liar.length - 4);
    await expect(gunzip(liar, 1000)).rejects.toMatchObject({ code: 'bad-gzip' });
  });

  it('refuses what is not gzip or ends too early', async () => {
    await expect(gunzip(text, 1000)).rejects.toMatchObject({ code: 'bad-gzip', message: 'gzip: invalid header' });
    await expect(gunzip(gzipSync(text).subarray(0, 20), 1000)).rejects.toThrow('unexpected EOF in gzip data');
  });
});
