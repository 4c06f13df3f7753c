import { Labels, METRIC_NAME } from '#model/labels';
import type { QueryOrigin, QueryRunner, VectorColumns } from '#promql/job';
import type { AskingGroup, GroupQueries, GroupQuery, RuleSample } from '#rules/evaluate';
import type { ForStateReader } from '#rules/restore';

/** Runs the expressions of rules on the query threads. */
export function ruleQuery(queries: QueryRunner): GroupQuery {
  return async (expr, at, signal, group) => {
    const job = { kind: 'instant', expr, at, lookbackDelta: null, stats: false, limit: 0, form: 'columns' } as const;
    const answer = await queries.run(job, { signal, origin: originOf(group) });
    if (answer.kind !== 'columns') throw new Error(`BUG: a ${answer.kind} answer where columns were asked for`);
    return ruleSamples(answer.vector);
  };
}

/** Runs the expressions of rules that do not depend on each other. */
export function ruleQueries(queries: QueryRunner): GroupQueries {
  return async (exprs, at, signal, group) => {
    const answer = await queries.run({ kind: 'together', exprs, at }, { signal, origin: originOf(group) });
    if (answer.kind !== 'together') throw new Error(`BUG: a ${answer.kind} answer to expressions of rules`);
    return answer.results.map((result) => {
      const { seconds } = result;
      return 'error' in result
        ? { error: new Error(result.error), seconds }
        : { samples: ruleSamples(result.vector), seconds };
    });
  };
}

function originOf({ file, name }: AskingGroup): QueryOrigin {
  return { kind: 'rule', file, group: name };
}

function ruleSamples({ labels, values, histograms }: VectorColumns): RuleSample[] {
  return labels.map((pairs, i) => {
    const histogram = histograms?.get(i);
    const sample = { labels: Labels.fromSorted(pairs), value: values[i]! };
    return histogram ? { ...sample, histogram } : sample;
  });
}

/** Reads since when alerts were active before a restart. */
export function forStates(queries: QueryRunner): ForStateReader {
  return async (matchers, range) => {
    const origin = { kind: 'rule', file: '', group: 'states of alerts before the restart' } as const;
    const answer = await queries.run({ kind: 'newest', selectors: [matchers], range, limit: 0 }, { origin });
    if (answer.kind !== 'newest') throw new Error(`BUG: a ${answer.kind} answer where newest samples were asked for`);
    const { labels, t, values, stale } = answer.newest;
    return labels.map((pairs, i) => ({
      labels: Labels.fromSorted(pairs).with({ [METRIC_NAME]: '' }),
      at: t[i]!,
      activeAt: stale[i] === 1 ? null : Math.trunc(values[i]!) * 1000,
    }));
  };
}
