import { withFields } from './columns.ts';
import { at, type Json, type JsonObject, number, object, text } from './dashboard.ts';
import type { DataFrame, Field } from './frames.ts';
import { compilePattern } from './pattern.ts';

/** `organize`: leaves out, orders and renames columns by name. */
export function organize(frames: readonly DataFrame[], options: JsonObject): DataFrame[] {
  const excluded = object(options['excludeByName']);
  const included = object(options['includeByName']);
  const order = object(options['indexByName']);
  const names = object(options['renameByName']);
  const onlyIncluded = Object.values(included).some((value) => value === true);
  const place = ({ name }: Field): number => number(order[name], Number.MAX_SAFE_INTEGER);
  return frames.map((frame) => {
    const kept = frame.fields.filter(
      ({ name }) => excluded[name] !== true && (!onlyIncluded || included[name] === true),
    );
    const sorted = kept.toSorted((a, b) => place(a) - place(b));
    return withFields(
      frame,
      sorted.map((field) => ({ ...field, name: text(names[field.name]) || field.name })),
    );
  });
}

/** `filterFieldsByName`: keeps columns by a list of names or a pattern, then leaves out others in the same way. */
export function filterFieldsByName(frames: readonly DataFrame[], options: JsonObject): DataFrame[] {
  const include = nameTest(options['include']);
  const exclude = nameTest(options['exclude']);
  return frames
    .map((frame) =>
      withFields(
        frame,
        frame.fields.filter(({ name }) => (include?.(name) ?? true) && !(exclude?.(name) ?? false)),
      ),
    )
    .filter(({ fields }) => fields.length > 0);
}

/** Null when nothing is chosen. */
function nameTest(choice: Json | undefined): ((name: string) => boolean) | null {
  const list = at(choice, 'names');
  const names = Array.isArray(list) ? list.map((name) => text(name)) : [];
  const source = text(at(choice, 'pattern'));
  if (source === '') return names.length === 0 ? null : (name) => names.includes(name);
  const pattern = compilePattern(source);
  return (name) => names.includes(name) || (pattern?.find(name) ?? false);
}

/** `renameByRegex`: replaces in the names of columns, times left alone. */
export function renameByRegex(frames: readonly DataFrame[], options: JsonObject): DataFrame[] {
  const pattern = compilePattern(text(options['regex']));
  const replacement = text(options['renamePattern']);
  if (pattern === null) return [...frames];
  return frames.map((frame) =>
    withFields(
      frame,
      frame.fields.map((field) =>
        field.type === 'time' ? field : { ...field, name: pattern.replace(field.name, replacement) },
      ),
    ),
  );
}
