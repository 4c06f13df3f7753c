import { filterText, parseFilters } from '#dashboards/adhoc';
import type { DatasourceRef, VariableDefinition } from '#dashboards/dashboard';
import { interpolate, type Scope } from '#dashboards/interpolate';
import { intervalMillis, intervalText, macros, queryStep } from '#dashboards/macros';
import { compilePattern, withPatterns } from '#dashboards/pattern';
import {
  dependencies,
  listedOptions,
  optionsFrom,
  parseVariableQuery,
  resolutionOrder,
  selectValue,
  type VariableOption,
} from '#dashboards/variables';
import type { Millis, TimeRange } from '#model/time';
import { type ResolvedVariable, scopeOf } from './resolved-variable.ts';

/** Where the choices of query variables come from. */
export interface VariableSource {
  /** Names of metrics are the values of `__name__`. An empty selector means all series. */
  labelValues(label: string, selector: string): Promise<readonly string[]>;
  labelNames(): Promise<readonly string[]>;
  /** The result of an expression, each sample as Grafana writes it: `up{job="a"} 1 1700000000000`. */
  queryResult(expr: string): Promise<readonly string[]>;
  /** The same of the data source that a variable names. */
  of?(ref: DatasourceRef | null, scope: Scope): Promise<VariableSource>;
  /** The data sources of a type, the usual one first. */
  dataSources?(type: string): Promise<readonly VariableOption[]>;
}

export interface ResolveInput {
  /** Values that the URL asks for. */
  readonly wished: ReadonlyMap<string, readonly string[]>;
  readonly range: TimeRange;
  readonly scrapeInterval: Millis;
  readonly source: VariableSource;
}

/** The one data source and what a dashboard's variable of that type calls it. */
const DATASOURCE: VariableOption = { text: 'Barograph', value: 'barograph' };

/**
 * Finds choices and values of all variables, in the order of the file. Each waits for those that it refers to only. One
 * that fails keeps the values that were wished for and says why.
 */
export async function resolveVariables(
  definitions: readonly VariableDefinition[],
  input: ResolveInput,
): Promise<ResolvedVariable[]> {
  const running = new Map<string, Promise<ResolvedVariable>>();
  for (const definition of resolutionOrder(definitions)) {
    const needed = [...dependencies(definition)].flatMap((name) => running.get(name) ?? []);
    running.set(
      definition.name,
      Promise.all(needed).then((others) => resolveOne(definition, scopeOf(others), input)),
    );
  }
  return Promise.all(definitions.map(({ name }) => running.get(name)!));
}

async function resolveOne(
  definition: VariableDefinition,
  scope: Scope,
  input: ResolveInput,
): Promise<ResolvedVariable> {
  const wished = input.wished.get(definition.name) ?? null;
  try {
    const resolve = Object.hasOwn(TYPES, definition.type) ? TYPES[definition.type]! : unknownType;
    return await withPatterns(() => resolve({ definition, scope, wished, input }));
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    const problem = error instanceof Error ? error.message : String(error);
    return { definition, options: [], value: selectValue(definition, [], wished), problem };
  }
}

interface Resolving {
  readonly definition: VariableDefinition;
  readonly scope: Scope;
  readonly wished: readonly string[] | null;
  readonly input: ResolveInput;
}

type Resolve = (resolving: Resolving) => ResolvedVariable | Promise<ResolvedVariable>;

function choosing({ definition, wished }: Resolving, options: readonly VariableOption[]): ResolvedVariable {
  return { definition, options, value: selectValue(definition, options, wished), problem: null };
}

function fixed({ definition }: Resolving, value: string): ResolvedVariable {
  return {
    definition,
    options: [],
    value: { values: [value], text: value, multi: false, all: false },
    problem: null,
  };
}

const TYPES: Readonly<Record<string, Resolve>> = {
  query: async (resolving) => {
    const { definition, scope, input } = resolving;
    const macro = macros({ ...input, step: input.scrapeInterval });
    const full: Scope = new Map([...macro, ...scope]);
    const source = (await input.source.of?.(definition.datasource, scope)) ?? input.source;
    const values = await queryValues(interpolate(definition.query, full, 'promql'), source);
    return choosing(resolving, optionsFrom(values, definition, full));
  },
  custom: (resolving) => {
    return choosing(resolving, listedOptions(interpolate(resolving.definition.query, resolving.scope)));
  },
  interval: (resolving) => intervalVariable(resolving),
  datasource: async (resolving) => {
    const { definition, wished, input } = resolving;
    const found = matchingOptions(
      (await input.source.dataSources?.(definition.query || 'prometheus')) ?? [],
      definition,
    );
    if (found.length > 0) return choosing(resolving, found);
    if (definition.query === 'prometheus' || definition.query === '') {
      // Names of other installations' data sources in the file or the URL all mean this server.
      return { ...fixed(resolving, DATASOURCE.value), options: [DATASOURCE] };
    }
    return {
      ...{ definition, options: [], value: selectValue(definition, [], wished) },
      problem: `there is no data source of type ${definition.query} here`,
    };
  },
  textbox: (resolving) =>
    fixed(resolving, resolving.wished?.[0] ?? resolving.definition.current.values[0] ?? resolving.definition.query),
  adhoc: ({ definition, wished }) => {
    const texts = parseFilters(wished ?? definition.current.values).map(filterText);
    return {
      definition,
      options: [],
      value: { values: texts, text: texts.join(', '), multi: true, all: false },
      problem: null,
    };
  },
  switch: (resolving) => choosing(resolving, listedOptions('true,false')),
  constant: (resolving) => fixed(resolving, resolving.definition.query),
};

function unknownType({ definition, wished }: Resolving): ResolvedVariable {
  const problem = `variables of type ${definition.type} are not supported`;
  return { definition, options: [], value: selectValue(definition, [], wished), problem };
}

async function queryValues(query: string, source: VariableSource): Promise<readonly string[]> {
  const parsed = parseVariableQuery(query);
  switch (parsed.kind) {
    case 'label-values':
      return source.labelValues(parsed.label, parsed.selector);
    case 'label-names':
      return matching(await source.labelNames(), parsed.pattern);
    case 'metrics':
      return matching(await source.labelValues('__name__', ''), parsed.pattern);
    case 'query-result':
      return source.queryResult(parsed.expr);
    case 'unknown':
      if (parsed.query === '') return [];
      throw new Error(
        `not a query that a variable can ask: ${parsed.query}. Use label_values, label_names, metrics or query_result.`,
      );
  }
}

/** Those whose name the variable's pattern finds. */
function matchingOptions(options: readonly VariableOption[], { regex }: VariableDefinition): readonly VariableOption[] {
  const names = new Set(
    matching(
      options.map(({ text }) => text),
      regex,
    ),
  );
  return options.filter(({ text }) => names.has(text));
}

function matching(values: readonly string[], source: string): readonly string[] {
  const pattern = source === '' ? null : compilePattern(source);
  return pattern === null ? values : values.filter((value) => pattern.find(value));
}

/** What "auto" is called in URLs, for a variable of this name. */
function autoValue(name: string): string {
  return `$__auto_interval_${name}`;
}

function intervalVariable(resolving: Resolving): ResolvedVariable {
  const { definition, input, wished } = resolving;
  const { auto, name } = definition;
  const listed = listedOptions(definition.query.replaceAll('"', ''));
  const options = auto === null ? listed : [{ text: 'auto', value: autoValue(name) }, ...listed];
  const isAuto = (values: readonly string[]): boolean => values.some((value) => value.startsWith('$__auto'));
  // Old files call it `$__auto`, whatever the variable's name.
  const byFile = auto !== null && isAuto(definition.current.values) ? [autoValue(name)] : null;
  const resolved = choosing({ ...resolving, wished: wished ?? byFile }, options);
  if (auto === null || !isAuto(resolved.value.values)) return resolved;
  const step = queryStep({
    range: input.range,
    points: auto.count,
    minInterval: auto.min,
    scrapeInterval: intervalMillis(auto.min) ?? input.scrapeInterval,
  });
  return { ...resolved, value: { ...resolved.value, values: [intervalText(step)], text: 'auto' } };
}
