import { nearest } from './nearest.ts';
import { type Decoding, INVALID, type Invalid, type Report } from './schema-decode.ts';
import { isNull, type YamlEntry, type YamlMap, type YamlNode } from './yaml.ts';
import type { YamlValue } from './yaml-print.ts';
import { resolveScalar } from './yaml-scalar.ts';

/**
 * How one kind of value is read from a YAML node and printed back. `decode` reports every problem to the decoding and
 * then answers `INVALID`; it never throws for bad input. `encode` gives undefined for what is empty.
 */
export interface Schema<T> {
  /** The type's name in messages, in Go's words: `string`, `[]string`, `config.ScrapeConfig`. */
  readonly type: string;
  decode(node: YamlNode, decoding: Decoding): T | Invalid;
  encode(value: T): YamlValue | undefined;
}

/** A schema for maps with known keys. */
export interface ObjectSchema<T> extends Schema<T> {
  /** Every key that may be written. */
  readonly keys: readonly string[];
  /** Reads its keys out of a map and leaves the others alone. */
  decodeKeys(map: YamlMap, decoding: Decoding): T | Invalid;
  /** The printed keys in order. */
  encodeKeys(value: T): Map<string, YamlValue>;
}

interface FieldOptions {
  /** The key in the file, when it is not the property in snake_case. */
  readonly key?: string;
  /** Print the value even when it is zero, false or empty and would mean the same when it is absent. */
  readonly always?: boolean;
  /** The value that is not printed although it is not empty: what the key means when it is absent. */
  readonly unless?: string;
  /** A key without a value decodes as an empty value instead of counting as absent. */
  readonly emptyWhenNull?: boolean;
}

type Presence = 'required' | 'optional' | 'defaulted' | 'inline';

/** A key of an object: its schema and what happens when the key is absent or null. */
export interface Field<T, P extends Presence = Presence> {
  readonly schema: Schema<T>;
  readonly presence: P;
  readonly fallback: T | undefined;
  readonly missing: string | undefined;
  readonly options: FieldOptions;
}

type Fields = Readonly<Record<string, Field<unknown>>>;
type ValueOf<F> = F extends Field<infer T, infer _P> ? T : never;
type OptionalKeys<F> = { [K in keyof F]: F[K] extends Field<infer _T, 'optional'> ? K : never }[keyof F];
type Flat<T> = { [K in keyof T]: T[K] };

/** The object that a set of fields decodes to: optional fields may be absent or undefined, all others are there. */
export type ObjectOf<F> = Flat<
  { readonly [K in Exclude<keyof F, OptionalKeys<F>>]: ValueOf<F[K]> } & {
    readonly [K in OptionalKeys<F>]?: ValueOf<F[K]> | undefined;
  }
>;

/** A key that must be there; `missing` is the message when it is not. */
export function required<T>(schema: Schema<T>, missing?: string, options: FieldOptions = {}): Field<T, 'required'> {
  return { schema, presence: 'required', fallback: undefined, missing, options };
}

/** A key that may be absent or null. */
export function optional<T>(schema: Schema<T>, options: FieldOptions = {}): Field<T, 'optional'> {
  return { schema, presence: 'optional', fallback: undefined, missing: undefined, options };
}

/** A key whose value is `fallback` when it is absent or null. */
export function defaulted<T>(schema: Schema<T>, fallback: T, options: FieldOptions = {}): Field<T, 'defaulted'> {
  return { schema, presence: 'defaulted', fallback, missing: undefined, options };
}

/** The keys of `schema` stand directly in the surrounding map; the value becomes one property. */
export function inline<T>(schema: ObjectSchema<T>): Field<T, 'inline'> {
  return { schema, presence: 'inline', fallback: undefined, missing: undefined, options: {} };
}

/** What an object must fulfil beyond its fields. Runs only when nothing inside the object was wrong. */
export interface ObjectRules<T> {
  readonly check?: (value: T, report: Report) => void;
  /** Gives the value its final form after the check, `bearer_token` as `authorization` for instance. */
  readonly normalize?: (value: T) => T;
}

/**
 * A map with known keys, written in snake_case for properties in camelCase. Unknown and repeated keys are problems.
 * A null decodes like an empty map. Keys print in the order of `fields`.
 */
export function object<F extends Fields, T extends ObjectOf<F> = ObjectOf<F>>(
  type: string,
  fields: F,
  rules: ObjectRules<T> = {},
): ObjectSchema<T> {
  const slots = Object.entries(fields).map(([property, field]) => slotOf(property, field));
  const keys = slots.flatMap((slot) => slot.keys);
  const known = new Set(keys);

  function decodeKeys(map: YamlMap, decoding: Decoding): T | Invalid {
    const before = decoding.problems.length;
    const entries = new Map(map.entries.map((entry) => [entry.key.text, entry]));
    const out: Record<string, unknown> = {};
    let complete = true;
    for (const slot of slots) {
      const value = decodeSlot(slot, map, entries, decoding);
      if (value === INVALID)
        complete = complete && slot.field.presence !== 'required' && slot.field.presence !== 'inline';
      const kept = value === INVALID ? slot.field.fallback : value;
      if (kept !== undefined || slot.field.presence === 'defaulted') out[slot.property] = kept;
    }
    if (!complete) return INVALID;
    let value = decoding.locate(out, map) as T;
    if (decoding.problems.length === before) {
      rules.check?.(value, decoding.reportOn(out));
      if (rules.normalize !== undefined) value = decoding.locate(rules.normalize(value) as object, map) as T;
    }
    return value;
  }

  function encodeKeys(value: T): Map<string, YamlValue> {
    const out = new Map<string, YamlValue>();
    for (const slot of slots) encodeSlot(slot, (value as Record<string, unknown>)[slot.property], out);
    return out;
  }

  return {
    type,
    keys,
    decodeKeys,
    encodeKeys,
    decode(node, decoding) {
      const map = mapOf(node, type, decoding);
      if (map === INVALID) return INVALID;
      reportStrangers(map, { type, known }, decoding);
      return decodeKeys(map, decoding);
    },
    encode: encodeKeys,
  };
}

/** Options of `list`. */
interface ListOptions {
  /** The message for an item that is null; without it a null item decodes as an empty value. */
  readonly nullItem?: string;
}

/** A list. Items that are wrong are reported and left out, so that the others can still be checked. */
export function list<T>(item: Schema<T>, options: ListOptions = {}): Schema<readonly T[]> {
  const type = `[]${item.type}`;
  return {
    type,
    decode(node, decoding) {
      if (isNull(node)) return [];
      if (node.kind !== 'list') return mismatch(node, type, decoding);
      const out: T[] = [];
      node.items.forEach((child, index) => {
        decoding.within(index, () => {
          if (options.nullItem !== undefined && isNull(child)) {
            decoding.report(child, options.nullItem);
            return;
          }
          const value = item.decode(child, decoding);
          if (value !== INVALID) out.push(value);
        });
      });
      return decoding.locate(out, node);
    },
    encode: (values) => values.map((value) => item.encode(value) ?? new Map()),
  };
}

/** A list of what prints as text, all in one line. */
export function flowList<T>(item: Schema<T>, options: ListOptions = {}): Schema<readonly T[]> {
  const text = (value: T): string => {
    const printed = item.encode(value);
    return typeof printed === 'string' ? printed : '';
  };
  const base = list(item, options);
  return { ...base, encode: (values) => (values.length === 0 ? [] : { flow: values.map(text) }) };
}

/** A map with free keys, all values alike. Prints its keys sorted. */
export function mapOfValues<T>(item: Schema<T>): Schema<Readonly<Record<string, T>>> {
  const type = `map[string]${item.type}`;
  return {
    type,
    decode(node, decoding) {
      const map = mapOf(node, type, decoding);
      if (map === INVALID) return INVALID;
      const out = new Map<string, T>();
      const seen = new Set<string>();
      for (const { key, value } of map.entries) {
        decoding.within(key.text, () => {
          if (seen.has(key.text)) {
            decoding.report(key, `key ${JSON.stringify(key.text)} already set in map`, { hint: ONCE });
            return;
          }
          seen.add(key.text);
          const decoded = item.decode(value, decoding);
          if (decoded !== INVALID) out.set(key.text, decoded);
        });
      }
      return decoding.locate(Object.fromEntries(out), map);
    },
    encode(values) {
      const keys = Object.keys(values).sort();
      if (keys.length === 0) return undefined;
      return new Map(keys.map((key) => [key, item.encode(values[key]!) ?? '']));
    },
  };
}

/** `schema` with more demands on the decoded value; `check` returns a message when they are not met. */
export function checked<T>(schema: Schema<T>, check: (value: T) => string | undefined, hint?: string): Schema<T> {
  return {
    ...schema,
    decode(node, decoding) {
      const value = schema.decode(node, decoding);
      const message = value === INVALID ? undefined : check(value);
      if (message === undefined) return value;
      decoding.report(node, message, { hint });
      return INVALID;
    },
  };
}

/** `schema` with its values turned into another form; `decode` may throw an Error whose message is then reported. */
export function converted<T, U>(
  schema: Schema<T>,
  convert: { readonly type?: string; decode(value: T, dialect: string): U; encode(value: U): T },
): Schema<U> {
  return {
    type: convert.type ?? schema.type,
    decode(node, decoding) {
      const value = schema.decode(node, decoding);
      if (value === INVALID) return INVALID;
      try {
        return convert.decode(value, decoding.dialect);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        decoding.report(node, error.message, { hint: hintOf(error) });
        return INVALID;
      }
    },
    encode: (value) => schema.encode(convert.encode(value)),
  };
}

/** A schema that refers to itself, through a function that is called when it is needed. */
export function lazy<T>(type: string, schema: () => Schema<T>): Schema<T> {
  return {
    type,
    decode: (node, decoding) => schema().decode(node, decoding),
    encode: (value) => schema().encode(value),
  };
}

/** Reports that a node is not of the wanted type, in Go's words. */
export function mismatch(node: YamlNode, type: string, decoding: Decoding, hint?: string): Invalid {
  decoding.report(node, `cannot unmarshal ${describeNode(node)} into ${type}`, { hint });
  return INVALID;
}

const ONCE = 'write each key once';

interface Slot {
  readonly property: string;
  readonly key: string;
  readonly keys: readonly string[];
  readonly field: Field<unknown>;
}

function slotOf(property: string, field: Field<unknown>): Slot {
  const key = field.options.key ?? snakeCase(property);
  return { property, key, keys: isObjectSchema(field) ? field.schema.keys : [key], field };
}

function isObjectSchema(field: Field<unknown>): field is Field<unknown, 'inline'> & { schema: ObjectSchema<unknown> } {
  return field.presence === 'inline';
}

/** `scrapeInterval` as `scrape_interval`; a number belongs to the word before it. */
export function snakeCase(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function decodeSlot(slot: Slot, map: YamlMap, entries: Map<string, YamlEntry>, decoding: Decoding): unknown {
  if (isObjectSchema(slot.field)) return slot.field.schema.decodeKeys(map, decoding);
  const entry = entries.get(slot.key);
  if (entry !== undefined && (slot.field.options.emptyWhenNull === true || !isNull(entry.value))) {
    return decoding.within(slot.key, () => slot.field.schema.decode(entry.value, decoding));
  }
  if (slot.field.presence !== 'required') return slot.field.fallback;
  const place = entry?.key ?? map;
  decoding.report(place, slot.field.missing ?? `missing key ${slot.key}`, {
    hint: `add ${slot.key}: ...`,
    steps: entry === undefined ? [] : [slot.key],
  });
  return INVALID;
}

function encodeSlot(slot: Slot, value: unknown, out: Map<string, YamlValue>): void {
  if (value === undefined) return;
  if (isObjectSchema(slot.field)) {
    for (const [key, printed] of slot.field.schema.encodeKeys(value)) out.set(key, printed);
    return;
  }
  const printed = slot.field.schema.encode(value);
  if (printed === undefined || printed === slot.field.options.unless) return;
  if (slot.field.options.always !== true && isZero(printed) && isZeroByDefault(slot.field)) return;
  // A block that is only there because it has defaults says nothing; one that was written does.
  if (printed instanceof Map && printed.size === 0 && slot.field.presence === 'defaulted') return;
  out.set(slot.key, printed);
}

/** A zero must be printed where its absence would mean something else. */
function isZeroByDefault({ schema, fallback }: Field<unknown>): boolean {
  const printed = fallback === undefined ? undefined : schema.encode(fallback);
  return printed === undefined || isZero(printed);
}

const ZEROS = new Set(['0', 'false', '0s', '0B']);

function isZero(value: YamlValue): boolean {
  if (typeof value === 'string') return value === '';
  if (Array.isArray(value)) return value.length === 0;
  return 'literal' in value && ZEROS.has(value.literal);
}

function mapOf(node: YamlNode, type: string, decoding: Decoding): YamlMap | Invalid {
  if (node.kind === 'map') return node;
  if (isNull(node)) return { kind: 'map', entries: [], source: node.source, start: node.start };
  return mismatch(node, type, decoding);
}

function reportStrangers(map: YamlMap, object: { type: string; known: ReadonlySet<string> }, decoding: Decoding): void {
  const seen = new Set<string>();
  for (const { key } of map.entries) {
    const steps = [key.text];
    if (seen.has(key.text)) {
      decoding.report(key, `field ${key.text} already set in type ${object.type}`, { hint: ONCE, steps });
    } else if (!object.known.has(key.text) && !decoding.ignoreUnknownKeys) {
      decoding.report(key, `field ${key.text} not found in type ${object.type}`, {
        hint: suggest(key.text, object.known),
        steps,
      });
    }
    seen.add(key.text);
  }
}

function suggest(key: string, known: ReadonlySet<string>): string {
  const near = nearest(key, known);
  if (near !== undefined) return `did you mean ${near}?`;
  return known.size <= 12 ? `known keys: ${[...known].join(', ')}` : 'no key of that name exists here';
}

function hintOf(error: Error): string | undefined {
  return 'hint' in error && typeof error.hint === 'string' ? error.hint : undefined;
}

function describeNode(node: YamlNode): string {
  if (node.kind !== 'scalar') return node.kind === 'list' ? '!!seq' : '!!map';
  const text = node.text.length > 10 ? `${node.text.slice(0, 7)}...` : node.text;
  return `${resolveScalar(node).tag} \`${text}\``;
}
