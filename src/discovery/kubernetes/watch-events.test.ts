import { expect, it } from 'vitest';
import { linesOf } from './watch-events.ts';

async function* chunksOf(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield new TextEncoder().encode(text);
}

async function all(longest: number, ...texts: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for await (const lines of linesOf(chunksOf(...texts), 'watch pods', longest)) found.push(...lines);
  return found;
}

it('lines come whole, however they are cut', async () => {
  expect(await all(8, '{"a":', '1}\n{}', '\n\n{"b"')).toEqual(['{"a":1}', '{}']);
});

it('a line that does not end is none of the API', async () => {
  await expect(all(8, '12345\n12345', '6789')).rejects.toThrow('watch pods: a line of more than 8 bytes');
});
