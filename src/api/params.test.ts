import { describe, expect, it } from 'vitest';
import { Params, parseTime } from './params.ts';

const params = (query: string) => new Params(new URLSearchParams(query));

describe('request parameters', () => {
  it.each([
    ['1700000000', 1_700_000_000_000],
    ['1700000000.5', 1_700_000_000_500],
    ['-1.5', -1500],
    ['1e3', 1_000_000],
    ['2023-11-14T22:13:20Z', 1_700_000_000_000],
    ['2023-11-14T23:13:20.25+01:00', 1_700_000_000_250],
    ['yesterday', null],
    ['2023-11-14', null],
    ['NaN', null],
  ])('the time %s is %s', (text, expected) => {
    expect(parseTime(text)).toBe(expected);
  });

  it('name the parameter that is wrong, as Prometheus does', () => {
    expect(() => params('time=x').time('time', 0)).toThrow(
      'invalid parameter "time": invalid time value for \'time\': cannot parse "x" to a valid timestamp',
    );
    expect(() => params('step=abc&start=0&end=1').grid()).toThrow(
      'invalid parameter "step": cannot parse "abc" to a valid duration',
    );
    expect(() => params('limit=-1').limit()).toThrow('invalid parameter "limit": limit must be non-negative');
  });

  it('describe a range query', () => {
    expect(params('start=10&end=20&step=5s').grid()).toEqual({ start: 10_000, end: 20_000, step: 5000 });
    expect(params('start=10&end=20&step=0.5').grid().step).toBe(500);
    expect(() => params('start=20&end=10&step=1').grid()).toThrow('end timestamp must not be before start time');
    expect(() => params('start=10&end=20&step=0').grid()).toThrow('zero or negative query resolution step widths');
    expect(() => params('start=0&end=11001&step=1').grid()).toThrow('exceeded maximum resolution of 11,000 points');
    expect(params('start=0&end=11000&step=1').grid().step).toBe(1000);
    expect(params('start=0&end=11000.9&step=1').grid().end).toBe(11_000_900);
    expect(() => params('end=10&step=1').grid()).toThrow('invalid parameter "start"');
  });
});
