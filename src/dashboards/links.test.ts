import { describe, expect, it } from 'vitest';
import { type LinkContext, resolveLinks, safeUrl } from './links.ts';

const node = { values: ['a b', 'c'], text: 'a b + c', multi: true };
const one = { values: ['x&y'], text: 'x&y', multi: false };
const CONTEXT: LinkContext = {
  scope: new Map([
    ['node', node],
    ['one', one],
  ]),
  variables: new Map([['node', node]]),
  from: 'now-1h',
  to: 'now',
  data: new Map([
    ['__value.text', '5 ms'],
    ['__data.fields.disk', 'sd a'],
  ]),
};

function urls(...links: readonly object[]): string[] {
  return resolveLinks(links as never, CONTEXT).map(({ url }) => url);
}

describe('a link', () => {
  it('carries the time range and the variables when it says so', () => {
    expect(urls({ url: '/d/x', keepTime: true, includeVars: true }, { url: '/d/x?a=1', keepTime: true })).toEqual([
      '/d/x?from=now-1h&to=now&var-node=a%20b&var-node=c',
      '/d/x?a=1&from=now-1h&to=now',
    ]);
  });

  it('names values in its address, escaped', () => {
    expect(urls({ url: '/d/x?${__url_time_range}&${__all_variables}' })).toEqual([
      '/d/x?from=now-1h&to=now&var-node=a%20b&var-node=c',
    ]);
    expect(urls({ url: '/d/x?v=${__value.text}&d=${__data.fields["disk"]}&n=${gone}' })).toEqual([
      '/d/x?v=5%20ms&d=sd%20a&n=${gone}',
    ]);
    expect(resolveLinks([{ title: 'Disk ${__data.fields.disk}', url: '/x' }], CONTEXT)[0]!.title).toBe('Disk sd a');
  });

  it('never runs a script', () => {
    expect(
      urls({ url: 'javascript:alert(1)' }, { url: ' java\nscript:alert(1)' }, { url: 'data:text/html,x' }, { url: '' }),
    ).toEqual([]);
    expect(safeUrl('https://example.com/a:b')).toBe('https://example.com/a:b');
    expect(safeUrl('d/host?x=a:b')).toBe('d/host?x=a:b');
  });
});
