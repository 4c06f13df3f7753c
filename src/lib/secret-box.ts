import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

/** What a key is made from: a text that nobody can guess. */
export interface KeyTexts {
  /** Those that there are: the first one encrypts, all of them decrypt. */
  readonly known: readonly string[];
  /** Makes and keeps the first one; asked when something is to be encrypted and there is none. */
  readonly make: () => string;
}

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

interface Key {
  /** Tells keys apart without giving one away: eight hexadecimal digits. */
  readonly id: string;
  readonly bytes: Uint8Array;
}

/**
 * Encrypts texts with AES-256-GCM: `<id of the key>.<base64url of nonce, encrypted text and tag>`. What is encrypted under
 * one label is not decrypted under another.
 */
export class SecretBox {
  private readonly keys: Key[];
  private readonly make: KeyTexts['make'];

  constructor({ known, make }: KeyTexts) {
    this.keys = known.map(keyOf);
    this.make = make;
  }

  /** Throws what `make` throws. */
  seal(text: string, label: string): string {
    const key = this.current();
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, key.bytes, nonce).setAAD(Buffer.from(label));
    const content = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `${key.id}.${content.toString('base64url')}`;
  }

  /** The text; null when none of the keys is that one, or the bytes were changed. */
  open(sealed: string, label: string): string | null {
    const [id, encoded = ''] = sealed.split('.');
    const key = this.keys.find((each) => each.id === id);
    const content = Buffer.from(encoded, 'base64url');
    if (key === undefined || content.length < NONCE_BYTES + TAG_BYTES) return null;
    const tagAt = content.length - TAG_BYTES;
    const decipher = createDecipheriv(CIPHER, key.bytes, content.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(label))
      .setAuthTag(content.subarray(tagAt));
    try {
      return Buffer.concat([decipher.update(content.subarray(NONCE_BYTES, tagAt)), decipher.final()]).toString('utf8');
    } catch {
      return null;
    }
  }

  /** Whether it was encrypted with the key that encrypts now. */
  isCurrent(sealed: string): boolean {
    return this.keys[0] !== undefined && sealed.startsWith(`${this.keys[0].id}.`);
  }

  private current(): Key {
    if (this.keys.length === 0) this.keys.push(keyOf(this.make()));
    return this.keys[0]!;
  }
}

function keyOf(text: string): Key {
  const bytes = new Uint8Array(hkdfSync('sha256', text, '', 'barograph secrets', KEY_BYTES));
  return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 8), bytes };
}
