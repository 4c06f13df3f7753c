import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pathText, type Spoiled, seeded, spoiled } from '#test/wrong-types';
import type { Json, JsonObject } from './dashboard.ts';
import { layoutDashboard } from './layout.ts';
import { withPanels } from './library.ts';
import { parseDashboard } from './parse.ts';
import { summaryOf } from './store.ts';
import { wrongFields } from './wrong-fields.ts';

const repository = resolve(import.meta.dirname, '../..');
const FOLDERS = ['dashboards', 'test/conformance/kit/real', 'test/fixtures/dashboards'];
const SEED = Number(process.env['PROPERTY_SEED'] ?? 1);

const dashboards = FOLDERS.flatMap((folder) =>
  readdirSync(join(repository, folder))
    .filter((name) => name.endsWith('.json'))
    .map((name): [string, JsonObject] => [
      name,
      JSON.parse(readFileSync(join(repository, folder, name), 'utf8')) as JsonObject,
    ]),
);

/** What the page and the library make of a dashboard. */
function built({ json }: Pick<Spoiled, 'json'>) {
  const whole = withPanels(json) as JsonObject;
  const dashboard = parseDashboard(whole, 'uid');
  const repeats = new Map([['node', ['a', 'b'].map((text) => ({ values: [text], text, multi: true }))]]);
  const items = layoutDashboard(dashboard, { scope: new Map(), repeats, toggled: new Set() });
  return { dashboard, items, summary: summaryOf(whole, 'uid') };
}

/** What parts of the file are passed on as they are written, for panels to read. */
const AS_WRITTEN: ReadonlySet<string> = new Set(['source', 'options', 'defaults', 'value', 'links']);

function modelText(json: JsonObject): string {
  const model = parseDashboard(withPanels(json), 'uid');
  return JSON.stringify(model, (key, value: unknown) => (AS_WRITTEN.has(key) ? undefined : value));
}

/** Fields that may as well hold a list or an object. */
const TAKES_LISTS_TOO = /^templating\.list\[\d+\]\.(?:query|current\.text|current\.value)$/;

function valueAt(json: Json, path: readonly (string | number)[]): Json | undefined {
  return path.reduce<Json | undefined>((found, key) => (found as Record<string, Json>)?.[key], json);
}

describe('a dashboard with a wrong type in any field', () => {
  it('is read, laid out and found by its words, whatever the field and the value', () => {
    const faults: string[] = [];
    let tried = 0;
    for (const one of spoiled(
      dashboards.map(([, json]) => json),
      seeded(SEED),
    )) {
      tried++;
      try {
        const { items } = built(one);
        for (const { position } of items) {
          if (!Object.values(position).every(Number.isSafeInteger)) throw new Error(JSON.stringify(position));
        }
      } catch (error) {
        faults.push(`${pathText(one.path)} = ${JSON.stringify(one.value)}: ${error}`);
      }
    }
    expect(faults).toEqual([]);
    expect(tried).toBeGreaterThan(5000);
  }, 120_000);

  it('names the field when another value counts in its place', () => {
    const silent: string[] = [];
    for (const one of spoiled(
      dashboards.map(([, json]) => json),
      seeded(SEED + 1),
    )) {
      // Of a scalar's place: texts and numbers may stand for each other, a list or an object for neither.
      if (typeof one.value !== 'object' || one.value === null || one.value === undefined) continue;
      if (typeof valueAt(one.original, one.path) === 'object' || modelText(one.json) === modelText(one.original))
        continue;
      const named = wrongFields(one.json).some(({ path }) => pathText(one.path).startsWith(path));
      if (!named && !TAKES_LISTS_TOO.test(pathText(one.path)))
        silent.push(`${pathText(one.path)} = ${JSON.stringify(one.value)}`);
    }
    expect([...new Set(silent)]).toEqual([]);
  }, 120_000);

  it.each(dashboards)('%s has none', (_, json) => {
    expect(wrongFields(json)).toEqual([]);
  });

  it('of the second schema is not measured by the first', () => {
    expect(wrongFields({ elements: {}, layout: {}, annotations: [], title: 'x' })).toEqual([]);
  });

  it('says where, what was wanted and what is there', () => {
    const panels = [{ type: 'stat', gridPos: { w: 'wide' } }, null, { title: ['x'], targets: {} }];
    expect(wrongFields({ title: { a: 1 }, tags: 'x', time: { from: null }, panels, links: [3], unknown: 1 })).toEqual([
      { path: 'title', wanted: 'a text', found: 'an object' },
      { path: 'tags', wanted: 'a list', found: '"x"' },
      { path: 'panels[0].gridPos.w', wanted: 'a number', found: '"wide"' },
      { path: 'panels[1]', wanted: 'an object', found: 'null' },
      { path: 'panels[2].title', wanted: 'a text', found: 'a list' },
      { path: 'panels[2].targets', wanted: 'a list', found: 'an object' },
      { path: 'links[0]', wanted: 'an object', found: '3' },
    ]);
  });
});
