import { expect, it } from 'vitest';
import type { LinkContext } from './links.ts';
import { type LinkedValue, valueLinks } from './value-links.ts';

const CONTEXT: LinkContext = { scope: new Map(), variables: new Map(), from: 'now-1h', to: 'now' };

function urls(url: string, rest: Partial<LinkedValue> = {}): string[] {
  const config = { links: [{ title: 'T', url }] };
  const linked = {
    config,
    name: 'cpu of a',
    labels: { instance: 'a:1', 'zone-x': 'eu' },
    value: 1500,
    text: '1.5 K',
    ...rest,
  };
  return valueLinks(linked, CONTEXT).map((link) => link.url);
}

it('a link names its value, its series and its labels', () => {
  expect(urls('/d/x?v=${__value.raw}&t=${__value.text}&n=${__value.numeric}')).toEqual([
    '/d/x?v=1500&t=1.5%20K&n=1500',
  ]);
  expect(urls('/d/x?s=${__series.name}&f=${__field.name}')).toEqual(['/d/x?s=cpu%20of%20a&f=cpu%20of%20a']);
  expect(urls('/d/x?i=${__field.labels.instance}&z=${__field.labels["zone-x"]}')).toEqual(['/d/x?i=a%3A1&z=eu']);
});

it('a link names the instant where there is one, and the line of a table', () => {
  expect(urls('/d/x?from=${__value.time}', { time: 1700 })).toEqual(['/d/x?from=1700']);
  expect(urls('/d/x?h=${__data.fields.host}', { line: [['host', 'b']] })).toEqual(['/d/x?h=b']);
});

it('a value without links has none, and none runs a script', () => {
  expect(valueLinks({ config: { links: [] }, name: '', labels: {}, value: 0, text: '' }, CONTEXT)).toEqual([]);
  expect(urls('javascript:alert(${__value.raw})')).toEqual([]);
});
