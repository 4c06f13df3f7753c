import type { TargetGroup } from '#model/target';

/**
 * Groups, or a function that makes them: it is called when the groups are passed on, so that what changes many times
 * before is made once.
 */
export type FoundGroups = readonly TargetGroup[] | (() => readonly TargetGroup[]);

/**
 * One configured way of finding targets. The first yield is the full state, later ones hold the groups that changed; a
 * group replaces the previous one of the same source, a group without targets is gone. Runs until `signal` aborts; what
 * goes wrong on the way is said through `report` and the last good groups stand.
 */
export interface Discoverer {
  run(signal: AbortSignal): AsyncIterable<FoundGroups>;
}

/** Tells the manager how a discovery fares: null when it is well again. */
export type DiscoveryReport = (error: string | null) => void;

/** The state of one discovery block of one job. Plain data. */
export interface DiscoveryStatus {
  readonly job: string;
  /** `static`, `file`, … */
  readonly mechanism: string;
  /** What is wrong right now; null when nothing is. */
  readonly error: string | null;
  /** Since when that is wrong, Unix time in ms; null when nothing is. */
  readonly errorSince: number | null;
  /** Targets that it currently gives. */
  readonly targets: number;
  /** When it last gave groups, Unix time in ms; null before the first. */
  readonly lastUpdate: number | null;
}
