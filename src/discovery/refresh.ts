import { errorMessage } from '#lib/errors';
import { Labels } from '#model/labels';
import type { TargetGroup } from '#model/target';
import type { Millis } from '#model/time';
import type { Discoverer, DiscoveryReport } from './discoverer.ts';
import type { MechanismParts } from './registry-parts.ts';
import { sameGroup } from './same-group.ts';

/** What asking once gave: all groups there are now, and what went wrong for some of them. */
export interface Refreshed {
  readonly groups: readonly TargetGroup[];
  readonly problem?: string | null;
}

/** A mechanism that asks again and again. */
export interface Refreshing {
  /** As in the key of the configuration: `http`, `dns`, … */
  readonly mechanism: string;
  readonly interval: Millis;
  /** Rejects when it cannot say anything. The signal aborts when the discovery ends. */
  refresh(signal: AbortSignal): Promise<Refreshed>;
  close?(): Promise<void>;
}

/** Asks now and then at every interval, and gives the groups that differ. A refresh that fails takes nothing away. */
export function refreshingDiscoverer(
  create: () => Refreshing,
  { clock, metrics, job }: MechanismParts,
  report: DiscoveryReport,
): Discoverer {
  return {
    async *run(signal) {
      const { mechanism, interval, refresh, close } = create();
      const known = new Map<string, TargetGroup>();
      let first = true;
      try {
        while (!signal.aborted) {
          const start = clock.monotonic();
          const { groups, problem = null } = await refresh(signal).catch(failedRefresh);
          if (signal.aborted) return;
          const elapsed = clock.monotonic() - start;
          metrics.refreshed(mechanism, job, elapsed / 1000, problem !== null);
          report(problem);
          const changed = groups === null ? [] : takeGroups(known, groups);
          if (groups !== null && (first || changed.length > 0)) {
            first = false;
            yield changed;
          }
          await clock.sleep(Math.max(0, interval - elapsed), signal).catch(() => {});
        }
      } finally {
        await close?.();
      }
    },
  };
}

function failedRefresh(error: unknown) {
  return { groups: null, problem: errorMessage(error) };
}

/** Takes over all groups and gives those that differ, also those that are gone. */
function takeGroups(known: Map<string, TargetGroup>, groups: readonly TargetGroup[]): TargetGroup[] {
  const changed: TargetGroup[] = [];
  const sources = new Set(groups.map(({ source }) => source));
  for (const group of groups) {
    const before = known.get(group.source);
    if (before !== undefined && sameGroup(before, group)) continue;
    known.set(group.source, group);
    changed.push(group);
  }
  for (const source of [...known.keys()]) {
    if (sources.has(source)) continue;
    known.delete(source);
    changed.push({ source, targets: [], labels: Labels.EMPTY });
  }
  return changed;
}
