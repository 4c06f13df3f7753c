import { isObject, type Json, type JsonObject } from '#dashboards/dashboard';

/** A dashboard in which one field was replaced. */
export interface Spoiled {
  /** Of the field in `json`. */
  readonly path: readonly (string | number)[];
  readonly value: Json;
  readonly json: JsonObject;
  /** As it was before. */
  readonly original: JsonObject;
}

/** What no field expects, one of each kind, and numbers that no screen has. */
export const WRONG: readonly Json[] = [
  ...[null, true, 7, -3.5, 1e300, '', 'wrong', '${x:__proto__}', [], {}],
  ...[['wrong', 7, null, { a: [] }], { text: { a: 1 }, value: [[1]], length: -1, type: [] }],
];

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * Each kind of field of the dashboards (a place, whatever its numbers in lists, in panels of a type) with each wrong value:
 * of all fields of a kind one is chosen. Panels beside the one that is spoiled are left out.
 */
export function* spoiled(dashboards: readonly JsonObject[], random: () => number): Generator<Spoiled> {
  const kinds = new Map<string, { readonly json: JsonObject; readonly path: readonly (string | number)[] }[]>();
  for (const dashboard of dashboards.flatMap(withOnePanel)) {
    for (const path of pathsOf(dashboard)) {
      const kind = `${panelType(dashboard, path)} ${path.map((key) => (typeof key === 'number' ? '*' : key)).join('.')}`;
      const known = kinds.get(kind);
      if (known === undefined) kinds.set(kind, [{ json: dashboard, path }]);
      else known.push({ json: dashboard, path });
    }
  }
  for (const fields of kinds.values()) {
    const { json, path } = fields[Math.floor(random() * fields.length)]!;
    for (const value of WRONG) yield { path, value, json: replaced(json, path, value) as JsonObject, original: json };
  }
}

/** The same dashboard with each of its panels alone; those of rows, too. */
function withOnePanel(dashboard: JsonObject): JsonObject[] {
  const { panels } = dashboard;
  if (!Array.isArray(panels)) return [dashboard];
  return (panels as readonly JsonObject[]).flatMap((panel) => {
    const inside = panel['panels'];
    const alone =
      Array.isArray(inside) && inside.length > 0 ? inside.map((one) => ({ ...panel, panels: [one] })) : [panel];
    return alone.map((one) => ({ ...dashboard, panels: [{ ...one, collapsed: false }] }));
  });
}

function panelType({ panels }: JsonObject, path: readonly (string | number)[]): string {
  if (path[0] !== 'panels' || !Array.isArray(panels)) return '';
  const inner = (panels[0] as JsonObject)['panels'];
  const panel = path[2] === 'panels' && Array.isArray(inner) ? inner[0] : panels[0];
  return isObject(panel) ? String(panel['type']) : '';
}

function* pathsOf(json: Json, path: readonly (string | number)[] = []): Generator<readonly (string | number)[]> {
  if (path.length > 0) yield path;
  if (Array.isArray(json)) for (const [i, item] of json.entries()) yield* pathsOf(item as Json, [...path, i]);
  else if (isObject(json)) for (const [key, item] of Object.entries(json)) yield* pathsOf(item, [...path, key]);
}

function replaced(json: Json, [key, ...rest]: readonly (string | number)[], value: Json): Json {
  if (key === undefined) return value;
  if (Array.isArray(json)) return json.map((item: Json, i) => (i === key ? replaced(item, rest, value) : item));
  const object = json as JsonObject;
  return { ...object, [key]: replaced(object[key]!, rest, value) };
}

/** As `wrongFields` writes it. */
export function pathText(path: readonly (string | number)[]): string {
  return path.map((key, i) => (typeof key === 'number' ? `[${key}]` : i === 0 ? key : `.${key}`)).join('');
}
