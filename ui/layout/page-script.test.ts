import { expect, it } from 'vitest';
import { scriptsOf } from './page-script.ts';

const page = (script: string) =>
  `<head><meta name="barograph-prefix" content="/p">${script}</head><body><div id="root"></div></body>`;

it('the scripts of a page tell one version from another', () => {
  const module = (src: string) => `<script type="module" crossorigin src="${src}"></script>`;
  expect(scriptsOf(page(module('./assets/runtime-a1.js') + module('./assets/base-b2.js')))).toBe(
    './assets/runtime-a1.js ./assets/base-b2.js',
  );
  expect(scriptsOf(page('<script>inline()</script>'))).toBeNull();
});

it('a page to sign in is none of ours, whatever scripts it has', () => {
  expect(scriptsOf('<head><script src="/sso.js"></script></head><form></form>')).toBeNull();
});
