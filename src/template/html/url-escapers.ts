import type { Content } from './content.ts';

/** A URL for a query or a fragment: everything but letters, digits and `-._~` is encoded. */
export function escapedUrl(text: string): string {
  return encoded(text, /[^A-Za-z0-9\-._~]+/g);
}

/** A URL that may be encoded already: what has a meaning there stays. */
export function normalizedUrl(text: string): string {
  return encoded(text, /(?:%(?![0-9a-fA-F]{2})|[^A-Za-z0-9\-._~!#$&*+,/:;=?@[\]%])+/g);
}

function encoded(text: string, unsafe: RegExp): string {
  return text.replace(unsafe, (part) =>
    Array.from(new TextEncoder().encode(part), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  );
}

/** The URL, or `instead` when its scheme could run something. */
export function filteredUrl({ text, kind }: Content, instead: string): string {
  return kind === 'url' || isSafeUrl(text) ? text : instead;
}

function isSafeUrl(url: string): boolean {
  const scheme = /^([^:]*):/s.exec(url)?.[1];
  return scheme === undefined || scheme.includes('/') || /^(?:https?|mailto)$/i.test(scheme);
}

/** The images of a `srcset`; those that are not safe become `instead`. */
export function filteredSrcset({ text, kind }: Content, instead: string): string {
  if (kind === 'url') return normalizedUrl(text).replaceAll(',', '%2c');
  return text
    .split(',')
    .map((image) => filteredImage(image) ?? instead)
    .join(',');
}

function filteredImage(image: string): string | null {
  const [, before = '', url = '', size = ''] = /^([\t\n\f\r ]*)([^\t\n\f\r ]*)(.*)$/s.exec(image) ?? [];
  return isSafeUrl(url) && /^[\t\n\f\r a-zA-Z0-9]*$/.test(size) ? before + normalizedUrl(url) + size : null;
}
