import { describe, expect, it } from 'vitest';
import {
  choiceThatHides,
  EVERY_SERIES,
  hiddenSeries,
  type SeriesChoice,
  seriesChoice,
  seriesChoices,
} from './series-choice.ts';

const names = ['a', 'b & c', 'd'];

describe('the series of a panel in a URL', () => {
  it.each([
    ['?', []],
    ['?only-3=b+%26+c', ['a', 'd']],
    ['?only-3=a&only-3=d&only-4=x', ['b & c']],
    ['?hide-3=d', ['d']],
    ['?hide-3=gone', []],
    ['?only-3=gone', []],
    ['?hide-3=a&hide-3=b+%26+c&hide-3=d', []],
  ])('are hidden as %s says', (search, hidden) => {
    const choice = seriesChoice(new URLSearchParams(search), '3');
    expect([...hiddenSeries(choice, names)]).toEqual(hidden);
  });

  it('are found for each panel that the URL names', () => {
    const search = 'only-3=a&from=now-1h&hide-3-clone-1=b&only-3=c&only-=x&hide=y';
    expect(seriesChoices(new URLSearchParams(search))).toEqual({
      3: { only: ['a', 'c'], hide: [] },
      '3-clone-1': { only: [], hide: ['b'] },
    });
  });

  it('are named by the shorter list', () => {
    const named = (...hidden: string[]): SeriesChoice => choiceThatHides(new Set(hidden), names);
    expect(named('a', 'd')).toEqual({ only: ['b & c'], hide: [] });
    expect(named('a')).toEqual({ only: [], hide: ['a'] });
    expect(named()).toEqual(EVERY_SERIES);
    expect(named('a', 'b & c', 'd')).toEqual(EVERY_SERIES);
  });
});
