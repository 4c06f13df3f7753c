import { resolvePlain } from './yaml-scalar.ts';

/** Text printed as it is: numbers, booleans, null. */
interface YamlLiteral {
  readonly literal: string;
}

/** Strings printed in one line, `[a, b]`. */
interface YamlFlow {
  readonly flow: readonly string[];
}

/** A tree ready to be printed. Strings are quoted where they would be read as something else. */
export type YamlValue = string | YamlLiteral | YamlFlow | readonly YamlValue[] | ReadonlyMap<string, YamlValue>;

/** Prints a tree the way Go's YAML does: two spaces, lists not indented below their key, a newline at the end. */
export function printYaml(value: YamlValue | undefined): string {
  if (value === undefined) return '{}\n';
  const inline = inlineText(value, 0);
  return inline === undefined ? `${blockLines(value).join('\n')}\n` : `${inline.trimStart()}\n`;
}

/** Lines of a list or map that is not empty. */
function blockLines(value: YamlValue): string[] {
  if (value instanceof Map) return [...value].flatMap(([key, item]) => entryLines(key, item));
  if (Array.isArray(value)) return value.flatMap(itemLines);
  return [];
}

function entryLines(key: string, value: YamlValue): string[] {
  const name = scalarText(key, true);
  const inline = inlineText(value, 1);
  if (inline !== undefined) return `${name}:${inline}`.split('\n');
  const lines = blockLines(value);
  return [`${name}:`, ...(value instanceof Map ? indent(lines) : lines)];
}

function itemLines(value: YamlValue): string[] {
  const inline = inlineText(value, 1);
  const lines = inline === undefined ? blockLines(value) : inline.slice(1).split('\n');
  return lines.map((line, index) =>
    index === 0 ? `- ${line}` : line === '' || inline !== undefined ? line : `  ${line}`,
  );
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? line : `  ${line}`));
}

/** What fits behind a key, with the space before it; undefined for lists and maps that need lines of their own. */
function inlineText(value: YamlValue, depth: number): string | undefined {
  if (typeof value === 'string') return ` ${scalarText(value, false, depth)}`;
  if (value instanceof Map) return value.size === 0 ? ' {}' : undefined;
  if ('literal' in value) return ` ${value.literal}`;
  if ('flow' in value) return ` [${value.flow.map(flowText).join(', ')}]`;
  return (value as readonly YamlValue[]).length === 0 ? ' []' : undefined;
}

/** A string as a scalar: plain where that reads back as the same string, a block for lines, quoted otherwise. */
function scalarText(text: string, isKey: boolean, depth = 0): string {
  if (UNPRINTABLE.test(text)) return doubleQuoted(text);
  if (text.includes('\n'))
    return isKey || depth === 0 || /^\s|^\n/.test(text) ? doubleQuoted(text) : literalBlock(text);
  if (text === '' || resolvePlain(text).tag !== '!!str' || BASE_60.test(text)) return `"${text}"`;
  return isPlainSafe(text) ? text : `'${text.replaceAll("'", "''")}'`;
}

function flowText(text: string): string {
  const plain = scalarText(text, true);
  return plain === text && /[,?[\]{}:]/.test(text) ? `'${text.replaceAll("'", "''")}'` : plain;
}

/** YAML 1.1 takes `1:30` for a number of base 60. */
const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;

/** What YAML 1.2 §5.1 does not count as printable. */
const UNPRINTABLE = /[^\n\u0020-\u007e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;

function doubleQuoted(text: string): string {
  const escaped = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(text).replace(new RegExp(UNPRINTABLE, 'gu'), escaped);
}

function isPlainSafe(text: string): boolean {
  if (/^[-?:,[\]{}#&*!|>'"%@`\s]/.test(text) && !/^[-?:][^\s]/.test(text)) return false;
  if (/^(?:---|\.\.\.)/.test(text) || /^[-?:][,[\]{}]/.test(text)) return false;
  return !/:(\s|$)|\s#|\s$/.test(text);
}

function literalBlock(text: string): string {
  const chomp = text.endsWith('\n\n') ? '+' : text.endsWith('\n') ? '' : '-';
  const lines = text.replace(/\n$/, '').split('\n');
  return [`|${chomp}`, ...lines.map((line) => (line === '' ? '' : `  ${line}`))].join('\n');
}
