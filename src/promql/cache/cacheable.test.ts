import { describe, expect, it } from 'vitest';
import { parse } from '../parse.ts';
import { reachOf } from './cacheable.ts';

const MINUTE = 60_000;
const NONE = Number.NEGATIVE_INFINITY;
const LOOKBACK = 5 * MINUTE;

describe('what a result at a step depends on', () => {
  it.each([
    ['up', 0],
    ['sum by (job) (rate(up[5m]))', 0],
    ['up offset 1h', -60 * MINUTE],
    ['up offset -2m', 2 * MINUTE],
    ['rate(up[5m] offset -30s) / up', MINUTE / 2],
    ['up smoothed', 5 * MINUTE],
    ['increase(up[5m] smoothed) ', 5 * MINUTE],
    ['increase(up[5m] anchored) ', 0],
    ['max_over_time(up[1h:1m])', 0],
    ['max_over_time(up[1h:1m] offset 10m)', -10 * MINUTE],
    ['max_over_time((up offset -5m)[1h:1m] offset 2m)', 3 * MINUTE],
    ['time() + 1', NONE],
    ['hour()', NONE],
    ['topk(3, up)', 0],
    ['limit_ratio(0.5, up)', 0],
  ])('%s: data up to its time and %d ms', (text, ahead) => {
    expect(reachOf(parse(text), LOOKBACK)).toEqual({ ahead, pinned: NONE });
  });

  it.each([
    ['up @ 100', NONE, 100_000],
    ['up @ 100 offset -10s', NONE, 110_000],
    ['up + up @ 100', 0, 100_000],
    ['(up @ 200) / (down @ 100)', NONE, 200_000],
    ['max_over_time(up[1h:1m] @ 100)', NONE, 100_000],
    ['max_over_time((up @ 300)[1h:1m])', NONE, 300_000],
    ['max_over_time((up offset -50s)[1h:1m] @ 100)', NONE, 150_000],
  ])('%s: data up to a fixed time, too', (text, ahead, pinned) => {
    expect(reachOf(parse(text), LOOKBACK)).toEqual({ ahead, pinned });
  });

  it.each([
    'up @ end()',
    'up @ start()',
    'sum(rate(up[5m] @ end()))',
    'max_over_time(up[1h:1m] @ start())',
    'rate(up[range()])',
    'up offset (range() / 2)',
    'max_over_time(up[1h + range():1m])',
    'max_over_time(up[1h:range() / 10])',
    'up + scalar(up @ end())',
    'vector(start())',
    'time() - end()',
    'range()',
    'step()',
    'up offset step()',
    'rate(up[step() * 4])',
    'limitk(2, up)',
    'info(up)',
  ])('%s: on where the query begins or ends', (text) => {
    expect(reachOf(parse(text), LOOKBACK)).toBeNull();
  });
});
