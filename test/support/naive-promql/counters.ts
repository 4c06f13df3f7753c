import { combine, isReset, times } from './histogram.ts';
import { decided, type Hist, isHist, type Point, type Value, type Window } from './value.ts';

/** Whether a counter starts anew from one sample to the next; so it does when it changes its kind. */
export function resetsBetween(before: Point, now: Point): boolean {
  if (isHist(before.value) !== isHist(now.value)) return true;
  if (isHist(before.value) && isHist(now.value)) return isReset(now.value, before.value);
  if (now.value !== before.value) decided(now.value as number, before.value as number);
  return now.value < before.value;
}

interface ChangeKind {
  readonly isCounter: boolean;
  readonly perSecond: boolean;
}

/** rate, increase and delta: the change between the first and the last sample, extrapolated to the window's ends. */
export function extrapolated(window: Window, { isCounter, perSecond }: ChangeKind): Value | null {
  const { points, start, end } = window;
  if (points.length < 2) return null;
  const change = changeOver(points, isCounter);
  if (change === null) return null;
  const first = points[0]!;
  const last = points.at(-1)!;
  const sampled = (last.t - first.t) / 1000;
  const spacing = sampled / (points.length - 1);
  const reach = (gap: number) => (gap >= spacing * 1.1 ? spacing / 2 : gap);
  let before = reach((first.t - start) / 1000);
  if (isCounter) before = Math.min(before, secondsSinceZero({ change, first: first.value, sampled }) ?? before);
  const after = reach((end - last.t) / 1000);
  let factor = (sampled + before + after) / sampled;
  if (perSecond) factor /= (end - start) / 1000;
  return isHist(change) ? times(change, factor) : change * factor;
}

/** How long ago a counter with this slope was zero. */
function secondsSinceZero({ change, first, sampled }: { change: Value; first: Value; sampled: number }): number | null {
  const size = isHist(change) ? change.count : change;
  const from = isHist(first) ? first.count : first;
  if (!(size > 0 && from >= 0)) return null;
  const seconds = sampled * (from / size);
  return Number.isNaN(seconds) ? null : seconds;
}

function changeOver(points: readonly Point[], isCounter: boolean): Value | null {
  const first = points[0]!.value;
  const last = points.at(-1)!.value;
  if (points.some(({ value }) => isHist(value) !== isHist(first))) return null;
  if (isHist(first)) {
    return histChange(
      points.map(({ value }) => value as Hist),
      isCounter,
    );
  }
  let change = (last as number) - first;
  if (!isCounter) return change;
  points.slice(1).forEach((now, i) => {
    if (resetsBetween(points[i]!, now)) change += points[i]!.value as number;
  });
  return change;
}

function histChange(hists: readonly Hist[], isCounter: boolean): Hist | null {
  // What a counter was before a reset does not matter, not even its layout.
  const startsWithReset = isCounter && isReset(hists[1]!, hists[0]!);
  const relevant = startsWithReset ? hists.slice(1) : hists;
  const layouts = isCounter ? relevant : [relevant[0]!, relevant.at(-1)!];
  if (layouts.some(({ bounds }) => (bounds === null) !== (layouts[0]!.bounds === null))) return null;
  let change: Hist | null = hists.at(-1)!;
  for (const hist of isCounter ? relevant.slice(1, -1) : []) change = change && combine(change, nothingLike(hist), 1);
  change = change && combine(change, startsWithReset ? nothingLike(hists[1]!) : hists[0]!, -1);
  for (let i = 1; isCounter && i < relevant.length; i++) {
    if (isReset(relevant[i]!, relevant[i - 1]!)) change = change && combine(change, relevant[i - 1]!, 1);
  }
  return change && { ...change, hint: 'gauge' };
}

/** No observations in that layout, apart from the zero bucket, which is as small as can be. */
function nothingLike(hist: Hist): Hist {
  const nothing = { zeroThreshold: 0, zeroCount: 0, count: 0, sum: 0, positive: new Map(), negative: new Map() };
  return { ...hist, ...nothing };
}

/** irate and idelta: the change between the last two samples. */
export function instantChange({ points }: Window, isRate: boolean): Value | null {
  if (points.length < 2) return null;
  const before = points.at(-2)!;
  const now = points.at(-1)!;
  if (isHist(before.value) !== isHist(now.value)) return null;
  const restarted = isRate && resetsBetween(before, now);
  const change = restarted ? now.value : difference(now.value, before.value);
  if (change === null) return null;
  const seconds = isRate ? (now.t - before.t) / 1000 : 1;
  if (!isHist(change)) return change / seconds;
  return { ...times(change, 1 / seconds), hint: 'gauge' };
}

function difference(now: Value, before: Value): Value | null {
  if (isHist(now) && isHist(before)) return combine(now, before, -1);
  return (now as number) - (before as number);
}
