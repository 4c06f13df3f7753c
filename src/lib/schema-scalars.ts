import { resolve } from 'node:path';
import { formatByteSize, parseByteSize } from './byte-size.ts';
import { formatDuration, formatGoDuration, type Millis, parseDuration, parseGoDuration } from './duration.ts';
import { errorMessage, type SourcePosition } from './errors.ts';
import { nearest } from './nearest.ts';
import { compileRegex } from './regex.ts';
import { checked, converted, mismatch, type Schema } from './schema.ts';
import { type Decoding, INVALID, type Invalid } from './schema-decode.ts';
import { Secret } from './secret.ts';
import type { YamlNode, YamlScalar } from './yaml.ts';
import { positionInScalar } from './yaml-position.ts';
import type { YamlValue } from './yaml-print.ts';
import { resolveScalar } from './yaml-scalar.ts';

/** Text. A number or a boolean written without quotes stays the text it was: `1.10` is "1.10". Null is "". */
export function string(): Schema<string> {
  return { type: 'string', decode: decodeText, encode: (value) => value };
}

/** True or false; `yes`, `no`, `on` and `off` count as Go's YAML reads them. */
export function bool(): Schema<boolean> {
  return {
    type: 'bool',
    decode(node, decoding) {
      const meaning = node.kind === 'scalar' ? resolveScalar(node) : undefined;
      if (meaning?.tag === '!!bool') return meaning.value;
      return mismatch(node, 'bool', decoding, 'write true or false, without quotes');
    },
    encode: (value) => ({ literal: String(value) }),
  };
}

interface IntBounds {
  readonly min?: number;
  readonly max?: number;
}

/** A whole number a JS number holds exactly, within the bounds. */
export function int(bounds: IntBounds = {}): Schema<number> {
  const min = bounds.min ?? Number.MIN_SAFE_INTEGER;
  const max = bounds.max ?? Number.MAX_SAFE_INTEGER;
  const type = min === 0 ? 'uint' : 'int';
  return {
    type,
    decode(node, decoding) {
      const value = wholeNumber(node);
      if (value !== undefined && value >= min && value <= max) return value;
      return mismatch(
        node,
        type,
        decoding,
        bounds.max === undefined && min !== 0 ? 'write a whole number' : rangeHint(min, max),
      );
    },
    encode: (value) => ({ literal: String(value) }),
  };
}

/** A whole number from 0 to 2^64-1. */
export function uint64(): Schema<bigint> {
  return {
    type: 'uint64',
    decode(node, decoding) {
      const meaning = node.kind === 'scalar' ? resolveScalar(node) : undefined;
      if (meaning?.tag === '!!int' && meaning.value >= 0n && meaning.value < 1n << 64n) return meaning.value;
      return mismatch(node, 'uint64', decoding, 'write a whole number of at least 0');
    },
    encode: (value) => ({ literal: String(value) }),
  };
}

/** A number. */
export function float(): Schema<number> {
  return {
    type: 'float64',
    decode(node, decoding) {
      const meaning = node.kind === 'scalar' ? resolveScalar(node) : undefined;
      if (meaning?.tag === '!!float') return meaning.value;
      if (meaning?.tag === '!!int') return Number(meaning.value);
      return mismatch(node, 'float64', decoding, 'write a number');
    },
    encode: (value) => ({ literal: String(value) }),
  };
}

/** A duration in Prometheus' notation, `1h30m`. */
export function duration(): Schema<Millis> {
  return measured('model.Duration', parseDuration, formatDuration);
}

/** A duration in Go's notation, `1.5h` or `1h30m`. */
export function goDuration(): Schema<Millis> {
  return measured('time.Duration', parseGoDuration, formatGoDuration);
}

/** A size in bytes, `15MB`. Decodes to bytes. */
export function byteSize(): Schema<number> {
  return measured('units.Base2Bytes', parseByteSize, formatByteSize);
}

/** A number written with units. */
function measured(type: string, parse: (text: string) => number, format: (value: number) => string): Schema<number> {
  const base = converted(string(), { type, decode: parse, encode: format });
  return { ...base, encode: (value) => ({ literal: format(value) }) };
}

/** A text that is never printed. Prints as `<secret>`, the empty secret not at all. */
export function secret(): Schema<Secret> {
  return {
    type: 'config.Secret',
    decode(node, decoding) {
      const text = decodeText(node, decoding);
      return text === INVALID ? INVALID : new Secret(text);
    },
    encode: (value) => (value.isEmpty ? undefined : value.toString()),
  };
}

/**
 * A path of a file or a glob, made absolute against the directory of the configuration file. Empty stays empty. `check`
 * looks at the path as written and gives a message when it is not allowed.
 */
export function filePath(check?: (written: string) => string | undefined, hint?: string): Schema<string> {
  return {
    type: 'string',
    decode(node, decoding) {
      const text = decodeText(node, decoding);
      if (text === INVALID) return INVALID;
      const message = check?.(text);
      if (message === undefined) return text === '' ? text : resolve(decoding.directory, text);
      decoding.report(node, message, { hint });
      return INVALID;
    },
    encode: (value) => value,
  };
}

/** One of a few words, told apart by case. `message` is what is said of another word. */
export function oneOf<const W extends string>(words: readonly W[], message?: (word: string) => string): Schema<W> {
  return {
    type: 'string',
    decode(node, decoding) {
      const text = decodeText(node, decoding);
      if (text === INVALID) return INVALID;
      const word = words.find((candidate) => candidate === text);
      if (word !== undefined) return word;
      const near = nearest(text, words);
      decoding.report(node, message?.(text) ?? `unknown value ${JSON.stringify(text)}`, {
        hint:
          near === undefined
            ? `write one of ${words.map((one) => JSON.stringify(one)).join(', ')}`
            : `did you mean ${near}?`,
      });
      return INVALID;
    },
    encode: (value) => value,
  };
}

/** A regular expression in RE2 syntax, kept as its text. */
export function regex(): Schema<string> {
  return checked(string(), regexProblem, 'use RE2 syntax: no look-around, no back references');
}

function regexProblem(pattern: string): string | undefined {
  try {
    compileRegex(pattern);
    return undefined;
  } catch (error) {
    return errorMessage(error);
  }
}

/** Any YAML value, as JSON would have it. */
export type AnyValue = string | number | boolean | null | readonly AnyValue[] | { readonly [key: string]: AnyValue };

/** A value of any shape, resolved as Go's YAML does when nobody says what it should be. */
export function anyValue(): Schema<AnyValue> {
  return { type: 'interface {}', decode: decodeAny, encode: encodeAny };
}

function decodeAny(node: YamlNode, decoding: Decoding): AnyValue {
  if (node.kind === 'list') return node.items.map((item) => decodeAny(item, decoding));
  if (node.kind === 'scalar') return anyScalar(node, decoding);
  const entries = node.entries.map(({ key, value }) => [key.text, decodeAny(value, decoding)] as const);
  return Object.fromEntries(entries);
}

function anyScalar(node: YamlScalar, decoding: Decoding): AnyValue {
  const meaning = resolveScalar(node);
  if (meaning.tag === '!!null') return null;
  if (meaning.tag === '!!int') return Number(meaning.value);
  if (meaning.tag === '!!bool' || meaning.tag === '!!float') return meaning.value;
  const text = decodeText(node, decoding);
  return text === INVALID ? null : text;
}

function encodeAny(value: AnyValue): YamlValue {
  if (value === null) return { literal: 'null' };
  if (typeof value === 'string') return value;
  if (typeof value !== 'object') return { literal: String(value) };
  if (Array.isArray(value)) return value.map(encodeAny);
  return new Map(Object.entries(value).map(([key, item]) => [key, encodeAny(item)]));
}

/** A text that is a program of its own, and where it stands in the file. */
export interface SourceText {
  readonly text: string;
  /** The place in the file of an offset (UTF-16 units) of `text`, through quotes, block scalars and folding. */
  position(offset: number): SourcePosition;
}

/** A text in another language, whose errors should point into the file. */
export function sourceText(): Schema<SourceText> {
  return {
    type: 'string',
    decode(node, decoding) {
      const text = decodeText(node, decoding);
      if (text === INVALID || node.kind !== 'scalar') return INVALID;
      return { text, position: (offset) => positionInScalar(node, offset) };
    },
    encode: (value) => value.text,
  };
}

function decodeText(node: YamlNode, decoding: Decoding): string | Invalid {
  if (node.kind !== 'scalar') return mismatch(node, 'string', decoding);
  const meaning = resolveScalar(node);
  if (meaning.tag === '!!null') return '';
  return meaning.tag === '!!binary' ? decodeBinary(node.text, node, decoding) : node.text;
}

function decodeBinary(text: string, node: YamlNode, decoding: Decoding): string | Invalid {
  const packed = text.replace(/\s/g, '');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(packed)) {
    decoding.report(node, '!!binary value contains invalid base64 data', {
      hint: 'write base64 after !!binary, or drop the tag',
    });
    return INVALID;
  }
  const bytes = Buffer.from(packed, 'base64');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const shown = [...bytes].map((byte) =>
      byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`,
    );
    decoding.report(node, `"${shown.join('')}" is not valid UTF-8`, { hint: 'use text that is UTF-8' });
    return INVALID;
  }
}

function wholeNumber(node: YamlNode): number | undefined {
  const meaning = node.kind === 'scalar' ? resolveScalar(node) : undefined;
  if (meaning?.tag === '!!int') return Number(meaning.value);
  return meaning?.tag === '!!float' && Number.isInteger(meaning.value) ? meaning.value : undefined;
}

function rangeHint(min: number, max: number): string {
  return max === Number.MAX_SAFE_INTEGER
    ? `write a whole number of at least ${min}`
    : `write a whole number from ${min} to ${max}`;
}
