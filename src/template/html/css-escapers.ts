import { decodeCss } from './css-syntax.ts';

/** Safe inside a string of a style sheet. */
export function cssString(text: string): string {
  return text.replace(/[\0\t\n\f\r"&'()+/:;<>\\{}]/g, (char, at: number) => {
    if (char === '\\') return '\\\\';
    const next = text[at + 1];
    // A space ends the number where a digit or a space would be taken for a part of it.
    const space = next === undefined || /[0-9a-fA-F\t\n\f\r ]/.test(next) ? ' ' : '';
    return `\\${char.charCodeAt(0).toString(16)}${space}`;
  });
}

/** A value for a style property; null when it could be more than a value. */
export function cssValue(text: string): string | null {
  const value = decodeCss(text);
  if (/[\0"'()/;@[\\\]`{}<>]|--/.test(value)) return null;
  const letters = value
    .replace(/[^a-zA-Z0-9_-]/g, '')
    .replaceAll('-', '')
    .toLowerCase();
  return /expression|mozbinding/.test(letters) ? null : value;
}
