import { isPrintable } from './quote.ts';

const HTML: Readonly<Record<string, string>> = {
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

/** As the template function `html`: safe as HTML text and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll('\0', '\ufffd').replace(/["'&<>]/g, (char) => HTML[char]!);
}

/** As the template function `js`: safe inside a JavaScript string. */
export function escapeJs(text: string): string {
  return text.replace(/[\\'"<>&=]|[^ -~]/gu, (char) => {
    if (/[\\'"]/.test(char)) return `\\${char}`;
    const code = char.codePointAt(0)!;
    if (code >= 0x80 && isPrintable(char)) return char;
    return code === 0x7f ? char : `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
  });
}

/** As `url.QueryEscape`: everything but letters, digits and `-_.~`, with `+` for a space. */
export function escapeQuery(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'))
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

/** As `url.QueryUnescape`. Throws Go's words when a `%` is not followed by two hex digits. */
export function unescapeQuery(text: string): string {
  const bad = /%(?![0-9a-fA-F]{2}).{0,2}/su.exec(text);
  if (bad) throw new Error(`invalid URL escape ${JSON.stringify(bad[0])}`);
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (const part of text.replaceAll('+', ' ').split(/(%[0-9a-fA-F]{2})/)) {
    if (/^%[0-9a-fA-F]{2}$/.test(part)) bytes.push(Number.parseInt(part.slice(1), 16));
    else bytes.push(...encoder.encode(part));
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes));
}
