import { formatFloatE, formatFloatF } from '#lib/go-format';
import { GoFunction, GoList, GoMap, GoStruct, stringOf, type Value } from './value.ts';

/** As Go's `json.Marshal`: map keys sorted, `<`, `>`, `&` escaped. Throws for functions and for numbers JSON cannot say. */
export function toJson(value: Value): string {
  const string = stringOf(value);
  if (string !== null) return jsonString(string);
  if (value === null) return 'null';
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return jsonNumber(value);
  if (value instanceof GoList) return `[${value.items.map(toJson).join(',')}]`;
  if (value instanceof GoMap) return jsonObject([...value.entries]);
  if (value instanceof GoStruct) {
    return jsonObject([...value.fields].map(([name, field]) => [value.json[name] ?? name, field]));
  }
  if (value instanceof GoFunction) throw new Error(`json: unsupported type: ${value.type}`);
  return (value as { toJSON(): string }).toJSON();
}

function jsonObject(entries: readonly (readonly [string, Value])[]): string {
  return `{${entries.map(([name, value]) => `${jsonString(name)}:${toJson(value)}`).join(',')}}`;
}

function jsonString(text: string): string {
  return JSON.stringify(text.replace(/\p{Surrogate}/gu, '\ufffd')).replace(/[<>&\u2028\u2029]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function jsonNumber(value: number): string {
  if (!Number.isFinite(value))
    throw new Error(`json: unsupported value: ${Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'}`);
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude < 1e-6 || magnitude >= 1e21))
    return formatFloatE(value).replace(/e-0(\d)$/, 'e-$1');
  return formatFloatF(value);
}
