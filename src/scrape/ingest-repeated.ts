import type { ExpositionFormat } from '#exposition/negotiate';
import type { ExpositionPage } from '#exposition/page';
import { type PagePattern, patternOf } from '#exposition/page-pattern';
import { readRepeated } from '#exposition/repeated-page';
import type { Millis } from '#model/time';
import type { Appender, Rejection, SeriesRef } from '#storage/appender';
import type { Repetition, ScrapeCache } from './cache.ts';
import { countRejection, type IngestCounts, noCounts } from './ingest-scrape.ts';
import { DROPPED, type KnownRows } from './known-rows.ts';

/** What else is known of an ingested page. */
export interface PageFacts {
  readonly format: ExpositionFormat;
  readonly counts: IngestCounts;
  /** Where it is known without a look at the page. */
  readonly pattern: PagePattern | null;
}

/** A page that may be a repetition. */
interface RepeatedJob {
  readonly cache: ScrapeCache;
  readonly format: ExpositionFormat;
  readonly body: Uint8Array;
  readonly appender: Appender;
  readonly t: Millis;
}

/**
 * What is to be repeated after a page that was ingested to its end with these counts, and its rows; null when its next one
 * needs another look at each row. A page that has only some rows of the one before it is likely to change again.
 */
export function repetitionOf(
  page: ExpositionPage,
  rows: KnownRows,
  { format, counts, pattern }: PageFacts,
): Repetition | null {
  if (counts.duplicate > 0 || rows.standing !== null) return null;
  if (pattern !== null) return repetition(pattern, rows);
  const found = isSettled(page) ? patternOf(page, format) : null;
  return found === null ? null : repetition(found, rows);
}

function repetition(pattern: PagePattern, { refs }: KnownRows): Repetition {
  if (!refs.includes(DROPPED)) return { pattern, kept: null };
  const rows = Int32Array.from(refs.keys()).filter((row) => refs[row] !== DROPPED);
  return { pattern, kept: { rows, refs: Float64Array.from(rows, (row) => refs[row]!) } };
}

/**
 * Appends a page that says the same as the one before but for its values. Null: it says something else, or cannot be read;
 * nothing was appended then.
 */
export function ingestRepeated({ cache, format, body, appender, t }: RepeatedJob): IngestCounts | null {
  const { repetition, rows } = cache;
  if (repetition === null || rows === null || repetition.pattern.format !== format) return null;
  const { pattern, kept } = repetition;
  const values = readRepeated(pattern, body);
  if (values === null) return null;
  if (kept !== null) for (let i = 0; i < kept.rows.length; i++) values[i] = values[kept.rows[i]!]!;
  const counts = noCounts();
  counts.scraped = pattern.length;
  counts.kept = kept === null ? pattern.length : kept.rows.length;
  appendAll({ rows, kept }, appender, { t, values, counts });
  return counts;
}

function appendAll(
  { rows, kept }: Pick<Repetition, 'kept'> & { readonly rows: KnownRows },
  appender: Appender,
  { t, values, counts }: { readonly t: Millis; readonly values: Float64Array; readonly counts: IngestCounts },
): void {
  const refs = kept === null ? rows.refs : kept.refs;
  rows.renew(appender);
  if (kept !== null && !appender.knows(refs[0] as SeriesRef)) appender.renew(refs);
  const labelsOf = rows.labelsFor(appender);
  for (let i = appender.floats(refs, t, values, 0); i < refs.length; i = appender.floats(refs, t, values, i + 1)) {
    const row = kept === null ? i : kept.rows[i]!;
    const result = appender.float(rows.refs[row] as SeriesRef, labelsOf(row), t, values[i]!);
    if (result < 0) countRejection(counts, result as Rejection);
    else {
      rows.refs[row] = result;
      refs[i] = result;
    }
  }
}

/** Whether all rows are those of the page before, or all are new. */
function isSettled({ length, same }: ExpositionPage): boolean {
  const isNew = same[0] === -1;
  for (let row = 0; row < length; row++) if (same[row] !== (isNew ? -1 : row)) return false;
  return true;
}
