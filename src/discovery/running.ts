import { sameConfig } from '#lib/same-config';
import type { TargetGroup } from '#model/target';
import type { Millis } from '#model/time';
import type { FoundGroups } from './discoverer.ts';
import { chooseHeirs } from './heirs.ts';
import type { ConfiguredDiscovery } from './registry.ts';
import { sameGroup } from './same-group.ts';

/** One running discovery of a job, what it found and how it fares. */
export interface Running {
  readonly mechanism: string;
  readonly config: unknown;
  /** Tells apart the discoveries of one mechanism in a job; stays with what took over from another. */
  readonly place: number;
  readonly ending: AbortController;
  /** By source, which is unique in the job. */
  readonly groups: Map<string, TargetGroup>;
  /** Sources of groups that the discovery before it found and that it has not spoken of itself. */
  readonly unconfirmed: Set<string>;
  /** Makes groups that were found but not made yet. */
  later: (() => readonly TargetGroup[]) | null;
  /** Whether it gave groups itself. */
  answered: boolean;
  error: string | null;
  errorSince: Millis | null;
  /** When groups were last given, by it or by the one before it. */
  lastUpdate: Millis | null;
}

/** A discovery of a job that is configured anew. */
export interface PlannedDiscovery {
  readonly discovery: ConfiguredDiscovery;
  /** The one that runs and says the same: it goes on. */
  readonly kept: Running | undefined;
  /** The one that ends and whose groups stand until this one has answered. */
  readonly heirOf: Running | undefined;
  readonly place: number;
}

/**
 * Which discoveries go on and which take over from others: a block that says the same goes on, wherever it stands now. Of
 * the others each takes over from the one of its mechanism that ends and says most of the same; what has nobody to take over
 * from begins empty, at the first place that is free.
 */
export function planDiscoveries(
  running: readonly Running[],
  configured: readonly ConfiguredDiscovery[],
): PlannedDiscovery[] {
  const left = new Set(running);
  const kept = configured.map(({ mechanism, config }) => {
    const found = [...left].find((one) => one.mechanism === mechanism && sameConfig(one.config, config));
    if (found !== undefined) left.delete(found);
    return found;
  });
  const changed = configured.filter((_, i) => kept[i] === undefined);
  const heirs = chooseHeirs([...left], changed);
  const used = new Set(running.map(({ mechanism, place }) => `${mechanism} ${place}`));
  return configured.map((discovery, i) => {
    const { mechanism } = discovery;
    const heirOf = heirs.get(discovery);
    const place = (kept[i] ?? heirOf)?.place ?? freePlace(mechanism, used);
    used.add(`${mechanism} ${place}`);
    return { discovery, kept: kept[i], heirOf, place };
  });
}

function freePlace(mechanism: string, used: ReadonlySet<string>): number {
  let place = 0;
  while (used.has(`${mechanism} ${place}`)) place++;
  return place;
}

/** A discovery that is about to begin, with the groups of the one that it takes over from. */
export function beginRunning({ discovery, heirOf, place }: PlannedDiscovery): Running {
  const { mechanism, config } = discovery;
  if (heirOf !== undefined) makeLater(heirOf);
  const groups = new Map(heirOf?.groups);
  return {
    ...{ mechanism, config, place, groups },
    ending: new AbortController(),
    unconfirmed: new Set(groups.keys()),
    later: null,
    answered: false,
    error: null,
    errorSince: null,
    lastUpdate: heirOf?.lastUpdate ?? null,
  };
}

/** Takes over what a discovery gave. */
export function takeFound(running: Running, found: FoundGroups): void {
  running.answered = true;
  running.later = typeof found === 'function' ? found : null;
  if (typeof found !== 'function') for (const group of found) takeGroup(running, group);
}

/** Makes the groups that were found but not made yet. */
export function makeLater(running: Running): void {
  if (running.later !== null) takeFound(running, running.later());
}

/**
 * Lets go of what only the discovery before found, once this one has answered and nothing is wrong: of what it could not
 * ask for it knows nothing, and that stands.
 */
export function dropUnconfirmed({ groups, unconfirmed, answered, error }: Running): void {
  if (!answered || error !== null) return;
  for (const source of unconfirmed) groups.delete(source);
  unconfirmed.clear();
}

function takeGroup({ mechanism, place, groups, unconfirmed }: Running, group: TargetGroup): void {
  // Two discoveries of a job may use the same source names.
  const source = `${mechanism}/${place}:${group.source}`;
  const before = unconfirmed.delete(source) ? groups.get(source) : undefined;
  if (group.targets.length === 0) groups.delete(source);
  else if (before === undefined || !sameGroup(before, group)) groups.set(source, { ...group, source });
}
