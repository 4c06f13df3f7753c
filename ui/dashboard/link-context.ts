import type { LinkContext } from '#dashboards/links';
import type { TimeRangeState } from '../state/time-range-state.ts';
import { type ResolvedVariable, scopeOf } from './resolved-variable.ts';

/** What links of a dashboard carry along. "All" stays "All" there, however many values it has today. */
export function linkContext(
  variables: readonly ResolvedVariable[],
  { text }: Pick<TimeRangeState, 'text'>,
): LinkContext {
  const own = variables
    .filter(({ definition }) => definition.type !== 'constant')
    .map(({ definition: { name }, value }) => [name, value.all ? { ...value, values: ['$__all'] } : value] as const);
  return { scope: scopeOf(variables), variables: new Map(own), from: text.from, to: text.to };
}
