import { expect, it } from 'vitest';
import { scriptOf } from './page-script.ts';

const page = (script: string) =>
  `<head><meta name="barograph-prefix" content="/p">${script}</head><body><div id="root"></div></body>`;

it('the script of a page tells one version from another', () => {
  expect(scriptOf(page('<script type="module" crossorigin src="./assets/index-a1.js"></script>'))).toBe(
    './assets/index-a1.js',
  );
  expect(scriptOf(page('<script>inline()</script>'))).toBeNull();
});

it('a page to sign in is none of ours, whatever scripts it has', () => {
  expect(scriptOf('<head><script src="/sso.js"></script></head><form></form>')).toBeNull();
});
