import { describe, expect, it } from 'vitest';
import { withSearch } from './location.ts';

describe('a query string', () => {
  it('takes changes and keeps the rest in place', () => {
    expect(withSearch('?a=1&b=2', { b: '3', c: 'x y' })).toBe('?a=1&b=3&c=x+y');
  });

  it('loses what is set to null, and its question mark with the last', () => {
    expect(withSearch('?a=1&b=2', { a: null })).toBe('?b=2');
    expect(withSearch('?a=1', { a: null })).toBe('');
  });

  it('escapes what a value may hold', () => {
    expect(withSearch('', { filter: 'a=b&c#d' })).toBe('?filter=a%3Db%26c%23d');
  });
});
