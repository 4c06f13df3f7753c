import { expect, it } from 'vitest';
import { readUrl } from './read-url.ts';

it('is read from a text however often it was', () => {
  for (let i = 0; i < 20_000; i++) {
    if (readUrl('http://ä.example/ö')?.host !== 'xn--4ca.example') throw new Error(`not the ${i}th time`);
  }
  expect(readUrl('b', 'http://a/')?.href).toBe('http://a/b');
  expect([readUrl('b'), readUrl('http://a:99999')]).toEqual([null, null]);
});
