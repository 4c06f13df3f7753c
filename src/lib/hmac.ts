import { createHmac, timingSafeEqual } from 'node:crypto';

/** What shows that `text` comes from somebody who knows the secret: HMAC-SHA-256 in hexadecimal. */
export function hmacOf(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('hex');
}

/** Whether `given` is that of the text. Takes as long whichever letter is wrong. */
export function isHmacOf(secret: string, text: string, given: string): boolean {
  const wanted = Buffer.from(hmacOf(secret, text));
  const found = Buffer.from(given);
  return found.length === wanted.length && timingSafeEqual(found, wanted);
}
