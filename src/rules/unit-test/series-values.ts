import { BarographError } from '#lib/errors';
import { addHistograms, parseHistogram, type WrittenHistogram } from './histogram-text.ts';
import { parseNumber } from './number.ts';

/** A sample of an input series: a number, a native histogram, the end of the series, or null for none. */
export type InputPoint = { readonly value: number } | { readonly histogram: WrittenHistogram } | 'stale' | null;

const HISTOGRAM = String.raw`\{\{[^}]*\}\}`;
const NUMBER = String.raw`[+-]?(?:(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[iI][nN][fF]|[nN][aA][nN])`;
const SIGNED = `[+-](?:${NUMBER.slice(5)})`;
const ITEM = new RegExp(
  String.raw`^(?:(?<gap>_)|(?<stale>stale)|(?<histogram>${HISTOGRAM})(?:(?<sign>[+-])(?<step>${HISTOGRAM}))?|(?<number>${NUMBER})(?<slope>${SIGNED})?)(?:x(?<times>\d+))?$`,
);

/** Reads `1 2+3x4 _ stale {{count:1}}x2`: one point for each interval. Throws `bad-config` naming what it cannot read. */
export function parseSeriesValues(text: string): readonly InputPoint[] {
  const words = text.match(new RegExp(String.raw`(?:${HISTOGRAM}|\S)+`, 'g')) ?? [];
  return words.flatMap(expand);
}

function expand(word: string): readonly InputPoint[] {
  const { gap, stale, histogram, sign, step, number, slope, times } = ITEM.exec(word)?.groups ?? {};
  const repeats = Number(times ?? 0);
  if (gap !== undefined) return Array.from({ length: times === undefined ? 1 : repeats }, () => null);
  if (stale !== undefined) return Array.from({ length: repeats + 1 }, () => 'stale' as const);
  if (histogram !== undefined && (step === undefined || times !== undefined)) {
    return histograms(parseHistogram(histogram), repeats, step && [sign === '-' ? -1 : 1, parseHistogram(step)]);
  }
  if (number !== undefined && (slope === undefined || times !== undefined)) {
    return numbers(parseNumber(number), slope === undefined ? null : parseNumber(slope), repeats);
  }
  throw new BarographError(`cannot read ${JSON.stringify(word)} as values of a series`, {
    kind: 'bad-config',
    code: 'unit-test-values',
    hint: 'Write numbers, a+bxn, axn, _, _xn, stale or {{…}} histograms, separated by spaces.',
  });
}

// Added up step by step, as Prometheus does: the rounding errors are part of the series.
function numbers(first: number, slope: number | null, repeats: number): readonly InputPoint[] {
  const points = [{ value: first }];
  for (let i = 0; i < repeats; i++) points.push({ value: slope === null ? first : points.at(-1)!.value + slope });
  return points;
}

function histograms(
  first: WrittenHistogram,
  repeats: number,
  step: readonly [1 | -1, WrittenHistogram] | undefined | '',
): readonly InputPoint[] {
  const points = [{ histogram: first }];
  for (let i = 0; i < repeats; i++) {
    points.push({ histogram: step ? addHistograms(points.at(-1)!.histogram, step[1], step[0]) : first });
  }
  return points;
}
