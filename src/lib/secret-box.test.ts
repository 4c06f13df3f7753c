import { describe, expect, it } from 'vitest';
import { SecretBox } from './secret-box.ts';

const OLD = 'an old key that is long enough to be one';
const NEW = 'a new key that is long enough to be one';
const boxOf = (...known: string[]) =>
  new SecretBox({
    known,
    make: () => {
      throw new Error('no key is to be made');
    },
  });

describe('a secret', () => {
  it('is opened with the key and label that it was sealed with, and never looks the same', () => {
    const box = boxOf(OLD);
    const sealed = box.seal('pä55', 'password');
    expect(sealed).toMatch(/^[0-9a-f]{8}\.[\w-]+$/);
    expect(box.seal('pä55', 'password')).not.toBe(sealed);
    expect(box.open(sealed, 'password')).toBe('pä55');
    expect(box.open(sealed, 'token')).toBe(null);
    expect(boxOf(NEW).open(sealed, 'password')).toBe(null);
    expect(boxOf().open(sealed, 'password')).toBe(null);
  });

  it('may be empty', () => {
    const box = boxOf(OLD);
    expect(box.open(box.seal('', 'x'), 'x')).toBe('');
  });

  it('is opened with older keys, too, and told from those of the current one', () => {
    const sealed = boxOf(OLD).seal('x', 'l');
    const both = boxOf(NEW, OLD);
    expect(both.open(sealed, 'l')).toBe('x');
    expect([both.isCurrent(sealed), both.isCurrent(both.seal('x', 'l'))]).toEqual([false, true]);
    expect(boxOf().isCurrent(sealed)).toBe(false);
  });

  it('is not opened when a letter of it was changed or is missing', () => {
    const box = boxOf(OLD);
    const sealed = box.seal('text', 'l');
    for (let at = 0; at < sealed.length; at++) {
      const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
      // The last letter has bits that stand for nothing.
      if (at < sealed.length - 1) expect(box.open(changed, 'l'), changed).toBe(null);
      expect(box.open(sealed.slice(0, at), 'l')).toBe(null);
    }
  });

  it('makes a key when it needs the first one, once', () => {
    let made = 0;
    const box = new SecretBox({
      known: [],
      make: () => {
        made++;
        return NEW;
      },
    });
    expect(made).toBe(0);
    const sealed = [box.seal('a', 'l'), box.seal('b', 'l')];
    expect(made).toBe(1);
    expect(sealed.map((each) => boxOf(NEW).open(each, 'l'))).toEqual(['a', 'b']);
  });

  it('can be read by other programs that have the key', async () => {
    const [, content = ''] = boxOf(OLD).seal('pä55', 'label').split('.');
    const bytes = new Uint8Array(Buffer.from(content, 'base64url'));
    const text = (words: string) => new TextEncoder().encode(words);
    const { subtle } = globalThis.crypto;
    const base = await subtle.importKey('raw', text(OLD), 'HKDF', false, ['deriveKey']);
    const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: text(''), info: text('barograph secrets') };
    const key = await subtle.deriveKey(hkdf, base, { name: 'AES-GCM', length: 256 }, false, ['decrypt']);
    const cipher = { name: 'AES-GCM', iv: bytes.subarray(0, 12), additionalData: text('label') };
    expect(new TextDecoder().decode(await subtle.decrypt(cipher, key, bytes.subarray(12)))).toBe('pä55');
  });
});
