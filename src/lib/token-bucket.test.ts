import { expect, it } from 'vitest';
import { TokenBucket } from './token-bucket.ts';

it('a token bucket has so many at once, and one more per interval', () => {
  let now = 0;
  const bucket = new TokenBucket({ monotonic: () => now }, { interval: 100, burst: 2 });
  const take = (at: number) => {
    now = at;
    return bucket.take();
  };
  expect([take(0), take(0), take(0), take(99), take(100), take(150)]).toEqual([true, true, false, false, true, false]);
  expect([take(10_000), take(10_000), take(10_000)]).toEqual([true, true, false]);
});
