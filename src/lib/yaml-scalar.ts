import type { YamlScalar } from './yaml.ts';

/** What a scalar means when nobody asked for a string. */
export type ScalarMeaning =
  | { readonly tag: '!!null' }
  | { readonly tag: '!!bool'; readonly value: boolean }
  | { readonly tag: '!!int'; readonly value: bigint }
  | { readonly tag: '!!float'; readonly value: number }
  | { readonly tag: '!!binary' }
  | { readonly tag: '!!timestamp' }
  | { readonly tag: '!!merge' }
  | { readonly tag: '!!str' };

/**
 * Resolves a scalar as Go's YAML does: plain scalars by the YAML 1.1 words (`yes`, `on`, `0x1F`, `1_000`, `.inf`),
 * quoted ones are strings, an explicit tag decides by itself.
 */
export function resolveScalar(scalar: YamlScalar): ScalarMeaning {
  if (scalar.tag === '!!binary') return { tag: '!!binary' };
  if (scalar.tag === '!!str' || (scalar.tag.startsWith('!') && !scalar.tag.startsWith('!!'))) return { tag: '!!str' };
  if (scalar.tag === '' && scalar.style !== 'plain') return { tag: '!!str' };
  return resolvePlain(scalar.text);
}

/** Resolves the text of a plain scalar. */
export function resolvePlain(text: string): ScalarMeaning {
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  if (!/^[-+.\d]/.test(text)) return { tag: '!!str' };
  if (TIMESTAMP.test(text)) return { tag: '!!timestamp' };
  return resolveNumber(text) ?? { tag: '!!str' };
}

const TIMESTAMP = /^\d{4}-\d{1,2}-\d{1,2}([Tt ]|$)/;
const FLOAT = /^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/;

const WORDS = new Map<string, ScalarMeaning>([
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, { tag: '!!null' }] as const),
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map(
    (word) => [word, { tag: '!!bool', value: true }] as const,
  ),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map(
    (word) => [word, { tag: '!!bool', value: false }] as const,
  ),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, { tag: '!!float', value: Number.NaN }] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map(
    (word) => [word, { tag: '!!float', value: Number.POSITIVE_INFINITY }] as const,
  ),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, { tag: '!!float', value: Number.NEGATIVE_INFINITY }] as const),
  ['<<', { tag: '!!merge' }],
]);

function resolveNumber(text: string): ScalarMeaning | undefined {
  const plain = text.replaceAll('_', '');
  const integer = integerOf(plain);
  if (integer !== undefined) return { tag: '!!int', value: integer };
  return FLOAT.test(plain) ? { tag: '!!float', value: Number(plain) } : undefined;
}

/** Go's `strconv.ParseInt(text, 0, 64)`: a leading 0 means octal. */
function integerOf(text: string): bigint | undefined {
  const match = /^([-+]?)(0[xX][\da-fA-F]+|0[bB][01]+|0[oO][0-7]+|0[0-7]+|0|[1-9]\d*)$/.exec(text);
  if (match === null) return undefined;
  const digits = match[2]!;
  const value = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return match[1] === '-' ? -value : value;
}
