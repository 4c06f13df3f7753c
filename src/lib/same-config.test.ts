import { describe, expect, it } from 'vitest';
import { Secret } from '#lib/secret';
import { sameConfig } from './same-config.ts';

describe('two configurations', () => {
  it('are the same when they say the same, in any order of keys', () => {
    const one = { a: 1, b: [1n, { c: new Secret('x') }], d: undefined };
    expect(sameConfig(one, { b: [1n, { c: new Secret('x') }], a: 1 })).toBe(true);
  });

  it('are not the same when anything differs', () => {
    const pairs = [
      [{ a: 1 }, { a: 2 }],
      [{ a: 1n }, { a: 2n }],
      [{ a: [1, 2] }, { a: [1] }],
      [{ a: [] }, { a: {} }],
      [{ a: 1 }, { b: 1 }],
      [{ a: 1 }, { a: 1, b: 1 }],
      [{ a: null }, { a: {} }],
      [{ a: new Secret('x') }, { a: new Secret('y') }],
      [{ a: new Secret('x') }, { a: 'x' }],
    ];
    expect(pairs.map(([a, b]) => sameConfig(a, b) || sameConfig(b, a))).toEqual(pairs.map(() => false));
  });
});
