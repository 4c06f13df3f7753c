import { compareUtf8 } from '#lib/utf8';
import type { Labels } from '#model/labels';

/**
 * A value as a Go template sees it. The JavaScript type decides the Go type: `bigint` is an int, `number` a float64,
 * `null` nil (also the "no value" of a missing key). Values are immutable; the classes below carry the Go type's name,
 * which error messages and `%T` show.
 */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | GoText
  | GoList
  | GoMap
  | GoStruct
  | GoScalar
  | GoFunction;

/** The spelling of a Go type, such as `string`, `[]string`, `time.Time`; `interface {}` takes anything. */
export type GoType = string;

/** The type that takes anything, nil included. */
export const ANY: GoType = 'interface {}';

/** A function that templates can call. Arguments were checked against the types before `call`; what it throws ends the template. */
export interface TemplateFunction {
  readonly params: readonly GoType[];
  /** The type of further arguments, for a variadic function. */
  readonly variadic?: GoType;
  call(args: readonly Value[]): Value;
}

/** Functions, or methods of a value, by name. */
export type FunctionTable = Readonly<Record<string, TemplateFunction>>;

const NO_METHODS: FunctionTable = {};

/** A string of a named type, such as `template.HTML`: equal to strings in comparisons, but not accepted where a string is asked for. */
export class GoText {
  readonly type: GoType;
  readonly text: string;

  constructor(type: GoType, text: string) {
    this.type = type;
    this.text = text;
  }
}

interface ListOptions {
  /** The type's name; `[]` and the element type unless given. */
  readonly type?: GoType;
  readonly methods?: FunctionTable;
  /** The type's own String method: how it prints. */
  readonly text?: () => string;
}

/** A slice. */
export class GoList {
  readonly element: GoType;
  readonly items: readonly Value[];
  readonly type: GoType;
  readonly methods: FunctionTable;
  readonly text: (() => string) | null;

  constructor(element: GoType, items: readonly Value[], options: ListOptions = {}) {
    this.element = element;
    this.items = items;
    this.type = options.type ?? `[]${element}`;
    this.methods = options.methods ?? NO_METHODS;
    this.text = options.text ?? null;
  }

  /** The type without its name: what decides whether it may be passed for an unnamed type. */
  get underlying(): GoType {
    return `[]${this.element}`;
  }
}

/** A map with string keys, iterated in the order of their bytes. */
export class GoMap {
  readonly element: GoType;
  readonly entries: ReadonlyMap<string, Value>;
  readonly type: GoType;
  readonly methods: FunctionTable;
  readonly text: (() => string) | null;

  constructor(element: GoType, entries: Iterable<readonly [string, Value]>, options: ListOptions = {}) {
    this.element = element;
    this.entries = new Map([...entries].sort(([a], [b]) => compareUtf8(a, b)));
    this.type = options.type ?? `map[string]${element}`;
    this.methods = options.methods ?? NO_METHODS;
    this.text = options.text ?? null;
  }

  get underlying(): GoType {
    return `map[string]${this.element}`;
  }

  /** What a missing key gives with `missingkey=zero`. */
  get zero(): Value {
    return this.element === 'string' ? '' : null;
  }
}

interface StructOptions {
  readonly methods?: FunctionTable;
  readonly text?: () => string;
  /** Fields whose declared type is `interface {}`; errors name that type. */
  readonly interfaces?: readonly string[];
  /** Names in JSON, where they differ from the field's. */
  readonly json?: Readonly<Record<string, string>>;
}

/** A struct, or a pointer to one when the type begins with `*`. Fields print in their order here. */
export class GoStruct {
  readonly type: GoType;
  readonly fields: ReadonlyMap<string, Value>;
  readonly methods: FunctionTable;
  readonly text: (() => string) | null;
  readonly interfaces: ReadonlySet<string>;
  readonly json: Readonly<Record<string, string>>;

  constructor(type: GoType, fields: Readonly<Record<string, Value>>, options: StructOptions = {}) {
    this.type = type;
    this.fields = new Map(Object.entries(fields));
    this.methods = options.methods ?? NO_METHODS;
    this.text = options.text ?? null;
    this.interfaces = new Set(options.interfaces);
    this.json = options.json ?? {};
  }
}

/** A value of another package that templates only print, compare and ask by method: a time, a duration, a histogram. */
export interface GoScalar {
  readonly scalar: true;
  readonly type: GoType;
  readonly methods: FunctionTable;
  /** How it prints. */
  toString(): string;
  /** The integer that an int64-based type stands for; null for a struct. */
  readonly integer: bigint | null;
  /** As `json.Marshal` writes it. */
  toJSON(): string;
}

/** A function as a value: a field or map entry that `call` can run. */
export class GoFunction {
  readonly type: GoType;
  readonly run: TemplateFunction;

  constructor(run: TemplateFunction) {
    this.run = run;
    const params = [...run.params, ...(run.variadic === undefined ? [] : [`...${run.variadic}`])];
    this.type = `func(${params.join(', ')}) ${ANY}`;
  }
}

/** A `map[string]string` of these labels. */
export function labelsMap(labels: Labels): GoMap {
  return new GoMap('string', labels.entries());
}

/** A `[]string`. */
export function stringList(items: readonly string[]): GoList {
  return new GoList('string', items);
}

/** Whether the value is a GoScalar. */
export function isScalar(value: Value): value is GoScalar {
  return typeof value === 'object' && value !== null && 'scalar' in value;
}

/** The value's Go type, as `%T` shows it. */
export function typeName(value: Value): GoType {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'number':
      return 'float64';
    case 'bigint':
      return 'int';
    case 'boolean':
      return 'bool';
    default:
      return value === null ? '<nil>' : value.type;
  }
}

/** Whether Go would let the value be passed for this type: same type, same unnamed form, or anything for `interface {}`. */
export function isAssignable(value: Value, type: GoType): boolean {
  if (type === ANY) return true;
  if (value === null) return canBeNil(type);
  if (typeName(value) === type) return true;
  if (value instanceof GoList || value instanceof GoMap) return value.underlying === type;
  return false;
}

/** Whether nil is a value of the type. */
export function canBeNil(type: GoType): boolean {
  return type === ANY || /^(\[\]|map\[|\*|func\()/.test(type);
}

/** The text of a string of any string type; null for other values. */
export function stringOf(value: Value): string | null {
  if (typeof value === 'string') return value;
  return value instanceof GoText ? value.text : null;
}

/** Go's truth: not the zero value, not empty. Structs are always true. */
export function isTrue(value: Value): boolean {
  if (value === null) return false;
  if (typeof value === 'string') return value !== '';
  if (typeof value !== 'object') return typeof value === 'number' ? value !== 0 : Boolean(value);
  if (value instanceof GoText) return value.text !== '';
  if (value instanceof GoList) return value.items.length > 0;
  if (value instanceof GoMap) return value.entries.size > 0;
  return isScalar(value) && value.integer !== null ? value.integer !== 0n : true;
}

/** The functions that can be called on the value as methods. */
export function methodsOf(value: Value): FunctionTable {
  return typeof value === 'object' && value !== null && 'methods' in value ? value.methods : NO_METHODS;
}
