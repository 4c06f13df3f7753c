import { parseDuration } from '#lib/duration';
import type { Millis, TimeRange } from '#model/time';
import type { Scope, VariableValue } from './interpolate.ts';

/** A panel draws at most this many points when neither it nor its width says fewer. */
const MOST_POINTS = 11_000;
/** Steps that read well on an axis. */
const NICE_STEPS: readonly Millis[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 20, 30].map((s) => s * 1000),
  ...[1, 2, 5, 10, 15, 20, 30].map((m) => m * 60_000),
  ...[1, 2, 3, 6, 12].map((h) => h * 3_600_000),
  ...[1, 7, 30, 365].map((d) => d * 86_400_000),
];

export interface StepInput {
  readonly range: TimeRange;
  /** Points that fit: the panel's maxDataPoints or its width in pixels. */
  readonly points: number;
  /** The target's or panel's least step, as `30s`, `>30s` or ''. */
  readonly minInterval: string;
  /** How often the data is scraped; no step below it makes sense. */
  readonly scrapeInterval: Millis;
  /** Of old dashboards: coarser by this factor. */
  readonly intervalFactor?: number;
}

/** The step of a query: the range over the points that fit, rounded to a readable step, never below the least one. */
export function queryStep({ range, points, minInterval, scrapeInterval, intervalFactor = 1 }: StepInput): Millis {
  const least = intervalMillis(minInterval) ?? scrapeInterval;
  const wanted = (range.end - range.start) / Math.max(1, Math.min(points, MOST_POINTS));
  const step = Math.max(niceStep(wanted), least) * intervalFactor;
  return Math.max(step, Math.ceil((range.end - range.start) / MOST_POINTS), 1);
}

function niceStep(wanted: number): Millis {
  return NICE_STEPS.findLast((step) => step <= wanted * 1.5) ?? NICE_STEPS[0]!;
}

/** `>30s` and `30s` alike; null for what is no duration (a variable that nobody set). */
export function intervalMillis(text: string): Millis | null {
  const plain = text.replace(/^>/, '').trim();
  if (plain === '') return null;
  try {
    return parseDuration(/^\d+$/.test(plain) ? `${plain}s` : plain);
  } catch {
    return null;
  }
}

export interface MacroInput {
  readonly range: TimeRange;
  readonly step: Millis;
  readonly scrapeInterval: Millis;
}

/** The variables that Grafana itself defines for a query. */
export function macros({ range, step, scrapeInterval }: MacroInput): Scope {
  const span = range.end - range.start;
  // Wide enough for two samples even when one scrape failed.
  const rate = Math.max(step + scrapeInterval, 4 * scrapeInterval);
  const one = (value: string | number): VariableValue => ({
    values: [String(value)],
    text: String(value),
    multi: false,
  });
  return new Map([
    ['__interval', one(intervalText(step))],
    ['__interval_ms', one(step)],
    ['__rate_interval', one(intervalText(rate))],
    ['__rate_interval_ms', one(rate)],
    ['__range', one(`${Math.round(span / 1000)}s`)],
    ['__range_s', one(Math.round(span / 1000))],
    ['__range_ms', one(span)],
    ['__from', one(range.start)],
    ['__to', one(range.end)],
  ]);
}

/** The shortest exact duration of one unit: PromQL reads it, and so do people. */
export function intervalText(millis: Millis): string {
  for (const [unit, size] of [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
  ] as const) {
    if (millis % size === 0) return `${millis / size}${unit}`;
  }
  return `${millis}ms`;
}
