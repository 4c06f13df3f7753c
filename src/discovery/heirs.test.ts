import { expect, it } from 'vitest';
import { Secret } from '#lib/secret';
import { chooseHeirs } from './heirs.ts';

interface Config {
  readonly url: string;
  readonly refreshInterval?: number;
  readonly httpClientConfig?: unknown;
}

const http = (config: Config) => ({ mechanism: 'http', config });
const files = (...names: readonly string[]) => ({ mechanism: 'file', config: { files: names } });

/** By place: from which of those that ended each takes over. */
function heirs(ended: Parameters<typeof chooseHeirs>[0], begun: Parameters<typeof chooseHeirs>[1]): number[] {
  const chosen = chooseHeirs(ended, begun);
  return begun.map((heir) => {
    const before = chosen.get(heir);
    return before === undefined ? -1 : ended.indexOf(before);
  });
}

it('what is asked says more than how it is asked', () => {
  const bearer = (token: string) => ({ authorization: new Secret(token) });
  const ended = [
    http({ url: 'http://a/', refreshInterval: 30, httpClientConfig: bearer('x') }),
    http({ url: 'http://b/', refreshInterval: 60, httpClientConfig: bearer('y') }),
  ];
  expect(heirs(ended, [http({ url: 'http://b/', refreshInterval: 30, httpClientConfig: bearer('x') })])).toEqual([1]);
});

it('a URL that only ends otherwise is the same one with another token', () => {
  const ended = [http({ url: 'http://a/sd?token=1' }), http({ url: 'http://b/sd?token=1' })];
  expect(heirs(ended, [http({ url: 'http://b/sd?token=2' })])).toEqual([1]);
  expect(heirs(ended, [http({ url: 'http://b/sd?token=2' }), http({ url: 'http://a/sd?token=2' })])).toEqual([1, 0]);
});

it('lists are alike as far as they share their entries', () => {
  expect(heirs([files('a'), files('b', 'c')], [files('c', 'd'), files('x')])).toEqual([1, 0]);
});

it('where nothing is alike the first one takes over from the first, each from one at most, of its mechanism only', () => {
  const ended = [files('a'), http({ url: 'u' }), files('b')];
  expect(heirs(ended, [files('x'), files('y'), files('z'), http({ url: 'v' })])).toEqual([0, 2, -1, 1]);
});
