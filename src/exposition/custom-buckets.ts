import { compareUtf8 } from '#lib/utf8';
import type { Exemplar } from '#model/exemplar';
import { CUSTOM_BOUNDS_SCHEMA, type Histogram } from '#model/histogram';
import { spansOf } from '#model/histogram-resolution';
import { METRIC_NAME } from '#model/labels';
import { type ClassicPart, type ExpositionPage, METRIC_TYPES } from './page.ts';
import { seriesPairs } from './series-text.ts';
import { goFloat } from './text/float.ts';
import { seriesText } from './write.ts';

/** A classic histogram while its series are collected. */
interface Classic {
  readonly family: number;
  readonly rows: number[];
  /** Cumulative counts by upper bound. */
  readonly buckets: Map<number, number>;
  readonly exemplars: Exemplar[];
  sum: number;
  count: number | null;
  timestamp: number;
  startTime: number | null;
}

/**
 * Adds a native histogram with custom buckets for every classic one on the page, which has the labels of its series but
 * `le`. The classic series are hidden then, unless they are to be kept; they stay where they make no histogram (counts that
 * fall, a count that is not that of the last bucket). Where the page has a native histogram of the same series, nothing is
 * added. `previous` is what this made of the page before.
 */
export function convertClassicHistograms(
  page: ExpositionPage,
  { previous, keepClassic }: { readonly previous: ExpositionPage | null; readonly keepClassic: boolean },
): void {
  const converted = new Map<string, { readonly classic: Classic; readonly histogram: Histogram }>();
  for (const [text, classic] of collect(page, previous)) {
    const histogram = toHistogram(classic);
    if (histogram === null) continue;
    converted.set(text, { classic, histogram });
    if (!keepClassic) for (const row of classic.rows) page.hidden.add(row);
  }
  const rows = appendTexts(page, [...converted.keys()]);
  const found = [...converted.values()];
  rows.forEach((row, i) => {
    page.converted.push(row);
    fillRow(page, row, found[i]!);
    page.same[row] = previous === null ? -1 : sameRow(page.text(row), previous, previous.converted[i]);
  });
}

function collect(page: ExpositionPage, previous: ExpositionPage | null): Map<string, Classic> {
  const found = new Map<string, Classic>();
  for (let row = 0; row < page.length; row++) {
    const part = knownPart(page, row, previous) ?? partOf(page, row);
    page.parts.push(part);
    if (part !== NO_PART) add(found, page, row);
  }
  for (const row of page.histograms.keys()) found.delete(page.text(row));
  return found;
}

const NO_PART: ClassicPart = { text: '', role: '', bound: Number.NaN };

function knownPart(page: ExpositionPage, row: number, previous: ExpositionPage | null): ClassicPart | undefined {
  const same = page.same[row]!;
  if (previous === null || same < 0 || previous.type[same] !== page.type[row]) return undefined;
  const sameFamily = previous.families[previous.family[same]!]?.name === page.families[page.family[row]!]?.name;
  return sameFamily ? previous.parts[same] : undefined;
}

const HISTOGRAM = METRIC_TYPES.indexOf('histogram');

/** What the row is of a classic histogram. */
function partOf(page: ExpositionPage, row: number): ClassicPart {
  const family = page.families[page.family[row]!];
  if (page.type[row] !== HISTOGRAM || family === undefined || page.histograms.has(row)) return NO_PART;
  const pairs = seriesPairs(page.bytes.subarray(page.start[row]!, page.end[row]!), 'histogram');
  const name = pairs[pairs.indexOf(METRIC_NAME) + 1]!;
  const role = name.startsWith(family.name) ? name.slice(family.name.length) : '';
  const bound = role === '_bucket' ? boundOf(pairs) : Number.NaN;
  if (!ROLES.has(role) || (role === '_bucket' && Number.isNaN(bound))) return NO_PART;
  return { text: seriesText(family.name, baseLabels(pairs)), role, bound };
}

const ROLES: ReadonlySet<string> = new Set(['_bucket', '_sum', '_count', '_created']);

function boundOf(pairs: readonly string[]): number {
  for (let i = 0; i < pairs.length; i += 2) {
    if (pairs[i] !== 'le') continue;
    const bound = goFloat(pairs[i + 1]!);
    return typeof bound === 'number' ? bound : Number.NaN;
  }
  return Number.NaN;
}

/** Sorted, so that series of one histogram find each other whatever the order of their labels. */
function baseLabels(pairs: readonly string[]): string[] {
  const labels: [string, string][] = [];
  for (let i = 0; i < pairs.length; i += 2) {
    if (pairs[i] !== METRIC_NAME && pairs[i] !== 'le') labels.push([pairs[i]!, pairs[i + 1]!]);
  }
  return labels.sort(([a], [b]) => compareUtf8(a, b)).flat();
}

function add(found: Map<string, Classic>, page: ExpositionPage, row: number): void {
  const { text, role, bound } = page.parts[row]!;
  const classic = found.get(text) ?? emptyClassic(page.family[row]!);
  found.set(text, classic);
  const value = page.value[row]!;
  if (role === '_bucket') classic.buckets.set(bound, value);
  else if (role === '_sum') classic.sum = value;
  else if (role === '_count') classic.count = value;
  else classic.startTime = value * 1000;
  classic.rows.push(row);
  if (role === '_created') return;
  classic.timestamp = page.timestamp[row]!;
  classic.startTime = page.startTimes.get(row) ?? classic.startTime;
  const exemplars = page.exemplars.get(row) ?? [];
  classic.exemplars.push(...exemplars.filter(({ timestamp }) => timestamp !== null));
}

function emptyClassic(family: number): Classic {
  return {
    ...{ family, rows: [], buckets: new Map(), exemplars: [] },
    ...{ sum: 0, count: null, timestamp: Number.NaN, startTime: null },
  };
}

/** Null: the counts make no histogram. */
function toHistogram({ buckets, sum, count }: Classic): Histogram | null {
  const bounds = [...buckets.keys()].sort((a, b) => a - b);
  const cumulative = bounds.map((bound) => buckets.get(bound)!);
  if (bounds.length === 0 && count === null) return null;
  const total = count ?? cumulative.at(-1)!;
  if (bounds.at(-1) !== Number.POSITIVE_INFINITY) cumulative.push(total);
  else bounds.pop();
  if (cumulative.at(-1) !== total) return null;
  const counts = cumulative.map((value, i) => value - (cumulative[i - 1] ?? 0));
  if (!counts.every((value) => value >= 0)) return null;
  return {
    ...{ schema: CUSTOM_BOUNDS_SCHEMA, zeroThreshold: 0, zeroCount: 0, count: total, sum },
    ...filled(counts),
    negativeSpans: [],
    negativeBuckets: new Float64Array(0),
    customBounds: Float64Array.from(bounds),
    counterResetHint: 'unknown',
    ...(cumulative.every(Number.isInteger) ? { isInteger: true } : {}),
  };
}

/** Only buckets with something in them. */
function filled(counts: readonly number[]): Pick<Histogram, 'positiveSpans' | 'positiveBuckets'> {
  const indexes = counts.map((_, i) => i).filter((i) => counts[i]! > 0);
  return { positiveSpans: spansOf(indexes), positiveBuckets: Float64Array.from(indexes, (i) => counts[i]!) };
}

/** Adds a row for each text, behind the bytes of the page. */
function appendTexts(page: ExpositionPage, texts: readonly string[]): number[] {
  const encoded = texts.map((text) => new TextEncoder().encode(text));
  const bytes = new Uint8Array(encoded.reduce((sum, { length }) => sum + length, page.bytes.length));
  bytes.set(page.bytes);
  let at = page.bytes.length;
  page.bytes = bytes;
  return encoded.map((text) => {
    const row = page.add();
    page.start[row] = at;
    bytes.set(text, at);
    at += text.length;
    page.end[row] = at;
    return row;
  });
}

function fillRow(
  page: ExpositionPage,
  row: number,
  { classic, histogram }: { readonly classic: Classic; readonly histogram: Histogram },
): void {
  page.value[row] = histogram.sum;
  page.timestamp[row] = classic.timestamp;
  page.type[row] = HISTOGRAM;
  page.family[row] = classic.family;
  page.histograms.set(row, histogram);
  if (classic.startTime !== null) page.startTimes.set(row, classic.startTime);
  if (classic.exemplars.length > 0) page.exemplars.set(row, classic.exemplars);
}

/** Histograms come in the same order nearly always. */
function sameRow(text: string, previous: ExpositionPage, expected: number | undefined): number {
  return expected !== undefined && previous.text(expected) === text ? expected : previous.rowOf(text);
}
