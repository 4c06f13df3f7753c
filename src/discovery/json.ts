/**
 * Reading JSON that other programs wrote, which may lack any part: what is missing or of another type than expected reads
 * as empty.
 */

/** What stands at the end of `path`; undefined when it does not lead anywhere. */
export function valueAt(json: unknown, ...path: readonly string[]): unknown {
  let value = json;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

/** A text, or ''. Numbers are no texts. */
export function textAt(json: unknown, ...path: readonly string[]): string {
  const value = valueAt(json, ...path);
  return typeof value === 'string' ? value : '';
}

/** A number, or 0. */
export function numberAt(json: unknown, ...path: readonly string[]): number {
  return optionalNumberAt(json, ...path) ?? 0;
}

/** A number, or null. */
export function optionalNumberAt(json: unknown, ...path: readonly string[]): number | null {
  const value = valueAt(json, ...path);
  return typeof value === 'number' ? value : null;
}

/** True or false, or null. */
export function flagAt(json: unknown, ...path: readonly string[]): boolean | null {
  const value = valueAt(json, ...path);
  return typeof value === 'boolean' ? value : null;
}

/** The items of a list, or none. */
export function listAt(json: unknown, ...path: readonly string[]): readonly unknown[] {
  const value = valueAt(json, ...path);
  return Array.isArray(value) ? value : [];
}

/** The texts of a list; items of another type are left out. */
export function textListAt(json: unknown, ...path: readonly string[]): string[] {
  return listAt(json, ...path).filter((item) => typeof item === 'string');
}

/** The entries of an object, or none. */
export function entriesAt(json: unknown, ...path: readonly string[]): [string, unknown][] {
  const value = valueAt(json, ...path);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

/** The entries of an object whose values are texts. */
export function textEntriesAt(json: unknown, ...path: readonly string[]): [string, string][] {
  return entriesAt(json, ...path).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
}
