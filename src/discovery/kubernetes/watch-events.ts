import { textAt, valueAt } from '../json.ts';
import { notTheApi, parseJson, watchError } from './api-failure.ts';

/** One line of a watch. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: unknown;
  readonly resourceVersion: string;
}

/** The complete lines of each chunk. What stands after the last line break when the stream ends was cut off and is dropped. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder();
  let parts: string[] = [];
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    const end = text.lastIndexOf('\n');
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
