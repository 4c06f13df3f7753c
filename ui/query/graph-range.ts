import type { Millis, TimeRange } from '#model/time';
import { alignTimeRange } from '../state/time-range.ts';
import type { QueryPanel, Resolution } from './query-url.ts';

const POINTS = { low: 100, medium: 250, high: 1000 } as const;

/** What Prometheus answers at most per series. */
const MOST_POINTS = 11_000;

/** The lengths that the buttons beside a graph's range step through. */
const RANGE_STEPS: readonly Millis[] = [
  ...[1, 5, 10, 15, 30].map((minutes) => minutes * 60_000),
  ...[1, 2, 3, 6, 12].map((hours) => hours * 3_600_000),
  ...[1, 2, 4, 7, 14, 28, 56, 112, 182, 365, 730].map((days) => days * 86_400_000),
];

/** The next longer (1) or shorter (-1) length; the length itself at the ends. */
export function steppedRange(range: Millis, direction: -1 | 1): Millis {
  const next =
    direction === 1 ? RANGE_STEPS.find((step) => step > range) : RANGE_STEPS.findLast((step) => step < range);
  return next ?? range;
}

/** The distance between the points of a graph: whole seconds, never more points than Prometheus answers. */
export function graphStep(range: Millis, resolution: Resolution): Millis {
  const least = Math.ceil(range / (MOST_POINTS - 1) / 1000) * 1000;
  if (resolution.kind === 'fixed') return Math.max(resolution.step, range / (MOST_POINTS - 1));
  return Math.max(1000, least, Math.round(range / POINTS[resolution.density] / 1000) * 1000);
}

/** The instants that a graph asks for at a moment, and their distance. Without an end it ends now, on a multiple of the step. */
export function graphRange(panel: QueryPanel, now: Millis): { readonly range: TimeRange; readonly step: Millis } {
  const step = graphStep(panel.range, panel.resolution);
  const end = panel.end ?? now;
  const range = { start: end - panel.range, end };
  return { range: panel.end === null ? alignTimeRange(range, step) : range, step };
}
