import { describe, expect, it } from 'vitest';
import { errorPosition } from './error-position.ts';

describe('the place of a parse error', () => {
  it('is found behind the name of the parameter', () => {
    const error = 'invalid parameter "query": 1:7: parse error: unclosed left parenthesis';
    expect(errorPosition('sum(up', error)).toEqual({
      line: 1,
      column: 7,
      message: 'parse error: unclosed left parenthesis',
    });
  });

  it('counts characters where Prometheus counts bytes', () => {
    expect(errorPosition('{a="ü€😀"} )', '1:17: parse error: x')).toEqual({
      line: 1,
      column: 12,
      message: 'parse error: x',
    });
  });

  it('is on the line it names', () => {
    expect(errorPosition('up\n+ )', '2:3: parse error: unexpected ")"')).toEqual({
      line: 2,
      column: 3,
      message: 'parse error: unexpected ")"',
    });
  });

  it('is not past the end of the line', () => {
    expect(errorPosition('up', '1:99: parse error: x')?.column).toBe(3);
  });

  it('is nowhere in other errors', () => {
    expect(errorPosition('up', 'query timed out in expression evaluation')).toBe(null);
    expect(errorPosition('up', '7:1: parse error: x')).toBe(null);
  });
});
