import { textAt, valueAt } from '../json.ts';
import { notTheApi, parseJson, watchError } from './api-failure.ts';

/** One line of a watch. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: unknown;
  readonly resourceVersion: string;
}

/** No object of a cluster comes near it: etcd takes 1.5 MiB. */
const LONGEST_LINE = 16 * 2 ** 20;

/**
 * The complete lines of each chunk. What stands after the last line break when the stream ends was cut off and is dropped.
 * Throws an ApiFailure when a line has more than `longest` bytes before it ends: it may never end.
 */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
  what: string,
  longest = LONGEST_LINE,
): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder();
  let parts: string[] = [];
  let open = 0;
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    const end = text.lastIndexOf('\n');
    open = end === -1 ? open + chunk.length : chunk.length - chunk.lastIndexOf(0x0a) - 1;
    if (open > longest) throw notTheApi(what, `a line of more than ${longest} bytes`);
    if (end === -1) {
      parts.push(text);
      yield [];
      continue;
    }
    const complete = parts.join('') + text.slice(0, end);
    parts = [text.slice(end + 1)];
    yield complete.split('\n').filter((line) => line.trim() !== '');
  }
}

/** Throws an ApiFailure for what is no event, and for an event that reports one. */
export function parseEvent(line: string, what: string): WatchEvent {
  const json = parseJson(line, what);
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
