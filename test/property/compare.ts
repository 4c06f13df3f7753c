import { BarographError, errorMessage } from '#lib/errors';
import { evaluateInstant, evaluateRange } from '#promql/engine';
import { parse } from '#promql/parse';
import type { QueryResult } from '#promql/value';
import { UNKNOWN_REF } from '#storage/appender';
import { MemoryStorage } from '#storage/memory';
import { evaluate } from '#test/naive-promql/evaluate';
import { fromModel, toModel } from '#test/naive-promql/histogram';
import {
  type Context,
  type Hist,
  isHist,
  QueryFailure,
  type StoredSeries,
  Undecided,
  type Value,
} from '#test/naive-promql/value';
import type { Question } from './query.ts';

/** Values by series, then by time. */
export type Answer = ReadonlyMap<string, ReadonlyMap<number, Value>>;

/** What came of a query: an answer, a refusal, or nothing that could be compared. */
export type Outcome = { readonly answer: Answer } | { readonly failure: string } | { readonly undecided: string };

/** A storage that holds the series. */
export async function stored(world: readonly StoredSeries[]): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  const appender = storage.appender();
  for (const { labels, points } of world) {
    for (const { t, value } of points) {
      if (value === 'stale') appender.stale(UNKNOWN_REF, labels, t);
      else if (isHist(value)) appender.histogram(UNKNOWN_REF, labels, t, toModel(value));
      else appender.float(UNKNOWN_REF, labels, t, value);
    }
  }
  await appender.commit();
  return storage;
}

/** What the definitions say, step by step. */
export function expected(world: readonly StoredSeries[], question: Question): Outcome {
  const { expr, start, count, lookback, defaultStep } = question;
  const step = count === 1 ? 0 : question.step;
  const parsed = parse(expr);
  const answer = new Map<string, Map<number, Value>>();
  try {
    for (let i = 0; i < count; i++) {
      const t = start + i * step;
      const context: Context = {
        series: world,
        t,
        start,
        end: start + (count - 1) * step,
        step,
        lookback,
        defaultStep,
      };
      for (const { labels, value } of evaluate(parsed, context)) put(answer, String(labels), t, value);
    }
  } catch (error) {
    if (error instanceof QueryFailure) return { failure: error.message };
    if (error instanceof Undecided) return { undecided: error.message };
    throw error;
  }
  return { answer };
}

function put(answer: Map<string, Map<number, Value>>, series: string, t: number, value: Value): void {
  const known = answer.get(series);
  if (known) known.set(t, value);
  else answer.set(series, new Map([[t, value]]));
}

/** What the engine says. */
export async function actual(storage: MemoryStorage, question: Question): Promise<Outcome> {
  const { expr, start, step, count, lookback, defaultStep } = question;
  const options = { lookbackDelta: lookback, defaultStep, maxSamples: 50e6 };
  try {
    if (count === 1) return { answer: answerOf(await evaluateInstant(storage, { expr, at: start }, options)) };
    const end = start + (count - 1) * step;
    return { answer: answerOf(await evaluateRange(storage, { expr, start, end, step }, options)) };
  } catch (error) {
    if (error instanceof BarographError && error.kind === 'bad-request') return { failure: errorMessage(error) };
    throw error;
  }
}

function answerOf(result: QueryResult): Answer {
  const answer = new Map<string, Map<number, Value>>();
  if (result.type === 'scalar') put(answer, '{}', result.at, result.value);
  if (result.type !== 'vector' && result.type !== 'matrix') return answer;
  const grid = result.type === 'matrix' ? result.grid : { start: result.at, step: 0 };
  for (const { labels, steps, values, present, histograms } of result.frames) {
    labels.forEach((own, s) => {
      for (let i = 0; i < steps; i++) {
        const at = s * steps + i;
        if (present[at] !== 1) continue;
        const histogram = histograms?.[at];
        put(answer, String(own), grid.start + i * grid.step, histogram ? fromModel(histogram) : values[at]!);
      }
    });
  }
  return answer;
}

/** Null when the two are equal; otherwise the first difference. */
export function difference(wanted: Answer, got: Answer): string | null {
  for (const [series, points] of wanted) {
    for (const [t, value] of points) {
      const other = got.get(series)?.get(t);
      if (other === undefined || !isEqual(value, other))
        return `${series} at ${t}: wanted ${shown(value)}, got ${shown(other)}`;
    }
  }
  for (const [series, points] of got) {
    for (const [t, value] of points) {
      if (wanted.get(series)?.get(t) === undefined) return `${series} at ${t}: wanted nothing, got ${shown(value)}`;
    }
  }
  return null;
}

const TOLERANCE = 1e-12;

function isNear(a: number, b: number): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  return Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
}

function isEqual(a: Value, b: Value): boolean {
  if (!isHist(a) || !isHist(b)) return !isHist(a) && !isHist(b) && isNear(a, b);
  return (
    a.schema === b.schema &&
    JSON.stringify(a.bounds) === JSON.stringify(b.bounds) &&
    isNear(a.zeroThreshold, b.zeroThreshold) &&
    isNear(a.zeroCount, b.zeroCount) &&
    isNear(a.count, b.count) &&
    isNear(a.sum, b.sum) &&
    isSideNear(a.positive, b.positive) &&
    isSideNear(a.negative, b.negative)
  );
}

function isSideNear(a: Hist['positive'], b: Hist['positive']): boolean {
  return [...new Set([...a.keys(), ...b.keys()])].every((index) => isNear(a.get(index) ?? 0, b.get(index) ?? 0));
}

function shown(value: Value | undefined): string {
  if (value === undefined) return 'nothing';
  if (!isHist(value)) return Object.is(value, -0) ? '-0' : String(value);
  const { positive, negative, ...numbers } = value;
  return JSON.stringify({ ...numbers, positive: [...positive], negative: [...negative] });
}
