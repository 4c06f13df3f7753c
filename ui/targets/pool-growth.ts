import type { ActiveTarget, GrowingLabel } from '../api/prometheus.ts';

/** A label that grows at targets of a pool: the pool says it once. */
export interface PoolGrowth {
  readonly growing: GrowingLabel;
  /** At how many of the pool's targets, and how many it has. */
  readonly targets: number;
  readonly of: number;
}

/** The growing labels of a pool's targets, those first that something can be done about, then by name. */
export function poolGrowth(members: readonly ActiveTarget[]): PoolGrowth[] {
  const found = new Map<string, PoolGrowth>();
  for (const growing of members.flatMap(({ growingLabels = [] }) => growingLabels)) {
    const targets = (found.get(growing.label)?.targets ?? 0) + 1;
    found.set(growing.label, { growing, targets, of: members.length });
  }
  return [...found.values()].sort(
    ({ growing: a }, { growing: b }) =>
      Number(a.rule === null) - Number(b.rule === null) || (a.label < b.label ? -1 : 1),
  );
}
