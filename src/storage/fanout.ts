import { sortedUnique } from './label-result.ts';
import { mergeSeriesSets } from './merge.ts';
import type { LabelResult, Querier, Queryable } from './queryable.ts';

/** Several storages as one. Of equal samples the one of the earlier storage is taken. */
export function fanout(storages: readonly Queryable[]): Queryable {
  return { querier: (range) => fanoutQuerier(storages.map((storage) => storage.querier(range))) };
}

/** Several queriers as one; closing it closes all of them. */
export function fanoutQuerier(queriers: readonly Querier[], onClose: () => void = () => {}): Querier {
  return {
    select: (matchers, hints) => {
      // What is merged must be in order.
      const own = queriers.length > 1 ? { ...hints, anyOrder: false } : hints;
      return mergeSeriesSets(queriers.map((querier) => querier.select(matchers, own)));
    },
    labelNames: (matchers, limit) => joined(queriers, limit, (querier) => querier.labelNames(matchers, limit)),
    labelValues: (name, matchers, limit) =>
      joined(queriers, limit, (querier) => querier.labelValues(name, matchers, limit)),
    close: () => {
      for (const querier of queriers) querier.close();
      onClose();
    },
  };
}

async function joined(
  queriers: readonly Querier[],
  limit: number | undefined,
  ask: (querier: Querier) => Promise<LabelResult>,
): Promise<LabelResult> {
  const results = await Promise.all(queriers.map(ask));
  const { values, warnings } = sortedUnique(
    results.flatMap((result) => result.values),
    limit ?? 0,
  );
  return { values, warnings: [...new Set([...results.flatMap((result) => result.warnings), ...warnings])] };
}
