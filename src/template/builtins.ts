import { compareUtf8, utf8Length } from '#lib/utf8';
import { escapeHtml, escapeJs, escapeQuery } from './escape.ts';
import { printed, sprint, sprintf, sprintln } from './print.ts';
import {
  ANY,
  type FunctionTable,
  GoFunction,
  GoList,
  GoMap,
  isAssignable,
  isScalar,
  isTrue,
  stringOf,
  type TemplateFunction,
  typeName,
  type Value,
} from './value.ts';

/**
 * The functions every Go template has. `and` and `or` are here for their names and arity: the interpreter stops at the
 * first argument that decides, which a function cannot; `call` is told there what its callee is written like.
 */
export const BUILTINS: FunctionTable = {
  and: atLeastOne(([first]) => first ?? null),
  or: atLeastOne(([first]) => first ?? null),
  not: { params: [ANY], call: ([value]) => !isTrue(value ?? null) },
  len: { params: [ANY], call: ([value]) => length(value ?? null) },
  index: atLeastOne(([item = null, ...keys]) => keys.reduce(indexOne, indexable(item))),
  slice: atLeastOne(([item = null, ...bounds]) => slice(item, bounds)),
  print: { params: [], variadic: ANY, call: sprint },
  printf: { params: ['string'], variadic: ANY, call: ([format, ...values]) => sprintf(format as string, values) },
  println: { params: [], variadic: ANY, call: sprintln },
  html: { params: [], variadic: ANY, call: (values) => escapeHtml(joined(values)) },
  js: { params: [], variadic: ANY, call: (values) => escapeJs(joined(values)) },
  urlquery: { params: [], variadic: ANY, call: (values) => escapeQuery(joined(values)) },
  call: atLeastOne(([callee = null, ...args]) => callValue('', callee, args)),
  eq: atLeastOne(([first = null, ...others]) => equalsAny(first, others)),
  ne: { params: [ANY, ANY], call: ([a = null, b = null]) => !equalsAny(a, [b]) },
  lt: { params: [ANY, ANY], call: ([a = null, b = null]) => isLess(a, b) },
  le: { params: [ANY, ANY], call: ([a = null, b = null]) => isLess(a, b) || equalsAny(a, [b]) },
  gt: { params: [ANY, ANY], call: ([a = null, b = null]) => !(isLess(a, b) || equalsAny(a, [b])) },
  ge: { params: [ANY, ANY], call: ([a = null, b = null]) => !isLess(a, b) },
};

function atLeastOne(call: TemplateFunction['call']): TemplateFunction {
  return { params: [ANY], variadic: ANY, call };
}

function length(value: Value): bigint {
  const string = stringOf(value);
  if (string !== null) return BigInt(utf8Length(string));
  if (value instanceof GoList) return BigInt(value.items.length);
  if (value instanceof GoMap) return BigInt(value.entries.size);
  if (value === null) throw new Error('reflect: call of reflect.Value.Type on zero Value');
  throw new Error(`len of type ${pointedType(value)}`);
}

/** The type behind a pointer. */
function pointedType(value: Value): string {
  return typeName(value).replace(/^\*/, '');
}

function indexable(item: Value): Value {
  if (item === null) throw new Error('index of untyped nil');
  return item;
}

function indexOne(item: Value, key: Value): Value {
  if (item === null) throw new Error('index of nil pointer');
  const string = stringOf(item);
  if (string !== null) {
    const bytes = new TextEncoder().encode(string);
    return BigInt(bytes[position(key, bytes.length, false)]!);
  }
  if (item instanceof GoList) return item.items[position(key, item.items.length, false)] ?? null;
  if (!(item instanceof GoMap)) throw new Error(`can't index item of type ${pointedType(item)}`);
  if (key === null) throw new Error('value is nil; should be of type string');
  if (typeof key !== 'string') throw new Error(`value has type ${typeName(key)}; should be string`);
  return item.entries.has(key) ? item.entries.get(key)! : item.zero;
}

/** `inclusive`: the end itself may be named, as slicing allows. */
function position(key: Value, length: number, inclusive: boolean): number {
  if (key === null) throw new Error('cannot index slice/array with nil');
  const integer = typeof key === 'bigint' ? key : isScalar(key) ? key.integer : null;
  if (integer === null) throw new Error(`cannot index slice/array with type ${typeName(key)}`);
  if (integer < 0n || integer > BigInt(length)) throw new Error(`index out of range: ${integer}`);
  if (!inclusive && integer === BigInt(length)) throw new Error('reflect: slice index out of range');
  return Number(integer);
}

function slice(item: Value, bounds: readonly Value[]): Value {
  if (item === null) throw new Error('slice of untyped nil');
  if (bounds.length > 3) throw new Error(`too many slice indexes: ${bounds.length}`);
  const string = stringOf(item);
  if (string === null && !(item instanceof GoList)) throw new Error(`can't slice item of type ${pointedType(item)}`);
  if (string !== null && bounds.length === 3) throw new Error('cannot 3-index slice a string');
  const bytes = string === null ? null : new TextEncoder().encode(string);
  const size = bytes ? bytes.length : (item as GoList).items.length;
  const chosen = bounds.map((bound) => position(bound, size, true));
  const [from = 0, to = size, capacity = size] = chosen;
  if (from > to) throw new Error(`invalid slice index: ${from} > ${to}`);
  if (to > capacity) throw new Error(`invalid slice index: ${to} > ${capacity}`);
  if (bytes) return new TextDecoder().decode(bytes.subarray(from, to));
  const { element, items, type } = item as GoList;
  return new GoList(element, items.slice(from, to), { type });
}

function joined(values: readonly Value[]): string {
  return values.length === 1
    ? printed(values[0]!)
    : sprint(values.map((value) => (value === null ? '<no value>' : value)));
}

/** The function `call`. `name` is the callee as the template writes it. */
export function callValue(name: string, callee: Value, args: readonly Value[]): Value {
  if (callee === null) throw new Error('call of nil');
  if (!(callee instanceof GoFunction)) throw new Error(`non-function ${name} of type ${typeName(callee)}`);
  const { params, variadic, call } = callee.run;
  if (args.length < params.length || (variadic === undefined && args.length > params.length)) {
    const want = variadic === undefined ? '' : 'at least ';
    throw new Error(`wrong number of args for ${name}: got ${args.length} want ${want}${params.length}`);
  }
  args.forEach((arg, i) => {
    const type = params[i] ?? variadic ?? ANY;
    if (!isAssignable(arg, type)) throw new Error(`arg ${i}: value has type ${typeName(arg)}; should be ${type}`);
  });
  return call(args);
}

type Kind = 'bool' | 'int' | 'float' | 'string' | null;

function kindOf(value: Value): Kind {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return 'float';
  if (stringOf(value) !== null) return 'string';
  if (typeof value === 'bigint' || (isScalar(value) && value.integer !== null)) return 'int';
  return null;
}

function integerOf(value: Value): bigint {
  return typeof value === 'bigint' ? value : isScalar(value) ? value.integer! : 0n;
}

function equalsAny(first: Value, others: readonly Value[]): boolean {
  if (others.length === 0) throw new Error('missing argument for comparison');
  return others.some((other) => equals(first, other));
}

function equals(a: Value, b: Value): boolean {
  const kind = kindOf(a);
  if (kind !== kindOf(b)) {
    if (a === null || b === null) return false;
    throw new Error(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`);
  }
  switch (kind) {
    case 'string':
      return stringOf(a) === stringOf(b);
    case 'int':
      return integerOf(a) === integerOf(b);
    case null:
      return sameObject(a, b);
    default:
      return a === b;
  }
}

function sameObject(a: Value, b: Value): boolean {
  if (a === null || b === null) return a === b;
  if (b instanceof GoList || b instanceof GoMap) {
    throw new Error(`non-comparable type ${sprint([b])}: ${typeName(b)}`);
  }
  return typeName(a) === typeName(b) && (a === b || sprint([a]) === sprint([b]));
}

function isLess(a: Value, b: Value): boolean {
  const kind = kindOf(a);
  const other = kindOf(b);
  if (kind === null || other === null) throw new Error('invalid type for comparison');
  if (kind !== other) throw new Error(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`);
  switch (kind) {
    case 'bool':
      throw new Error('invalid type for comparison');
    case 'string':
      return compareUtf8(stringOf(a)!, stringOf(b)!) < 0;
    case 'int':
      return integerOf(a) < integerOf(b);
    case 'float':
      return (a as number) < (b as number);
  }
}
