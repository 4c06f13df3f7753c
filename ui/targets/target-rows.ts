import type { ActiveTarget, DroppedTarget, Health, LabelSet, TargetsJson } from '../api/prometheus.ts';
import { groupBy } from '../parts/grouping.ts';
import { containsWords } from '../parts/text-match.ts';
import { type PoolGrowth, poolGrowth } from './pool-growth.ts';

/** A line of the targets page. */
export type TargetRow =
  | PoolRow
  | { readonly kind: 'target'; readonly key: string; readonly target: ActiveTarget }
  | { readonly kind: 'dropped'; readonly key: string; readonly target: DroppedTarget };

/** The head of a pool. */
export interface PoolRow {
  readonly kind: 'pool';
  readonly key: string;
  readonly pool: string;
  readonly counts: PoolCounts;
  readonly growth: readonly PoolGrowth[];
}

/** How many targets a pool has, filtered or not. */
export interface PoolCounts {
  readonly up: number;
  readonly down: number;
  readonly unknown: number;
  readonly dropped: number;
}

export interface TargetFilter {
  readonly health: Health | 'dropped' | 'all';
  readonly pool: string | null;
  readonly words: string;
  /** Pools whose targets are not listed. */
  readonly closed: ReadonlySet<string>;
}

/** Pools in the order of their names, each followed by its targets that the filter lets through: down ones first, then by address. */
export function targetRows(
  { activeTargets, droppedTargets, droppedTargetCounts }: TargetsJson,
  filter: TargetFilter,
): TargetRow[] {
  const { health, pool: only, words, closed } = filter;
  const active = groupBy(activeTargets, ({ scrapePool }) => scrapePool);
  const dropped = groupBy(droppedTargets, droppedPool);
  const pools = [...new Set([...active.keys(), ...dropped.keys(), ...Object.keys(droppedTargetCounts ?? {})])].sort();
  return pools
    .filter((pool) => only === null || pool === only)
    .flatMap((pool): TargetRow[] => {
      const members = active.get(pool) ?? [];
      const gone = dropped.get(pool) ?? [];
      const rows =
        health === 'dropped'
          ? gone
              .filter(({ discoveredLabels }) => matches(words, [pool], discoveredLabels))
              .map((target, i) => droppedRow(pool, target, i))
          : members
              .filter((target) => (health === 'all' || target.health === health) && matchesTarget(words, target))
              .sort(byHealth)
              .map(targetRow);
      if (rows.length === 0) return [];
      const counts = { ...countHealth(members), dropped: droppedTargetCounts?.[pool] ?? gone.length };
      const head: TargetRow = { kind: 'pool', key: `pool ${pool}`, pool, counts, growth: poolGrowth(members) };
      return closed.has(pool) ? [head] : [head, ...rows];
    });
}

/** How many targets have each health, and how many were dropped. */
export function countTargets({ activeTargets, droppedTargets, droppedTargetCounts }: TargetsJson): PoolCounts {
  const counts = Object.values(droppedTargetCounts ?? {});
  const dropped = counts.length === 0 ? droppedTargets.length : counts.reduce((sum, count) => sum + count, 0);
  return { ...countHealth(activeTargets), dropped };
}

function countHealth(targets: readonly ActiveTarget[]): Omit<PoolCounts, 'dropped'> {
  const count = (health: Health): number => targets.filter((target) => target.health === health).length;
  return { up: count('up'), down: count('down'), unknown: count('unknown') };
}

function droppedPool({ scrapePool, discoveredLabels }: DroppedTarget): string {
  return scrapePool ?? discoveredLabels['job'] ?? 'dropped';
}

function targetRow(target: ActiveTarget, index: number): TargetRow {
  return {
    kind: 'target',
    key: `${target.scrapePool} ${target.scrapeUrl} ${JSON.stringify(target.labels)} ${index}`,
    target,
  };
}

function droppedRow(pool: string, target: DroppedTarget, index: number): TargetRow {
  return { kind: 'dropped', key: `dropped ${pool} ${index}`, target };
}

const HEALTH_ORDER: Readonly<Record<Health, number>> = { down: 0, unknown: 1, up: 2 };

function byHealth(a: ActiveTarget, b: ActiveTarget): number {
  return (
    HEALTH_ORDER[a.health] - HEALTH_ORDER[b.health] ||
    (a.scrapeUrl < b.scrapeUrl ? -1 : a.scrapeUrl > b.scrapeUrl ? 1 : 0)
  );
}

function matchesTarget(words: string, { scrapePool, scrapeUrl, labels, lastError }: ActiveTarget): boolean {
  return matches(words, [scrapePool, scrapeUrl, lastError], labels);
}

function matches(words: string, texts: readonly string[], labels: LabelSet): boolean {
  if (words === '') return true;
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return containsWords(words, [...texts, ...pairs].join('\n'));
}
