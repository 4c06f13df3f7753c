import { type AdhocFilter, parseFilters } from '#dashboards/adhoc';
import type { VariableDefinition } from '#dashboards/dashboard';
import type { Scope, VariableValue } from '#dashboards/interpolate';
import type { VariableOption } from '#dashboards/variables';

/** A variable with its choices and what is chosen of them. */
export interface ResolvedVariable {
  readonly definition: VariableDefinition;
  readonly options: readonly VariableOption[];
  readonly value: VariableValue & { readonly all: boolean };
  /** Why there are no choices; null when nothing went wrong. */
  readonly problem: string | null;
}

/** The values of variables by name, for texts that refer to them. */
export function scopeOf(variables: readonly ResolvedVariable[]): Scope {
  return new Map(variables.map(({ definition, value }) => [definition.name, value]));
}

/** What people chose to see only, over all queries. */
export function filtersOf(variables: readonly ResolvedVariable[]): readonly AdhocFilter[] {
  return variables.flatMap(({ definition, value }) => (definition.type === 'adhoc' ? parseFilters(value.values) : []));
}

/** What rows and panels that repeat over a variable stand once for. */
export function repeatsOf(variables: readonly ResolvedVariable[]): ReadonlyMap<string, readonly VariableValue[]> {
  return new Map(
    variables.map(({ definition, options, value }) => {
      const picked = new Set(value.values);
      const chosen = value.all ? options : options.filter((option) => picked.has(option.value));
      const values = chosen.map((option): VariableValue => {
        return { values: [option.value], text: option.text, multi: definition.multi };
      });
      return [definition.name, values];
    }),
  );
}
