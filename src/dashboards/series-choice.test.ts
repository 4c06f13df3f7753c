import { describe, expect, it } from 'vitest';
import { hiddenInUrl, withHidden } from './series-in-url.ts';

const names = ['a', 'b & c', 'd'];

describe('the series of a panel in a URL', () => {
  it.each([
    ['', []],
    ['?only-3=b+%26+c', ['a', 'd']],
    ['?only-3=a&only-3=d&only-4=x', ['b & c']],
    ['?hide-3=d', ['d']],
    ['?hide-3=gone', []],
    ['?only-3=gone', []],
    ['?hide-3=a&hide-3=b+%26+c&hide-3=d', []],
  ])('are hidden as %s says', (search, hidden) => {
    expect(hiddenInUrl(search, '3', names)).toEqual(hidden);
  });

  it('are named by the shorter list, beside all else that stands there', () => {
    const with3 = (search: string, ...hidden: string[]) => withHidden(search, '3', { names, hidden: new Set(hidden) });
    expect(with3('?from=1&only-4=x', 'a', 'd')).toBe('?from=1&only-4=x&only-3=b+%26+c');
    expect(with3('?only-3=b+%26+c&to=2', 'a')).toBe('?to=2&hide-3=a');
    expect(with3('?only-3=a')).toBe('');
    expect(with3('', 'a', 'b & c', 'd')).toBe('');
  });
});
