import { expect, it } from 'vitest';
import { watchEventLoop } from './event-loop.ts';

it('tells no delay before it has looked', () => {
  expect(watchEventLoop().read()).toEqual({ mean: 0, p99: 0, max: 0 });
});
