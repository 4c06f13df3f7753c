import { useEffect, useMemo, useRef, useState } from 'react';
import { useSearch } from 'wouter';
import type { VariableDefinition } from '#dashboards/dashboard';
import type { Millis } from '#model/time';
import { forgetAnswers } from '../state/kept-answers.ts';
import type { TimeRangeState } from '../state/time-range-state.ts';
import { wishedValues } from './dashboard-url.ts';
import type { ResolveInput } from './resolve-variables.ts';
import type { ResolvedVariable } from './resolved-variable.ts';

/** Choices of variables that were empty are asked for again on a beat, at most this often. */
const AGAIN: Millis = 5000;

const NONE: readonly ResolvedVariable[] = [];

/**
 * The variables of a dashboard with what the URL chooses of them; null until all are known for the first time. After that
 * the last ones stay while new ones are asked for, and the same object is given back when nothing changed.
 */
export function useVariables(
  definitions: readonly VariableDefinition[],
  time: TimeRangeState,
  scrapeInterval: Millis,
): readonly ResolvedVariable[] | null {
  const search = useSearch();
  const wished = useMemo(() => JSON.stringify([...wishedValues(search)]), [search]);
  const [resolved, setResolved] = useState<readonly ResolvedVariable[] | null>(null);
  const none = definitions.length === 0;
  const latest = useRef<readonly ResolvedVariable[] | null>(null);

  useEffect(() => {
    if (none) return undefined;
    let current = true;
    let asked = 0;
    const resolve = async (): Promise<void> => {
      asked = Date.now();
      const range = time.resolve();
      const input = { wished: new Map(JSON.parse(wished) as [string, string[]][]), range, scrapeInterval };
      const next = await resolvedBy(definitions, input);
      if (!current) return;
      if (latest.current === null || contentOf(latest.current) !== contentOf(next)) {
        latest.current = next;
        setResolved(next);
      }
    };
    void resolve();
    const stop = time.refresher.subscribe(() => {
      const missing = latest.current?.some(({ definition, options, problem }) => {
        return definition.type === 'query' && (options.length === 0 || problem !== null);
      });
      if (missing !== true || Date.now() - asked < AGAIN) return;
      forgetAnswers('variable');
      void resolve();
    });
    return () => {
      current = false;
      stop();
    };
  }, [none, definitions, time, scrapeInterval, wished]);
  return none ? NONE : resolved;
}

/** What finds choices is fetched with the first dashboard that has variables. */
async function resolvedBy(
  definitions: readonly VariableDefinition[],
  input: Omit<ResolveInput, 'source'>,
): Promise<readonly ResolvedVariable[]> {
  const [{ resolveVariables }, { apiVariables }] = await Promise.all([
    import('./resolve-variables.ts'),
    import('./api-variables.ts'),
  ]);
  return resolveVariables(definitions, { ...input, source: apiVariables(input.range) });
}

function contentOf(variables: readonly ResolvedVariable[]): string {
  return JSON.stringify(variables.map(({ options, value, problem }) => [options, value, problem]));
}
