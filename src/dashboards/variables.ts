import { compareUtf8 } from '#lib/utf8';
import type { VariableDefinition } from './dashboard.ts';
import { interpolate, referencedVariables, type Scope, type VariableValue } from './interpolate.ts';
import { isAll } from './parse-current.ts';
import { compilePattern } from './pattern.ts';

/** One choice of a variable. */
export interface VariableOption {
  readonly text: string;
  readonly value: string;
}

/** What a query variable asks the data source. */
export type VariableQuery =
  | { readonly kind: 'label-values'; readonly label: string; readonly selector: string }
  | { readonly kind: 'label-names'; readonly pattern: string }
  | { readonly kind: 'metrics'; readonly pattern: string }
  | { readonly kind: 'query-result'; readonly expr: string }
  | { readonly kind: 'unknown'; readonly query: string };

/** Reads the query of a variable: `label_values(metric, label)` and its siblings. */
export function parseVariableQuery(query: string): VariableQuery {
  const trimmed = query.trim();
  const [, name = '', argument = ''] =
    /^(label_values|label_names|metrics|query_result)\s*\((.*)\)\s*$/s.exec(trimmed) ?? [];
  switch (name) {
    case 'label_values': {
      const [, selector, label] = /^(.+),\s*([^,{}()]+?)\s*$/s.exec(argument) ?? [];
      if (label === undefined) return { kind: 'label-values', label: argument.trim(), selector: '' };
      return { kind: 'label-values', label: unquoted(label), selector: selector!.trim() };
    }
    case 'label_names':
      return { kind: 'label-names', pattern: argument.trim() };
    case 'metrics':
      return { kind: 'metrics', pattern: unquoted(argument.trim()) };
    case 'query_result':
      return { kind: 'query-result', expr: argument };
    default:
      return { kind: 'unknown', query: trimmed };
  }
}

function unquoted(text: string): string {
  return text.replace(/^(["'])(.*)\1$/s, '$2');
}

/**
 * The order in which variables must be resolved: each after those that its query, regex or options name. Variables in a
 * circle keep the order of the file.
 */
export function resolutionOrder(variables: readonly VariableDefinition[]): VariableDefinition[] {
  const byName = new Map(variables.map((variable) => [variable.name, variable]));
  const ordered: VariableDefinition[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (variable: VariableDefinition) => {
    if (state.has(variable.name)) return;
    state.set(variable.name, 'open');
    for (const name of dependencies(variable)) {
      const other = byName.get(name);
      if (other) visit(other);
    }
    state.set(variable.name, 'done');
    ordered.push(variable);
  };
  variables.forEach(visit);
  return ordered;
}

/** Names that a variable's definition refers to. */
export function dependencies({ query, regex, datasource }: VariableDefinition): Set<string> {
  return referencedVariables(`${query} ${regex} ${datasource?.uid ?? ''}`);
}

/**
 * The choices among values that a data source gave: those that the regex takes (its first group, or its groups named text
 * and value, is what is kept), each once, sorted as the variable says.
 */
export function optionsFrom(
  values: readonly string[],
  { regex, sort }: VariableDefinition,
  scope: Scope,
): VariableOption[] {
  const pick = picker(interpolate(regex, scope));
  const byValue = new Map<string, VariableOption>();
  for (const value of values) {
    const option = pick(value);
    if (option && !byValue.has(option.value)) byValue.set(option.value, option);
  }
  return sorted([...byValue.values()], sort);
}

function picker(regex: string): (value: string) => VariableOption | null {
  if (regex === '') return (value) => ({ text: value, value });
  const pattern = compilePattern(regex);
  if (pattern === null) return () => null;
  const { value: valueGroup, text: textGroup } = pattern.groups;
  return (whole) => {
    const match = pattern.match(whole);
    if (match === null) return null;
    const group = (index: number | undefined) => (index === undefined ? null : (match[index] ?? null));
    const value = group(valueGroup) ?? group(textGroup) ?? group(1) ?? whole;
    return { value, text: group(textGroup) ?? value };
  };
}

/** Grafana's orders: 0 as they come, then alphabetical, numerical, alphabetical without case, natural; odd up, even down. */
function sorted(options: readonly VariableOption[], sort: number): VariableOption[] {
  const compare = ORDERS[Math.ceil(sort / 2)];
  if (!compare) return [...options];
  const up = [...options].sort(compare);
  return sort % 2 === 1 ? up : up.reverse();
}

type Order = (a: VariableOption, b: VariableOption) => number;

const ORDERS: Readonly<Record<number, Order>> = {
  1: (a, b) => compareUtf8(a.text, b.text),
  2: (a, b) => leadingNumber(a.text) - leadingNumber(b.text),
  3: (a, b) => compareUtf8(a.text.toLowerCase(), b.text.toLowerCase()),
  4: (a, b) => a.text.localeCompare(b.text, 'en', { numeric: true }),
};

function leadingNumber(text: string): number {
  const digits = /\d+/.exec(text)?.[0];
  return digits === undefined ? -1 : Number(digits);
}

/** The choices that a file itself lists: `1m,10m` or `Ten : 10, Twenty : 20`. A comma may be escaped. */
export function listedOptions(query: string): VariableOption[] {
  return (query.match(/(?:\\,|[^,])+/g) ?? []).map((part) => {
    const plain = part.replace(/\\,/g, ',').trim();
    const [, label, value] = /^(.+)\s:\s(.+)$/s.exec(plain) ?? [];
    return label === undefined ? { text: plain, value: plain } : { text: label.trim(), value: value!.trim() };
  });
}

/**
 * What is selected: the wished values that exist, else what the file says, else the first choice. "All" stands for the
 * variable's allValue or for all choices.
 */
export function selectValue(
  definition: VariableDefinition,
  options: readonly VariableOption[],
  wished: readonly string[] | null,
): VariableValue & { readonly all: boolean } {
  const { multi, includeAll, allValue, current } = definition;
  for (const candidate of [wished ?? [], current.values]) {
    if (includeAll && isAll(candidate)) return allOf(options, allValue);
    const wanted = new Set(candidate);
    const existing = options.filter(({ value }) => wanted.has(value));
    const kept = multi ? existing : existing.slice(0, 1);
    if (kept.length > 0) return chosen(kept, multi);
  }
  if (options.length === 0)
    return { values: wished?.length ? wished : [''], text: wished?.join(' + ') ?? '', multi, all: false };
  return includeAll ? allOf(options, allValue) : chosen(options.slice(0, 1), multi);
}

function chosen(options: readonly VariableOption[], multi: boolean): VariableValue & { all: boolean } {
  const values = options.map(({ value }) => value);
  return { values, text: options.map(({ text }) => text).join(' + '), multi, all: false };
}

function allOf(options: readonly VariableOption[], allValue: string): VariableValue & { all: boolean } {
  // An allValue is written as it stands, without escaping: it usually is a regex.
  if (allValue !== '') return { values: [allValue], text: 'All', multi: false, all: true };
  const values = options.map(({ value }) => value);
  return { values: values.length > 0 ? values : [''], text: 'All', multi: true, all: true };
}
