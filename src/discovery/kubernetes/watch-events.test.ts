import { expect, it } from 'vitest';
import { eventHead, linesOf } from './watch-events.ts';

async function* chunksOf(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield new TextEncoder().encode(text);
}

async function all(longest: number, ...texts: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for await (const lines of linesOf(chunksOf(...texts), 'watch pods', longest)) {
    found.push(...lines.map((line) => Buffer.from(line).toString()));
  }
  return found;
}

it('lines come whole, however they are cut', async () => {
  expect(await all(8, '{"a":', '1}\n{}', '\n\n{"b"')).toEqual(['{"a":1}', '{}']);
});

it('a line that does not end is none of the API', async () => {
  await expect(all(8, '12345\n12345', '6789')).rejects.toThrow('watch pods: a line of more than 8 bytes');
});

const metadata =
  '"name":"web-1","generateName":"web-","namespace":"shop","uid":"4f","resourceVersion":"71","labels":{}';
const written = (rest: string) => `{"type":"MODIFIED","object":{"kind":"Pod","apiVersion":"v1","metadata":{${rest}}}}`;
const headOf = (line: string) => eventHead(Buffer.from(line));

it('the head of an event that is written as the API server does is known without parsing it', () => {
  expect(headOf(written(metadata))).toEqual({ type: 'MODIFIED', key: 'shop/web-1', resourceVersion: '71' });
  expect(headOf(written('"name":"n1","resourceVersion":"8"'))).toEqual({
    ...{ type: 'MODIFIED', key: 'n1', resourceVersion: '8' },
  });
});

it.each([
  ['another order', written('"namespace":"shop","name":"web-1","resourceVersion":"71"')],
  ['escapes', written('"name":"web\\u002d1","resourceVersion":"71"')],
  ['letters of other scripts', written('"name":"wéb","resourceVersion":"71"')],
  ['no version', written('"name":"web-1"')],
  ['no name', written('"name":"","resourceVersion":"71"')],
  ['an end that is cut off', written(metadata).slice(0, -3)],
  ['an error', '{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},"code":410}}'],
  ['a bookmark', written(metadata).replace('MODIFIED', 'BOOKMARK')],
])('an event has to be parsed for its head: %s', (_, line) => {
  expect(headOf(line)).toBeNull();
});
