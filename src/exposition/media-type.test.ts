import { describe, expect, it } from 'vitest';
import { parseMediaType } from './media-type.ts';

describe('a media type', () => {
  it.each([
    ['text/plain', 'text/plain'],
    ['Text/Plain ; Version=0.0.4;', 'text/plain'],
    ['text/plain; a="x\\"; y" ;  ', 'text/plain'],
  ])('of %j is %s', (text, type) => {
    expect(parseMediaType(text)).toEqual({ type });
  });

  it.each([
    ['', 'no media type'],
    ['text', 'no media type'],
    ['text/plain; a', 'invalid media parameter'],
    ['text/plain; ;', 'invalid media parameter'],
    ['text/plain; a=1; A=2', 'duplicate parameter name'],
  ])('of %j has a problem: %s', (text, problem) => {
    expect(parseMediaType(text)).toEqual({ problem });
  });

  it('is judged at once, however many spaces there are', () => {
    const spaces = ' '.repeat(200_000);
    expect(parseMediaType(`text/plain;a=b${spaces};c=`)).toEqual({ problem: 'invalid media parameter' });
    expect(parseMediaType(`text/plain${spaces};${spaces}a${spaces}=${spaces}b${spaces}x`)).toEqual({
      problem: 'invalid media parameter',
    });
  });
});
