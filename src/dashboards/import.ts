import { setMembers } from '#lib/json-edit';
import { type JsonNode, memberOf, parseJsonText } from '#lib/json-text';
import { at, isObject, type Json, objects, text } from './dashboard.ts';

/** What an exported dashboard leaves open: a data source, or a constant. */
export interface ImportInput {
  /** `DS_PROMETHEUS`: written `${DS_PROMETHEUS}` in the dashboard. */
  readonly name: string;
  readonly label: string;
  readonly kind: 'datasource' | 'constant';
  /** The type of the data source. */
  readonly pluginId: string;
  /** What it is unless somebody chooses. */
  readonly value: string;
}

/** A text that is to be imported. */
export interface ImportedDashboard {
  /** The dashboard alone, as it is written. */
  readonly text: string;
  readonly title: string;
  /** '' : it has none. */
  readonly uid: string;
  readonly inputs: readonly ImportInput[];
}

/**
 * Reads a dashboard as Grafana exports it, as its API gives it (`{"dashboard": …}`) or as grafana.com lists it
 * (`{"json": …}`). Throws `bad-request` with the line for what is no JSON, and for what is no dashboard.
 */
export function readImport(written: string): ImportedDashboard {
  const root = parseJsonText(written);
  const node =
    ['dashboard', 'json'].map((key) => memberOf(root, key)).find((found) => found?.kind === 'object') ?? root;
  const dashboard = written.slice(node.start, node.end);
  const json = JSON.parse(dashboard) as Json;
  const declared = objects(at(json, '__inputs')).map(inputOf);
  const names = new Set(declared.map(({ name }) => name));
  return {
    ...{ text: dashboard, title: text(at(json, 'title')), uid: text(at(json, 'uid')) },
    inputs: [...declared, ...undeclared(json).filter(({ name }) => !names.has(name))],
  };
}

function inputOf(input: { readonly [key: string]: Json }): ImportInput {
  const [name, label] = [text(input['name']), text(input['label'])];
  const constant = text(input['type']) === 'constant';
  return {
    ...{ name, label: label === '' ? name : label, kind: constant ? 'constant' : 'datasource' },
    ...{ pluginId: text(input['pluginId'], 'prometheus'), value: constant ? text(input['value']) : '' },
  };
}

/** `${DS_…}` that stands in the text without being listed, as some repositories have it. */
function undeclared(json: Json): ImportInput[] {
  const names = new Set(referencesIn(json));
  return [...names].map((name) => ({ name, label: name, kind: 'datasource', pluginId: 'prometheus', value: '' }));
}

function referencesIn(json: Json): string[] {
  if (typeof json === 'string') return [...json.matchAll(/\$\{(DS_[A-Za-z0-9_-]+)\}/g)].map((match) => match[1]!);
  if (Array.isArray(json)) return json.flatMap(referencesIn);
  return isObject(json) ? Object.values(json).flatMap(referencesIn) : [];
}

export interface ImportChoice {
  /** By name of the input: the uid of a data source, or the constant. */
  readonly values: ReadonlyMap<string, string>;
  readonly title: string;
  /** '' : a new one. */
  readonly uid: string;
}

/** The text to save: inputs are filled in, and what only the export needed is gone. The rest stays as it is written. */
export function fillImport({ text: written }: ImportedDashboard, { values, title, uid }: ImportChoice): string {
  const filled = replaceTexts(written, parseJsonText(written), (value) => {
    return value.replace(/\$\{([A-Za-z0-9_-]+)\}/g, (whole, name: string) => values.get(name) ?? whole);
  });
  const gone = { __inputs: undefined, __requires: undefined, id: undefined, version: undefined };
  return setMembers(filled, { ...gone, title, uid: uid === '' ? undefined : uid });
}

function replaceTexts(written: string, root: JsonNode, replace: (value: string) => string): string {
  const parts: string[] = [];
  let at = 0;
  const visit = (node: JsonNode): void => {
    if (node.kind !== 'scalar') {
      for (const child of childrenOf(node)) visit(child);
      return;
    }
    if (typeof node.value !== 'string') return;
    const value = replace(node.value);
    if (value === node.value) return;
    parts.push(written.slice(at, node.start), JSON.stringify(value));
    at = node.end;
  };
  visit(root);
  return [...parts, written.slice(at)].join('');
}

function childrenOf(node: JsonNode): readonly JsonNode[] {
  if (node.kind === 'object') return node.members.map((member) => member.node);
  return node.kind === 'list' ? node.items : [];
}
