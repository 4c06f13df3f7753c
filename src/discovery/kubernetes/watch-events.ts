import { textAt, valueAt } from '../json.ts';
import { notTheApi, parseJson, watchError } from './api-failure.ts';
import { keyOf } from './resources.ts';

/** One line of a watch. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: unknown;
  readonly resourceVersion: string;
}

/** What an event says before its object is read. */
export interface EventHead {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** As `objectKey` gives it. */
  readonly key: string;
  readonly resourceVersion: string;
}

/** No object of a cluster comes near it: etcd takes 1.5 MiB. */
const LONGEST_LINE = 16 * 2 ** 20;

const LINE_BREAK = 0x0a;

/**
 * The complete lines of each chunk, as bytes of it. What stands after the last line break when the stream ends was cut off
 * and is dropped. Throws an ApiFailure when a line has more than `longest` bytes before it ends: it may never end.
 */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
  what: string,
  longest = LONGEST_LINE,
): AsyncGenerator<readonly Uint8Array[]> {
  let parts: Uint8Array[] = [];
  let open = 0;
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(LINE_BREAK);
    open = end === -1 ? open + chunk.length : chunk.length - end - 1;
    if (open > longest) throw notTheApi(what, `a line of more than ${longest} bytes`);
    if (end === -1) {
      parts.push(chunk);
      yield [];
      continue;
    }
    const complete = chunk.subarray(0, end);
    yield splitLines(parts.length === 0 ? complete : Buffer.concat([...parts, complete]));
    parts = open === 0 ? [] : [chunk.subarray(end + 1)];
  }
}

function splitLines(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let start = 0; start <= bytes.length; ) {
    const found = bytes.indexOf(LINE_BREAK, start);
    const end = found === -1 ? bytes.length : found;
    if (!isBlank(bytes, start, end)) lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return lines;
}

/** Whether there are only blanks, which end before the first byte of any event. */
function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i]! > 0x20) return false;
  return true;
}

/** The head of an event stands within its first bytes. */
const HEAD_BYTES = 1024;
// The API server writes the fields of an object in the order of its Go types; other orders, escapes and other letters than
// those of names are left to the parser.
const TEXT = '[!#-\\[\\]-~]';
const HEAD = new RegExp(
  [
    '^{"type":"(ADDED|MODIFIED|DELETED)","object":{"kind":"\\w+","apiVersion":"[\\w./]+","metadata":{',
    `"name":"(${TEXT}+)",(?:"generateName":"${TEXT}*",)?(?:"namespace":"(${TEXT}+)",)?`,
    `(?:"selfLink":"${TEXT}*",)?(?:"uid":"${TEXT}*",)?"resourceVersion":"(${TEXT}+)"`,
  ].join(''),
);

/** The head of an event that is written as the API server does; null: it has to be parsed to be known. */
export function eventHead(line: Uint8Array): EventHead | null {
  const found = HEAD.exec(textOf(line, 'latin1', HEAD_BYTES));
  if (found === null || line.at(-1) !== CLOSING || line.at(-2) !== CLOSING) return null;
  const [, type, name, namespace = '', resourceVersion] = found;
  return { type: type as EventHead['type'], key: keyOf(namespace, name!), resourceVersion: resourceVersion! };
}

const CLOSING = 0x7d;

function textOf(line: Uint8Array, encoding: 'utf8' | 'latin1', most = line.length): string {
  return Buffer.from(line.buffer, line.byteOffset, Math.min(line.length, most)).toString(encoding);
}

/** The object of an event whose head is known. Throws an ApiFailure when the whole says something else than the head. */
export function readEvent(line: Uint8Array, head: EventHead, what: string): unknown {
  const { type, object, resourceVersion } = parseEvent(line, what);
  const key = keyOf(textAt(object, 'metadata', 'namespace'), textAt(object, 'metadata', 'name'));
  const isSame = type === head.type && key === head.key && resourceVersion === head.resourceVersion;
  if (!isSame) throw notTheApi(what, 'an event that says two things of one object');
  return object;
}

/** Throws an ApiFailure for what is no event, and for an event that reports one. */
export function parseEvent(line: Uint8Array, what: string): WatchEvent {
  const json = parseJson(textOf(line, 'utf8'), what);
  const type = textAt(json, 'type');
  const object = valueAt(json, 'object');
  if (type === 'ERROR') throw watchError(object, what);
  if (!isEventType(type)) throw notTheApi(what, `an event of the unknown type ${JSON.stringify(type)}`);
  const resourceVersion = textAt(object, 'metadata', 'resourceVersion');
  if (resourceVersion === '') throw notTheApi(what, 'an event without resourceVersion');
  if (type !== 'BOOKMARK' && textAt(object, 'metadata', 'name') === '') throw notTheApi(what, 'an object without name');
  return { type, object, resourceVersion };
}

function isEventType(type: string): type is WatchEvent['type'] {
  return type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED' || type === 'BOOKMARK';
}
