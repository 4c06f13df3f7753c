import type { Labels } from './labels.ts';

/** Targets that share labels. A group replaces the previous group of the same source; empty `targets` = all gone. */
export interface TargetGroup {
  readonly source: string;
  /** Each has at least `__address__`. */
  readonly targets: readonly Labels[];
  readonly labels: Labels;
}

export type TargetHealth = 'unknown' | 'up' | 'down';
