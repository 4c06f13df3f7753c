import type { Context } from 'hono';
import { errorMessage } from '#lib/errors';
import { type JsonNode, memberOf, parseJsonText } from '#lib/json-text';
import { readTextBody } from '../body.ts';
import { badRequestData } from './failures.ts';

/** Far more than the largest dashboard. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** The JSON object that a request brings. An empty body is an empty object. */
export class JsonBody {
  readonly text: string;
  readonly root: JsonNode;

  private constructor(text: string, root: JsonNode) {
    this.text = text;
    this.root = root;
  }

  /** Throws when it is no JSON object, with the place of the mistake. */
  static async read(c: Context): Promise<JsonBody> {
    const text = await readTextBody(c.req.raw, MAX_BODY_BYTES);
    return new JsonBody(text, parsedObject(text.trim() === '' ? '{}' : text));
  }

  /** Throws when it is there and no text. */
  string(key: string, fallback = ''): string {
    const value = this.value(key);
    if (value === undefined || value === null) return fallback;
    if (typeof value !== 'string') throw badRequestData(`"${key}" must be a text`);
    return value;
  }

  /** Null when it is not there. Throws when it is no number. */
  number(key: string): number | null {
    const value = this.value(key);
    if (value === undefined || value === null) return null;
    if (typeof value !== 'number') throw badRequestData(`"${key}" must be a number`);
    return value;
  }

  flag(key: string): boolean {
    const value = this.value(key);
    if (value === undefined || value === null) return false;
    if (typeof value !== 'boolean') throw badRequestData(`"${key}" must be true or false`);
    return value;
  }

  /** Null when it is not there. Throws when it is no list of texts. */
  texts(key: string): readonly string[] | null {
    const value = this.value(key);
    if (value === undefined || value === null) return null;
    if (!Array.isArray(value) || value.some((item) => typeof item !== 'string')) {
      throw badRequestData(`"${key}" must be a list of texts`);
    }
    return value as string[];
  }

  /** Undefined when it is not there. */
  value(key: string): unknown {
    const text = this.raw(key);
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  }

  /** The member as it is written. */
  raw(key: string): string | undefined {
    const node = memberOf(this.root, key);
    return node === undefined ? undefined : this.text.slice(node.start, node.end);
  }
}

function parsedObject(text: string): JsonNode {
  let root: JsonNode;
  try {
    root = parseJsonText(text);
  } catch (error) {
    throw badRequestData(errorMessage(error));
  }
  if (root.kind !== 'object') throw badRequestData('a JSON object was expected');
  return root;
}

/** A whole number of the URL; `fallback` when it is not there or is none, as Grafana reads them. */
export function queryNumber(c: Context, name: string, fallback: number): number {
  const text = c.req.query(name) ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : fallback;
}
