import { BarographError } from '#lib/errors';

/** A JSON object of which nothing is known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Readers of the fields of a message; all throw `bad-request` (code `peer-message`) that names the field. */
export function textOf(object: JsonObject, name: string): string {
  const value = object[name];
  return typeof value === 'string' ? value : wrong(name, 'a text');
}

export function timeOf(object: JsonObject, name: string): number {
  const value = object[name];
  return Number.isSafeInteger(value) ? (value as number) : wrong(name, 'a time in milliseconds');
}

export function boolOf(object: JsonObject, name: string): boolean {
  const value = object[name];
  return typeof value === 'boolean' ? value : wrong(name, 'true or false');
}

/** A list, each element read by `read`. */
export function listOf<T>(object: JsonObject, name: string, read: (value: unknown) => T): readonly T[] {
  const value = object[name];
  return Array.isArray(value) ? value.map(read) : wrong(name, 'a list');
}

export function textsOf(object: JsonObject, name: string): readonly string[] {
  return listOf(object, name, (value) => (typeof value === 'string' ? value : wrong(name, 'a list of texts')));
}

/** An object whose values are texts. */
export function textMapOf(object: JsonObject, name: string): Readonly<Record<string, string>> {
  const map = objectOf(object[name], name);
  return Object.values(map).every((value) => typeof value === 'string')
    ? (map as Readonly<Record<string, string>>)
    : wrong(name, 'a map of texts');
}

export function objectOf(value: unknown, name: string): JsonObject {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as JsonObject) : wrong(name, 'an object');
}

/** A text as JSON with an object at its top. */
export function parseObject(text: string): JsonObject {
  try {
    return objectOf(JSON.parse(text), 'the message');
  } catch (error) {
    if (error instanceof BarographError) throw error;
    throw badMessage('it is no JSON');
  }
}

/** What is thrown for a message that cannot be understood. */
export function badMessage(reason: string): BarographError {
  return new BarographError(`this is no message of a Barograph cluster: ${reason}`, {
    kind: 'bad-request',
    code: 'peer-message',
    hint: 'Only instances of Barograph form a cluster together; check what --cluster.peer names.',
  });
}

function wrong(name: string, wanted: string): never {
  throw badMessage(`${name} is not ${wanted}`);
}
