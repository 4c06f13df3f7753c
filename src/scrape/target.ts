import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';

/** How the histograms of a target are taken: the job's settings, unless relabeling said otherwise. */
export interface TargetHistograms {
  readonly native: boolean;
  readonly alwaysClassic: boolean;
  readonly toNhcb: boolean;
}

/** Something to scrape: definition only, its state lives in the loop. Immutable. */
export interface ScrapeTarget {
  /** Same labels and same URL, same target: it keeps its loop and its cache. */
  readonly id: string;
  /** What discovery said of it alone. */
  readonly own: Labels;
  /** What discovery said of its group, and the job of all: counts where its own labels say nothing. */
  readonly shared: Labels;
  /** What its series get; no label that starts with `__`. */
  readonly labels: Labels;
  readonly url: string;
  readonly interval: Millis;
  readonly timeout: Millis;
  readonly histograms: TargetHistograms;
  /** Path of the Unix socket to connect to; '' for the URL's host. */
  readonly unixSocket: string;
}

/** What discovery and the job said of the target, before relabeling. */
export function discoveredLabels({ own, shared }: Pick<ScrapeTarget, 'own' | 'shared'>): Labels {
  return own.over(shared);
}
