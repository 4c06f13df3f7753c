import { type Labels, METRIC_NAME } from '#model/labels';
import type { Millis } from '#model/time';
import { DistinctCount } from './distinct-count.ts';

/** A label of a target that gets ever new values: each of them makes new series. */
export interface GrowingLabel {
  readonly label: string;
  /** About how many values were new within the hour. */
  readonly values: number;
  /** Metrics that have it; null when they are too many to be told. */
  readonly metrics: readonly string[] | null;
  readonly since: Millis;
}

/** So many new values within the window make a label a growing one: far more than a deployment or a restart brings. */
const LIMIT = 500;
const WINDOW: Millis = 3_600_000;
/** What is remembered of one target is bounded, whatever it says. */
const MOST_LABELS = 32;
const MOST_METRICS = 8;

interface Seen {
  readonly values: DistinctCount;
  readonly metrics: Set<string>;
}

interface Growing extends GrowingLabel {
  readonly last: Millis;
}

/**
 * Watches which labels of a target get ever new values: user and request ids, timestamps. It hears only of series that come
 * up after the first page, so a target whose series stay the same costs nothing. Belongs to one loop.
 */
export class LabelGrowth {
  private readonly seen = new Map<string, Seen>();
  private readonly found = new Map<string, Growing>();
  private windowStart: Millis = Number.NEGATIVE_INFINITY;
  private news: GrowingLabel[] = [];

  /** Takes note of a new series; labels that are those of the target do not count. */
  note(labels: Labels, target: Labels, t: Millis): void {
    if (t - this.windowStart >= WINDOW) {
      this.seen.clear();
      this.windowStart = t;
    }
    const metric = labels.get(METRIC_NAME);
    const { pairs } = labels;
    for (let i = 0; i < pairs.length; i += 2) {
      const name = pairs[i]!;
      const value = pairs[i + 1]!;
      if (name !== METRIC_NAME && target.get(name) !== value) this.count(name, value, { metric, t });
    }
  }

  /** Labels that grow at `now`, or did within the last two hours. */
  growing(now: Millis): readonly GrowingLabel[] {
    for (const [label, { last }] of this.found) if (now - last > 2 * WINDOW) this.found.delete(label);
    return [...this.found.values()].map(({ last: _, ...growing }) => growing);
  }

  /** Labels that were found to grow since it was asked last. */
  takeNews(): readonly GrowingLabel[] {
    if (this.news.length === 0) return this.news;
    const news = this.news;
    this.news = [];
    return news;
  }

  private count(label: string, value: string, { metric, t }: { metric: string; t: Millis }): void {
    const seen = this.seenOf(label);
    if (seen === null) return;
    if (seen.metrics.size <= MOST_METRICS) seen.metrics.add(metric);
    if (seen.values.add(value) && seen.values.estimate() >= LIMIT) this.grows(label, seen, t);
  }

  private seenOf(label: string): Seen | null {
    const known = this.seen.get(label);
    if (known !== undefined || this.seen.size >= MOST_LABELS) return known ?? null;
    const seen = { values: new DistinctCount(), metrics: new Set<string>() };
    this.seen.set(label, seen);
    return seen;
  }

  private grows(label: string, { values, metrics }: Seen, t: Millis): void {
    const known = this.found.get(label);
    const growing: Growing = {
      ...{ label, values: values.estimate(), since: known?.since ?? t, last: t },
      metrics: metrics.size > MOST_METRICS ? null : [...metrics].sort(),
    };
    this.found.set(label, growing);
    if (known === undefined) this.news.push(growing);
  }
}

/** The rule for the end of `metric_relabel_configs` that drops the series with this label, ready to be pasted. */
export function dropRule({ label, metrics }: GrowingLabel): string {
  const name = /^[a-zA-Z_]\w*$/.test(label) ? label : JSON.stringify(label);
  const source = metrics === null ? `[${name}]` : `[__name__, ${name}]`;
  const regex = metrics === null ? '.+' : `'(?:${metrics.map(escapeRegex).join('|')});.+'`;
  return `metric_relabel_configs:\n  - source_labels: ${source}\n    regex: ${regex}\n    action: drop\n`;
}

function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll("'", "''");
}
