import type { Json, JsonObject } from './dashboard.ts';

/** A field of this name, or none when there is nothing in it. */
export function optional(name: string, value: Json | undefined): JsonObject {
  return value === undefined || value === null || value === '' ? {} : { [name]: value };
}
