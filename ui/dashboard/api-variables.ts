import type { TimeRange } from '#model/time';
import { prometheus, queryInstant } from '../api/prometheus.ts';
import { seriesText } from '../format/label-text.ts';
import { keptAnswer } from '../state/kept-answers.ts';
import { apiBase, knownSources, queryTarget } from './data-sources.ts';
import type { VariableSource } from './resolve-variables.ts';

/** Choices do not change within this time unless the range does. */
const FRESH = 60_000;
/** A range that moves with the clock asks for the same series within this time. */
const ALIGN = 60_000;

/** Choices from this server's API. Answers are kept for a minute, so that one variable's change asks nothing twice. */
export function apiVariables(range: TimeRange, base = '/api/v1'): VariableSource {
  const start = Math.floor(range.start / ALIGN) * (ALIGN / 1000);
  const end = Math.ceil(range.end / ALIGN) * (ALIGN / 1000);
  const kept = <T>(key: readonly unknown[], ask: () => Promise<T>): Promise<T> =>
    keptAnswer(['variable', base, ...key, start, end], FRESH, ask);
  return {
    of: async (ref, scope) => {
      const target = queryTarget(ref, scope, await knownSources());
      if (target.kind === 'foreign') throw new Error(`its choices come from ${target.what}, which is not here`);
      return apiVariables(range, apiBase(target));
    },
    dataSources: async (type) => {
      const fitting = (await knownSources()).filter((source) => source.type === type);
      return [...fitting]
        .sort((a, b) => Number(b.isDefault) - Number(a.isDefault))
        .map(({ uid, name }) => ({ text: name, value: uid }));
    },
    labelValues: (label, selector) =>
      kept(['values', label, selector], async () => {
        const params = { start, end, ...(selector === '' ? {} : { 'match[]': [selector] }) };
        return (await prometheus<readonly string[]>(`label/${encodeURIComponent(label)}/values`, { params, base }))
          .data;
      }),
    labelNames: () =>
      kept(['names'], async () => {
        return (await prometheus<readonly string[]>('labels', { params: { start, end }, base })).data;
      }),
    queryResult: (expr) =>
      kept(['result', expr], async () => {
        const { data } = await queryInstant({ query: expr, time: range.end / 1000 }, undefined, base);
        if (data.resultType !== 'vector')
          throw new Error(`query_result needs an instant vector, not a ${data.resultType}`);
        return data.result.map(({ metric, value }) => {
          const [seconds = 0, number = ''] = value ?? [];
          return `${seriesText(metric)} ${number} ${Math.round(seconds * 1000)}`;
        });
      }),
  };
}
