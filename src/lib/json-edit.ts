import { type JsonMember, type JsonNode, type JsonTextList, type JsonTextObject, parseJsonText } from './json-text.ts';

/** A value that JSON can hold. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/**
 * The text of an object with some of its members set (or, for undefined, taken out). Everything else stays as it is
 * written: spaces, key order, the forms of numbers, keys given twice. New members come last. `text` must hold an object.
 */
export function setMembers(text: string, changes: Readonly<Record<string, JsonValue | undefined>>): string {
  return Object.entries(changes).reduce((now, [key, value]) => setMember(now, key, value), text);
}

/**
 * The text of `value`, with the words of `before` wherever both mean the same: unchanged parts keep their spaces and
 * their forms of numbers, objects the order of their keys. Objects with an `id` are matched by it inside lists, others
 * by position.
 */
export function rewriteJson(before: string, value: JsonValue): string {
  const root = parseJsonText(before);
  return replaced(before, root, rewritten(before, root, value));
}

/** A text on many lines, two spaces a level; numbers and texts stay as they are written. */
export function prettyJson(text: string): string {
  return prettyNode(text, parseJsonText(text), '\n');
}

function prettyNode(text: string, node: JsonNode, line: string): string {
  if (node.kind === 'scalar') return text.slice(node.start, node.end);
  const inner = `${line}  `;
  const [open, close] = node.kind === 'object' ? '{}' : '[]';
  const items =
    node.kind === 'list'
      ? node.items.map((item) => prettyNode(text, item, inner))
      : node.members.map(({ keyStart, node: child }) => {
          const key = /^"(?:[^"\\]|\\.)*"/.exec(text.slice(keyStart, child.start))![0];
          return `${key}: ${prettyNode(text, child, inner)}`;
        });
  return items.length === 0 ? `${open}${close}` : `${open}${inner}${items.join(`,${inner}`)}${line}${close}`;
}

function setMember(text: string, key: string, value: JsonValue | undefined): string {
  const root = parseJsonText(text);
  if (root.kind !== 'object') return text;
  const member = root.members.findLast((candidate) => candidate.key === key);
  if (value === undefined) return member === undefined ? text : without(text, root, key);
  if (member === undefined) return appended(text, root, key, value);
  return replaced(text, member.node, rewritten(text, member.node, value));
}

function without(text: string, root: JsonTextObject, key: string): string {
  const kept = root.members.flatMap((member, index) =>
    member.key === key ? [] : [{ text: memberText(text, member), index }],
  );
  return replaced(text, root, laidOut(text, root, kept));
}

function appended(text: string, root: JsonTextObject, key: string, value: JsonValue): string {
  const before = root.members.map((member, index) => ({ text: memberText(text, member), index }));
  return replaced(text, root, laidOut(text, root, [...before, newMember(text, root, key, value)]));
}

function replaced(text: string, { start, end }: JsonNode, part: string): string {
  return text.slice(0, start) + part + text.slice(end);
}

function memberText(text: string, { keyStart, node }: JsonMember): string {
  return text.slice(keyStart, node.end);
}

function newMember(text: string, object: JsonTextObject, key: string, value: JsonValue): Piece {
  return { text: `${JSON.stringify(key)}: ${indented(value, indentOf(text, object))}`, index: NEW };
}

function rewritten(text: string, node: JsonNode, value: JsonValue): string {
  if (means(node, value)) return text.slice(node.start, node.end);
  if (node.kind === 'object' && isRecord(value)) return rewrittenObject(text, node, value);
  if (node.kind === 'list' && Array.isArray(value)) return rewrittenList(text, node, value as readonly JsonValue[]);
  return indented(value, lineIndent(text, node.start));
}

function rewrittenObject(text: string, node: JsonTextObject, value: { readonly [key: string]: JsonValue }): string {
  const last = new Map(node.members.map((member) => [member.key, member]));
  const kept = node.members.flatMap((member, index): Piece[] => {
    if (!Object.hasOwn(value, member.key)) return [];
    if (last.get(member.key) !== member) return [{ text: memberText(text, member), index }];
    const head = text.slice(member.keyStart, member.node.start);
    return [{ text: head + rewritten(text, member.node, value[member.key]!), index }];
  });
  const added = Object.keys(value)
    .filter((key) => !last.has(key))
    .map((key) => newMember(text, node, key, value[key]!));
  return laidOut(text, node, [...kept, ...added]);
}

function rewrittenList(text: string, node: JsonTextList, value: readonly JsonValue[]): string {
  const byId = new Map(node.items.map((item, index) => [idOf(item), index]));
  const items = value.map((item, i): Piece => {
    const id = isRecord(item) ? item['id'] : undefined;
    const index = id === undefined ? i : (byId.get(id) ?? NEW);
    const before = node.items[index];
    return before === undefined
      ? { text: indented(item, indentOf(text, node)), index: NEW }
      : { text: rewritten(text, before, item), index };
  });
  return laidOut(text, node, items);
}

function idOf(node: JsonNode): JsonValue | undefined {
  const id = node.kind === 'object' ? node.members.findLast(({ key }) => key === 'id')?.node : undefined;
  return id?.kind === 'scalar' ? id.value : undefined;
}

/** An item as it is to be written, and which item of the old text it was. */
interface Piece {
  readonly text: string;
  readonly index: number;
}
const NEW = -1;

/** Items between the brackets of `node`, with the spaces and commas that were between them where neighbours still are. */
function laidOut(text: string, node: JsonNode, items: readonly Piece[]): string {
  const [open, close] = node.kind === 'object' ? '{}' : '[]';
  if (items.length === 0) return `${open}${close}`;
  const spans = spansOf(node);
  const [first] = spans;
  if (first === undefined) return `${open}${items.map((item) => item.text).join(', ')}${close}`;
  const head = text.slice(node.start + 1, first.start);
  const usual =
    head.includes('\n') || spans[1] === undefined ? `,${head || ' '}` : text.slice(first.end, spans[1].start);
  const body = items.map((item, i) => {
    if (i === 0) return item.text;
    const follows = item.index > 0 && items[i - 1]!.index === item.index - 1;
    return (follows ? text.slice(spans[item.index - 1]!.end, spans[item.index]!.start) : usual) + item.text;
  });
  return `${open}${head}${body.join('')}${text.slice(spans.at(-1)!.end, node.end - 1)}${close}`;
}

function spansOf(node: JsonNode): readonly { readonly start: number; readonly end: number }[] {
  if (node.kind === 'object') return node.members.map(({ keyStart, node: { end } }) => ({ start: keyStart, end }));
  return node.kind === 'list' ? node.items : [];
}

/** The spaces before the items of an object or list; null where they stand on one line. */
function indentOf(text: string, node: JsonNode): string | null {
  const [first] = spansOf(node);
  return first === undefined || !text.slice(node.start, first.start).includes('\n')
    ? null
    : lineIndent(text, first.start);
}

/** The spaces at the beginning of the line of an offset. */
function lineIndent(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return /^[ \t]*/.exec(line)![0];
}

function indented(value: JsonValue, indent: string | null): string {
  if (indent === null) return JSON.stringify(value);
  return JSON.stringify(value, null, indent.includes('\t') ? '\t' : 2).replaceAll('\n', `\n${indent}`);
}

function means(node: JsonNode, value: JsonValue): boolean {
  if (node.kind === 'scalar') return node.value === value;
  if (node.kind === 'list') return Array.isArray(value) && sameItems(node.items, value as readonly JsonValue[]);
  if (!isRecord(value)) return false;
  const last = new Map(node.members.map(({ key, node: child }) => [key, child]));
  const keys = Object.keys(value);
  return keys.length === last.size && keys.every((key) => last.has(key) && means(last.get(key)!, value[key]!));
}

function sameItems(items: readonly JsonNode[], values: readonly JsonValue[]): boolean {
  return items.length === values.length && items.every((item, i) => means(item, values[i]!));
}

function isRecord(value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
