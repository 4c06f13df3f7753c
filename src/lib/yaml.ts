import { EVENT_ID, type Event, getScalarValue, parseEvents, type ScalarEvent, YAMLException } from 'js-yaml';
import { BarographError, type SourcePosition } from './errors.ts';

/** The text a node came from: gives positions for offsets. Lives as long as one of its nodes. */
export class YamlSource {
  readonly file: string | undefined;
  readonly text: string;
  #lineStarts: number[] | undefined;

  constructor(text: string, file?: string) {
    this.text = text;
    this.file = file;
  }

  /** Line and column (from 1, columns in UTF-16 units) of an offset. */
  position(offset: number): SourcePosition {
    this.#lineStarts ??= lineStarts(this.text);
    const starts = this.#lineStarts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    const place = { line: low + 1, column: offset - starts[low]! + 1 };
    return this.file === undefined ? place : { file: this.file, ...place };
  }
}

/** How a scalar was written. Only plain scalars may mean something else than text. */
type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

export interface YamlScalar {
  readonly kind: 'scalar';
  /** The text as written, quotes, escapes and folding undone: `1.10` stays `1.10`. */
  readonly text: string;
  readonly style: ScalarStyle;
  /** The explicit tag in short form (`!!binary`), or empty. */
  readonly tag: string;
  readonly source: YamlSource;
  /** Where the node starts in the source, at its quote or block header when it has one. */
  readonly start: number;
  /** Where the content starts and ends; quotes and block headers stand outside. */
  readonly contentStart: number;
  readonly contentEnd: number;
}

interface YamlList {
  readonly kind: 'list';
  readonly items: readonly YamlNode[];
  readonly source: YamlSource;
  readonly start: number;
}

export interface YamlEntry {
  readonly key: YamlScalar;
  readonly value: YamlNode;
}

/** A mapping in the order of the file. Merge keys are already resolved; a key given twice is there twice. */
export interface YamlMap {
  readonly kind: 'map';
  readonly entries: readonly YamlEntry[];
  readonly source: YamlSource;
  readonly start: number;
}

/** One node of a document. An alias gives the node of its anchor, shared and not copied. */
export type YamlNode = YamlScalar | YamlList | YamlMap;

/**
 * Parses all documents of a text; an empty text has none. Anchors, aliases and merge keys are resolved.
 * Throws `bad-config` with a position for bad syntax, unknown anchors, anchors inside themselves, keys that are not
 * scalars, and aliases that together expand to more than `maxExpandedNodes` nodes.
 */
export function parseYaml(text: string, file?: string, limits: { maxExpandedNodes?: number } = {}): YamlNode[] {
  const source = new YamlSource(text.startsWith('\uFEFF') ? text.slice(1) : text, file);
  const builder = new TreeBuilder(source, limits.maxExpandedNodes ?? MAX_EXPANDED_NODES);
  return builder.build(readEvents(source));
}

/** Where a node starts. */
export function nodePosition(node: YamlNode): SourcePosition {
  return node.source.position(node.start);
}

/** True for a null: nothing at all, `~`, or `null` written plainly. */
export function isNull(node: YamlNode): boolean {
  if (node.kind !== 'scalar' || node.style !== 'plain') return false;
  if (node.tag !== '') return node.tag === '!!null';
  return node.text === '' || node.text === '~' || node.text === 'null' || node.text === 'Null' || node.text === 'NULL';
}

/** The node at a path of keys and indexes below `node`; the deepest node that exists when the path does not. */
export function nodeAt(node: YamlNode, steps: readonly (string | number)[]): YamlNode {
  let here = node;
  for (const step of steps) {
    const next = child(here, step);
    if (next === undefined) return here;
    here = next;
  }
  return here;
}

function child(node: YamlNode, step: string | number): YamlNode | undefined {
  if (node.kind === 'list') return typeof step === 'number' ? node.items[step] : undefined;
  if (node.kind === 'map') {
    const entry = node.entries.find((candidate) => candidate.key.text === step);
    return entry === undefined || isNull(entry.value) ? entry?.key : entry.value;
  }
  return undefined;
}

const MAX_EXPANDED_NODES = 1_000_000;
const STYLES: readonly ScalarStyle[] = ['plain', 'plain', 'single', 'double', 'literal', 'folded'];
const SHORT_TAG = 'tag:yaml.org,2002:';

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let i = text.indexOf('\n'); i !== -1; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
  return starts;
}

function syntaxError(source: YamlSource, offset: number, message: string): BarographError {
  const at = source.position(offset);
  return new BarographError(`yaml: line ${at.line}: ${message}`, {
    kind: 'bad-config',
    code: 'yaml-syntax',
    hint: 'the file is not valid YAML here: check indentation, quotes and brackets on this line and the one before',
    at,
  });
}

function readEvents(source: YamlSource): Event[] {
  try {
    return parseEvents(source.text, {});
  } catch (error) {
    if (error instanceof YAMLException) {
      const offset = Math.min(error.mark?.position ?? 0, source.text.length);
      throw syntaxError(source, offset, error.reason);
    }
    throw error;
  }
}

/** A collection that is still being filled. */
interface Open {
  readonly node: { kind: 'list'; items: YamlNode[] } | { kind: 'map'; entries: YamlEntry[] } | { kind: 'document' };
  readonly anchor: string | undefined;
  readonly result: YamlNode | undefined;
  key: YamlScalar | undefined;
  size: number;
}

interface Anchored {
  readonly node: YamlNode;
  /** Nodes below it with every alias expanded; undefined while it is still open. */
  size: number | undefined;
}

/** Turns parser events into trees. One use. */
class TreeBuilder {
  readonly #source: YamlSource;
  readonly #limit: number;
  readonly #documents: YamlNode[] = [];
  readonly #open: Open[] = [];
  #anchors = new Map<string, Anchored>();
  #expanded = 0;
  #lastOffset = 0;

  constructor(source: YamlSource, limit: number) {
    this.#source = source;
    this.#limit = limit;
  }

  build(events: readonly Event[]): YamlNode[] {
    for (const event of events) this.#event(event);
    return this.#documents;
  }

  #event(event: Event): void {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        this.#anchors = new Map();
        this.#open.push({ node: { kind: 'document' }, anchor: undefined, result: undefined, key: undefined, size: 0 });
        return;
      case EVENT_ID.SEQUENCE: {
        const list = { kind: 'list' as const, items: [], source: this.#source, start: event.start };
        this.#start(list, list, this.#slice(event.anchorStart, event.anchorEnd));
        return;
      }
      case EVENT_ID.MAPPING: {
        const map = { kind: 'map' as const, entries: [], source: this.#source, start: event.start };
        this.#start(map, map, this.#slice(event.anchorStart, event.anchorEnd));
        return;
      }
      case EVENT_ID.SCALAR:
        this.#scalar(event);
        return;
      case EVENT_ID.ALIAS:
        this.#alias(this.#slice(event.anchorStart, event.anchorEnd) ?? '', event.anchorStart);
        return;
      default:
        this.#close();
    }
  }

  #slice(start: number, end: number): string | undefined {
    return start < 0 ? undefined : this.#source.text.slice(start, end);
  }

  #start(node: Open['node'], result: YamlNode, anchor: string | undefined): void {
    this.#lastOffset = result.start;
    if (anchor !== undefined) this.#anchors.set(anchor, { node: result, size: undefined });
    this.#open.push({ node, anchor, result, key: undefined, size: 1 });
  }

  #scalar(event: ScalarEvent): void {
    const absent = event.valueStart < 0;
    if (absent) this.#lastOffset = this.#absentOffset();
    const scalar: YamlScalar = {
      kind: 'scalar',
      text: absent ? '' : getScalarValue(this.#source.text, event),
      style: STYLES[event.style] ?? 'plain',
      tag: shortTag(this.#slice(event.tagStart, event.tagEnd)),
      source: this.#source,
      start: absent ? this.#lastOffset : scalarStart(event, this.#source.text),
      contentStart: absent ? this.#lastOffset : event.valueStart,
      contentEnd: absent ? this.#lastOffset : event.valueEnd,
    };
    this.#lastOffset = absent ? scalar.contentEnd + 1 : scalar.contentEnd;
    const anchor = this.#slice(event.anchorStart, event.anchorEnd);
    if (anchor !== undefined) this.#anchors.set(anchor, { node: scalar, size: 1 });
    this.#add(scalar, 1);
  }

  /** Where nothing stands: at the `-` of an empty list item, right behind a key without a value. */
  #absentOffset(): number {
    if (this.#open.at(-1)?.node.kind !== 'list') return this.#lastOffset;
    const between = /(?:[\s[\]{},'"]|#.*)*/y;
    between.lastIndex = this.#lastOffset;
    between.exec(this.#source.text);
    return this.#source.text[between.lastIndex] === '-' ? between.lastIndex : this.#lastOffset;
  }

  #alias(name: string, offset: number): void {
    const anchored = this.#anchors.get(name);
    if (anchored === undefined) throw syntaxError(this.#source, offset, `unknown anchor '${name}' referenced`);
    if (anchored.size === undefined) throw syntaxError(this.#source, offset, `anchor '${name}' value contains itself`);
    this.#lastOffset = offset + name.length;
    this.#expanded += anchored.size;
    if (this.#expanded > this.#limit) {
      throw syntaxError(this.#source, offset, 'document contains excessive aliasing');
    }
    this.#add(anchored.node, anchored.size);
  }

  #close(): void {
    const open = this.#open.pop();
    if (open?.result === undefined) return;
    if (open.node.kind === 'map') mergeKeys(open.node, this.#source);
    if (open.anchor !== undefined) {
      const anchored = this.#anchors.get(open.anchor);
      if (anchored?.node === open.result) anchored.size = open.size;
    }
    this.#add(open.result, open.size);
  }

  #add(node: YamlNode, size: number): void {
    const parent = this.#open.at(-1);
    if (parent === undefined || parent.node.kind === 'document') {
      this.#documents.push(node);
      return;
    }
    parent.size += size;
    if (parent.node.kind === 'list') parent.node.items.push(node);
    else if (parent.key !== undefined) {
      parent.node.entries.push({ key: parent.key, value: node });
      parent.key = undefined;
    } else if (node.kind === 'scalar') parent.key = node;
    else throw syntaxError(this.#source, node.start, 'invalid map key: a key must be a scalar');
  }
}

/** The quote stands right before the content; the header of a block at the end of the line before. */
function scalarStart(event: ScalarEvent, text: string): number {
  const style = STYLES[event.style] ?? 'plain';
  if (style === 'plain') return event.valueStart;
  if (style === 'single' || style === 'double') return event.valueStart - 1;
  const lineStart = text.lastIndexOf('\n', event.valueStart - 2) + 1;
  const header = /(?<=^|\s)[|>][-+\d]*\s*(?:#.*)?$/.exec(text.slice(lineStart, event.valueStart).trimEnd());
  return header === null ? event.valueStart : lineStart + header.index;
}

function shortTag(tag: string | undefined): string {
  if (tag === undefined || tag === '!') return tag === '!' ? '!!str' : '';
  const verbatim = tag.startsWith('!<') && tag.endsWith('>') ? tag.slice(2, -1) : tag;
  return verbatim.startsWith(SHORT_TAG) ? `!!${verbatim.slice(SHORT_TAG.length)}` : verbatim;
}

/** YAML 1.1 merge type: keys of `<<` stand behind the map's own; of several merged maps the first wins. */
function mergeKeys(map: { entries: YamlEntry[] }, source: YamlSource): void {
  const merges = map.entries.filter(isMerge);
  if (merges.length === 0) return;
  const own = map.entries.filter((entry) => !isMerge(entry));
  const seen = new Set(own.map((entry) => entry.key.text));
  for (const merge of merges) {
    for (const from of merge.value.kind === 'list' ? merge.value.items : [merge.value]) {
      if (from.kind !== 'map')
        throw syntaxError(source, merge.key.start, 'map merge requires map or sequence of maps as the value');
      for (const entry of from.entries) {
        if (seen.has(entry.key.text)) continue;
        seen.add(entry.key.text);
        own.push(entry);
      }
    }
  }
  map.entries = own;
}

function isMerge(entry: YamlEntry): boolean {
  return (
    entry.key.style === 'plain' && entry.key.text === '<<' && (entry.key.tag === '' || entry.key.tag === '!!merge')
  );
}
