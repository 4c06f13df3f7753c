import { expect, it } from 'vitest';
import { interned } from './interned-text.ts';

it('gives back the same text, whatever letters it has and however many others there were', () => {
  const texts = ['', 'a', 'a long text with ümläuts', 'lone \ud800 surrogate', '𝕌𝕟𝕚𝕔𝕠𝕕𝕖 𝕥𝕖𝕩𝕥'];
  for (const text of texts) expect(interned(` ${text}`.slice(1))).toBe(text);
  for (let i = 0; i < 70_000; i++) interned(`number ${i}`);
  for (const text of texts) expect(interned(` ${text}`.slice(1))).toBe(text);
});
