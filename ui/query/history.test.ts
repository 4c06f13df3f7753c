import { expect, it } from 'vitest';
import { withQuery } from './history.ts';

it('the history has the newest first, each once, a hundred at most', () => {
  expect(withQuery(['a', 'b', 'c'], 'b')).toEqual(['b', 'a', 'c']);
  const long = Array.from({ length: 120 }, (_, i) => String(i));
  expect(withQuery(long, 'new')).toHaveLength(100);
});
