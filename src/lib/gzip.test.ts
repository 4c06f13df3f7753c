import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gunzip } from './gzip.ts';

describe('gunzip', () => {
  const text = Buffer.from('hello '.repeat(100));

  it('gives the text back, up to the limit', async () => {
    expect(Buffer.from(await gunzip(gzipSync(text), text.length))).toEqual(text);
    await expect(gunzip(gzipSync(text), text.length - 1)).rejects.toMatchObject({ code: 'gzip-too-large' });
  });

  it('refuses what is not gzip or ends too early', async () => {
    await expect(gunzip(text, 1000)).rejects.toMatchObject({ code: 'bad-gzip', message: 'gzip: invalid header' });
    await expect(gunzip(gzipSync(text).subarray(0, 20), 1000)).rejects.toThrow('unexpected EOF in gzip data');
  });
});
