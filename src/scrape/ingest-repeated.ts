import type { ExpositionFormat } from '#exposition/negotiate';
import type { ExpositionPage } from '#exposition/page';
import { patternOf, readRepeated } from '#exposition/repeated-page';
import type { Millis } from '#model/time';
import type { Appender, Rejection, SeriesRef } from '#storage/appender';
import type { CachedSeries, Repetition, ScrapeCache } from './cache.ts';
import { countRejection, type IngestCounts, noCounts } from './ingest-scrape.ts';

/** A page that may be a repetition. */
interface RepeatedJob {
  readonly cache: ScrapeCache;
  readonly format: ExpositionFormat;
  readonly body: Uint8Array;
  readonly appender: Appender;
  readonly t: Millis;
}

/**
 * What is to be repeated after a page that was ingested to its end with these counts; null when its next one needs another
 * look at each row. Only a page whose rows were all those of the page before it is likely to come again.
 */
export function repetitionOf(
  page: ExpositionPage,
  series: readonly CachedSeries[],
  { format, counts }: { readonly format: ExpositionFormat; readonly counts: IngestCounts },
): Repetition | null {
  if (counts.duplicate > 0 || !repeatsRows(page)) return null;
  const pattern = patternOf(page, format);
  if (pattern === null) return null;
  const rows = Int32Array.from(series.keys()).filter((row) => series[row]!.labels !== null);
  const kept = Array.from(rows, (row) => series[row]!);
  return { pattern, rows, series: kept, refs: Float64Array.from(kept, ({ ref }) => ref) };
}

/**
 * Appends a page that says the same as the one before but for its values. Null: it says something else, or cannot be read;
 * nothing was appended then.
 */
export function ingestRepeated({ cache, format, body, appender, t }: RepeatedJob): IngestCounts | null {
  const { repetition } = cache;
  if (repetition === null || repetition.pattern.format !== format) return null;
  const { pattern, rows } = repetition;
  const values = columnOf(pattern.length);
  if (!readRepeated(pattern, body, values)) return null;
  if (rows.length < pattern.length) for (let i = 0; i < rows.length; i++) values[i] = values[rows[i]!]!;
  const counts = noCounts();
  counts.scraped = pattern.length;
  counts.kept = rows.length;
  appendAll(repetition, appender, { t, values, counts });
  return counts;
}

function appendAll(
  { refs, series }: Repetition,
  appender: Appender,
  { t, values, counts }: { readonly t: Millis; readonly values: Float64Array; readonly counts: IngestCounts },
): void {
  for (let i = appender.floats(refs, t, values, 0); i < refs.length; i = appender.floats(refs, t, values, i + 1)) {
    const known = series[i]!;
    const result = appender.float(known.ref, known.labels!, t, values[i]!);
    if (result < 0) countRejection(counts, result as Rejection);
    else {
      known.ref = result as SeriesRef;
      refs[i] = result;
    }
  }
}

function repeatsRows({ length, same }: ExpositionPage): boolean {
  for (let row = 0; row < length; row++) if (same[row] !== row) return false;
  return true;
}

let column = new Float64Array(1024);

/** Room for values until the next call; one for all loops of the thread. */
function columnOf(length: number): Float64Array {
  if (column.length < length) column = new Float64Array(length * 2);
  return column;
}
