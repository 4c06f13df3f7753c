import { isAll } from '#dashboards/parse-current';
import type { ResolvedVariable } from './resolved-variable.ts';

/** What an address asks of a variable and its choices do not have: another value is shown in its place. */
export function absentValues(
  { definition: { type }, options }: Pick<ResolvedVariable, 'definition' | 'options'>,
  asked: readonly string[],
): readonly string[] {
  // Names of data sources of other places mean those of this one.
  if ((type !== 'query' && type !== 'custom') || options.length === 0) return [];
  return asked.filter((wanted) => !isAll([wanted]) && !options.some(({ value }) => value === wanted));
}
