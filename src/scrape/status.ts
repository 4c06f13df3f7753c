import type { MetricMetadata } from '#model/metadata';
import type { TargetHealth } from '#model/target';
import type { Millis } from '#model/time';
import type { GrowingLabel } from './label-growth.ts';

/** One scraped target, as /api/v1/targets shows it. Plain data: crosses threads. */
export interface TargetStatus {
  /** What discovery said, before relabeling. */
  readonly discoveredLabels: Readonly<Record<string, string>>;
  /** What its series get; no label that starts with `__`. */
  readonly labels: Readonly<Record<string, string>>;
  /** The job's name. */
  readonly scrapePool: string;
  readonly scrapeUrl: string;
  /** The same URL as another machine can use it: a loopback host is replaced by this server's name. */
  readonly globalUrl: string;
  /** Why the last scrape failed; '' when it did not. */
  readonly lastError: string;
  /** When the last scrape began, Unix time in ms; null before the first. */
  readonly lastScrape: Millis | null;
  /** Seconds with fraction. */
  readonly lastScrapeDuration: number;
  readonly health: TargetHealth;
  readonly scrapeInterval: Millis;
  readonly scrapeTimeout: Millis;
  readonly growingLabels: readonly GrowingLabelStatus[];
}

/** A label that gets ever new values, and what to do about it. */
export interface GrowingLabelStatus extends GrowingLabel {
  /**
   * A rule for `metric_relabel_configs`, as YAML: it drops the series that grow, or takes the label off where they are
   * different ones without it. Null: none helps without harm.
   */
  readonly rule: string | null;
}

/** A target that relabeling dropped. */
export interface DroppedTargetStatus {
  readonly discoveredLabels: Readonly<Record<string, string>>;
  readonly scrapePool: string;
}

/** A discovered target that could not be made into one to scrape: an address is missing, its interval is no duration… */
export interface RejectedTargetStatus {
  readonly discoveredLabels: Readonly<Record<string, string>>;
  readonly scrapePool: string;
  readonly error: string;
}

/** All targets of all jobs at one moment: jobs in the order of their names, targets in the order of their labels. */
export interface TargetsSnapshot {
  readonly active: readonly TargetStatus[];
  /** No more per job than `keep_dropped_targets` allows. */
  readonly dropped: readonly DroppedTargetStatus[];
  readonly rejected: readonly RejectedTargetStatus[];
  /** Per job, also those not kept in `dropped`. */
  readonly droppedCounts: Readonly<Record<string, number>>;
}

/** What one target says of one metric family. */
export interface TargetMetadata extends MetricMetadata {
  readonly metric: string;
  /** Labels of the target. */
  readonly target: Readonly<Record<string, string>>;
}
