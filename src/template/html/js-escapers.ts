import { errorMessage } from '#lib/errors';
import { toJson } from '../json.ts';
import { printed } from '../print.ts';
import { GoList, GoMap, GoStruct, isScalar, type Value } from '../value.ts';

const SHORT: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r', '/': '\\/' };

/** Safe inside a quoted string of a script, and in an attribute that holds it. */
export function jsString(text: string): string {
  return text.replace(/[\0-\x1f"&'+/<>\\`\u2028\u2029]/g, (char) => (char === '\\' ? '\\\\' : escaped(char)));
}

/** Safe inside a template literal. */
export function jsTemplateText(text: string): string {
  return text.replace(/[\0-\x1f"$&'+/<>\\`{}\u2028\u2029]/g, (char) => (char === '\\' ? '\\\\' : escaped(char)));
}

/** Matches the text literally inside a regular expression. */
export function jsRegexp(text: string): string {
  // Two slashes with nothing between them would begin a comment.
  if (text === '') return '(?:)';
  return text.replace(/[\0-\x1f"$&'()*+\-./<>?[\\\]^{|}\u2028\u2029]/g, (char) =>
    /[$()*\-.?[\\\]^{|}]/.test(char) ? `\\${char}` : escaped(char),
  );
}

function escaped(char: string): string {
  return SHORT[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** The value as an expression of a script. What JSON cannot say becomes null beside a comment. */
export function jsValue(value: Value): string {
  try {
    const json = toJson(asMarshalled(value));
    const touches = /^[\w$]|[\w$]$/.test(json);
    return touches ? ` ${json} ` : json;
  } catch (error) {
    const problem = errorMessage(error)
      .replace(/<(\/?)script/gi, '\\x3C$1script')
      .replaceAll('*/', '* /')
      .replaceAll('<!--', '\\x3C!--');
    return ` /* ${problem} */null `;
  }
}

/** What has a text of its own is that text, unless it has a form in JSON. */
function asMarshalled(value: Value): Value {
  if (isScalar(value)) return value.integer === null ? value : value.toString();
  const hasText =
    (value instanceof GoMap || value instanceof GoList || value instanceof GoStruct) && value.text !== null;
  return hasText ? printed(value) : value;
}
