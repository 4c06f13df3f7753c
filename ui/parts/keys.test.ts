import { expect, it } from 'vitest';
import { keyText } from './keys.ts';

const press = (key: string, more: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {}) =>
  keyText({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });

it('keys have the names that bindings use', () => {
  expect(press('k', { ctrlKey: true })).toBe('mod+k');
  expect(press('K', { metaKey: true })).toBe('mod+k');
  expect(press('?', { shiftKey: true })).toBe('?');
  expect(press('ArrowLeft')).toBe('left');
  expect(press('Enter', { shiftKey: true })).toBe('shift+enter');
  expect(press('G', { shiftKey: true })).toBe('shift+g');
  expect(press('/')).toBe('/');
});
