import type { Millis } from '#model/time';
import { encodeData } from '../json.ts';
import { parse } from '../parse.ts';
import { encodeResultPoints } from '../points.ts';
import type { QueryResult, QueryStatistics, StepGrid } from '../value.ts';
import { assembleData, assembleText, type Piece } from './assemble.ts';
import { assemblePoints } from './assemble-points.ts';
import { type Reach, reachOf } from './cacheable.ts';
import { mergeRows } from './merge-rows.ts';
import { overlap, part, type StepSpan, stepsUpTo } from './plan.ts';
import { type CachedRange, encodeRange, type RangeText } from './range-text.ts';
import { totalStatistics } from './statistics.ts';

/** What the storage tells of changes to old data, taken before a query reads. */
export interface DataHistory {
  /** Data up to this time change only by what the other members tell. */
  readonly settled: Millis;
  /** Counts the changes of old data that no `earliestLateSince` covers. */
  readonly edition: number;
  /** Counts the late writes. */
  readonly lateCount: number;
  /** The earliest time written to since `lateCount` was this; +Infinity: none. */
  earliestLateSince(lateCount: number): Millis;
}

/** `partial`: some steps were known. `uncacheable`: results of this expression are not kept. */
export type CacheOutcome = 'hit' | 'partial' | 'miss' | 'uncacheable';

/** What became of a range query that could use the cache. */
export interface CacheReport {
  readonly outcome: CacheOutcome;
  /** To be kept in place of what was known; null: keep that. */
  readonly entry: CachedRange | null;
}

export interface CachedQuery {
  readonly expr: string;
  readonly grid: StepGrid;
  /** What is kept of the same expression with the same step, phase and lookback. */
  readonly known: CachedRange | null;
  readonly form: 'json' | 'points';
  /** Of points: the width of their picture; 0: all of them. */
  readonly pixels: number;
}

export interface CacheContext {
  readonly history: DataHistory;
  readonly lookbackDelta: Millis;
  readonly defaultStep: Millis;
  /** Evaluates the query's expression at other steps. */
  readonly evaluate: (grid: StepGrid) => Promise<QueryResult>;
}

/** The same bytes as `encodeData` (for points `encodeResultPoints`, where it gives any) makes of the whole result. */
export interface CachedAnswer {
  readonly kind: 'json' | 'points';
  readonly data: Uint8Array;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  /** Of what was evaluated. */
  readonly statistics: QueryStatistics;
  readonly series: number;
  readonly cache: CacheReport;
}

/** Evaluates only the steps that are not known and gives the new text to keep. Rejects as the evaluation does. */
export async function runCached(query: CachedQuery, context: CacheContext): Promise<CachedAnswer> {
  const { lookbackDelta } = context;
  const reach = reachOf(parse(query.expr), lookbackDelta);
  if (reach === null) return plainAnswer(query, await context.evaluate(query.grid));
  const fromKnown = await withKnown(query, reach, context);
  if (fromKnown !== null) return fromKnown;
  const result = await context.evaluate(query.grid);
  const text = result.type === 'matrix' ? encodeRange(result.frames, query.grid) : null;
  if (text === null) return plainAnswer(query, result);
  const { statistics } = result;
  return answerOf(query, { pieces: [whole(text)], notes: result, statistics, reach, context, used: null });
}

function plainAnswer({ form, pixels }: CachedQuery, result: QueryResult): CachedAnswer {
  const { warnings, infos, statistics } = result;
  const series = result.type === 'matrix' ? result.frames.reduce((sum, { labels }) => sum + labels.length, 0) : 1;
  const cache = { outcome: 'uncacheable', entry: null } as const;
  const points = form === 'points' ? encodeResultPoints(result, pixels) : null;
  const kind = points === null ? 'json' : 'points';
  return { kind, data: points?.data ?? encodeData(result), warnings, infos, statistics, series, cache };
}

/** The answer from what is known and the missing steps; null when what is known is of no use. */
async function withKnown(query: CachedQuery, reach: Reach, context: CacheContext): Promise<CachedAnswer | null> {
  const used = usedSpan(query, reach, context);
  if (used === null) return null;
  const known = query.known!;
  const { grid } = query;
  const shift = (grid.start - known.start) / grid.step;
  const middle = { text: known, from: used.from + shift, to: used.to + shift };
  const left = await computed(grid, { from: 0, to: used.from }, context);
  const right = await computed(grid, { from: used.to, to: grid.count }, context);
  if (left === 'histograms' || right === 'histograms') return null;
  const notes = commonNotes(known, [left, right]);
  if (notes === null) return null;
  const pieces = [...(left ? [whole(left.text)] : []), middle, ...(right ? [whole(right.text)] : [])];
  const statistics = totalStatistics([left, right].flatMap((one) => (one ? [one.statistics] : [])));
  return answerOf(query, { pieces, notes, statistics, reach, context, used });
}

function usedSpan({ grid, known }: CachedQuery, reach: Reach, context: CacheContext): StepSpan | null {
  const { history, defaultStep } = context;
  if (known === null || known.edition !== history.edition || known.defaultStep !== defaultStep) return null;
  const late = history.earliestLateSince(known.lateCount);
  // Nothing at or after a late write is as it was.
  const usable = late === Number.POSITIVE_INFINITY ? known.count : stepsUpTo(known, reach, late - 1);
  const span = overlap(grid, known, usable);
  if (span === null || span.to < grid.count || known.warnings.length + known.infos.length === 0) return span;
  // Only an evaluation tells which of the annotations still hold.
  return span.to - span.from > 1 ? { from: span.from, to: span.to - 1 } : null;
}

interface Notes {
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

interface Computed extends Notes {
  readonly text: RangeText;
  readonly statistics: QueryStatistics;
}

async function computed(
  grid: StepGrid,
  span: StepSpan,
  { evaluate }: CacheContext,
): Promise<Computed | 'histograms' | null> {
  if (span.from === span.to) return null;
  const own = part(grid, span);
  const result = await evaluate(own);
  const text = result.type === 'matrix' ? encodeRange(result.frames, own) : null;
  const { warnings, infos, statistics } = result;
  return text === null ? 'histograms' : { text, warnings, infos, statistics };
}

/**
 * The annotations of the whole. Steps that are no longer asked for may have caused some that are known: they hold only if
 * what was computed has the same. Null: that is not so, or the parts disagree.
 */
function commonNotes(known: Notes, parts: readonly (Computed | null)[]): Notes | null {
  const noted = parts.filter((one) => one !== null).filter(hasNotes);
  const first = noted[0];
  if (first === undefined) return hasNotes(known) ? null : { warnings: [], infos: [] };
  const others = hasNotes(known) ? [...noted, known] : noted;
  return others.every((other) => sameNotes(first, other)) ? first : null;
}

function hasNotes({ warnings, infos }: Notes): boolean {
  return warnings.length + infos.length > 0;
}

function sameNotes(a: Notes, b: Notes): boolean {
  return JSON.stringify([a.warnings, a.infos]) === JSON.stringify([b.warnings, b.infos]);
}

function whole(text: RangeText): Piece {
  return { text, from: 0, to: text.count };
}

/** The part of a range that may be missing at the end of what is known before it is made anew. */
const LEFT_OUT = 1 / 32;

interface Parts {
  readonly pieces: readonly Piece[];
  readonly notes: Notes;
  readonly statistics: QueryStatistics;
  readonly reach: Reach;
  readonly context: CacheContext;
  /** The steps that were known. */
  readonly used: StepSpan | null;
}

function answerOf({ grid, form, pixels }: CachedQuery, parts: Parts): CachedAnswer {
  const { pieces, notes, statistics, reach, context, used } = parts;
  const { warnings, infos } = notes;
  const merged = mergeRows(pieces.map(({ text }) => text));
  const { data, series } =
    form === 'json' ? assembleData(pieces, merged) : assemblePoints({ pieces, merged, grid, pixels });
  const keep = stepsUpTo(grid, reach, context.history.settled);
  // A few steps are evaluated again sooner than the whole text is copied.
  const isKept = keep === 0 || (used !== null && used.from === 0 && used.to >= keep - grid.count * LEFT_OUT);
  const { edition, lateCount } = context.history;
  const entry = isKept
    ? null
    : {
        ...assembleText(upTo(pieces, keep), merged, { ...grid, count: keep }),
        ...{ edition, lateCount, defaultStep: context.defaultStep, warnings, infos },
      };
  const outcome = used === null ? 'miss' : used.to - used.from === grid.count ? 'hit' : 'partial';
  return { kind: form, data, warnings, infos, statistics, series, cache: { outcome, entry } };
}

/** The first `count` steps of the pieces. */
function upTo(pieces: readonly Piece[], count: number): Piece[] {
  let left = count;
  return pieces.map(({ text, from, to }) => {
    const steps = Math.min(left, to - from);
    left -= steps;
    return { text, from, to: from + steps };
  });
}
