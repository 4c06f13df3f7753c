import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorMessage } from '#lib/errors';
import type { Histogram } from '#model/histogram';
import { Labels } from '#model/labels';
import { UNKNOWN_REF } from '#storage/appender';
import { MemoryStorage } from '#storage/memory';
import { evaluateInstant, evaluateRange } from './engine.ts';
import { encodeData } from './json.ts';
import type { QueryResult } from './value.ts';

const KIT = join(import.meta.dirname, '../../test/conformance/kit');
const SCRIPTS = join(KIT, 'promql');

/** Lines of evaluations that do not give the right result yet, by file. This list may only become shorter. */
const NOT_YET: Readonly<Record<string, readonly number[]>> = {};

interface KitHistogram {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly count: number;
  readonly sum: number;
  readonly pos: ReadonlyMap<number, number>;
  readonly neg: ReadonlyMap<number, number>;
  readonly custom: readonly number[];
  readonly hint: number;
}

interface KitSeries {
  readonly labels: Record<string, string>;
  readonly points: readonly {
    readonly t: number;
    readonly v?: unknown;
    readonly h?: KitHistogram;
    readonly st?: number;
  }[];
}

interface Load {
  readonly type: 'load';
  readonly nhcb: boolean;
  readonly series: readonly KitSeries[];
}

interface Evaluation {
  readonly type: 'eval';
  readonly line: number;
  readonly expr: string;
  readonly range: boolean;
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly ordered: boolean;
  readonly scalar?: number;
  readonly string?: string;
  readonly rangeVector?: boolean;
  readonly expect: { readonly fail: readonly unknown[] };
}

type Command = Load | Evaluation | { readonly type: 'clear' };

interface ApiSeries {
  readonly metric: unknown;
  readonly values?: readonly (readonly [number, string])[];
  readonly histograms?: readonly (readonly [number, unknown])[];
}

interface ApiData {
  readonly resultType: string;
  readonly result: readonly ApiSeries[];
}

/** The kit's own reader and judge of the test language. */
interface Kit {
  parseTest(text: string, name: string): readonly Command[];
  nhcbSeries(series: readonly KitSeries[]): readonly KitSeries[];
  checkResult(evaluation: Evaluation, data: unknown): string | null;
  checkAnnotations(evaluation: Evaluation, warnings: readonly string[], infos: readonly string[]): string | null;
  checkFailure(evaluation: Evaluation, error: string): string | null;
}

const kit = (await import(/* @vite-ignore */ join(KIT, 'lib/promqltest.mjs'))) as Kit;
const { STALE } = (await import(/* @vite-ignore */ join(KIT, 'lib/proto.mjs'))) as { STALE: unknown };
const { forms } = JSON.parse(readFileSync(join(SCRIPTS, 'at-forms.json'), 'utf8')) as {
  forms: Readonly<Record<string, string>>;
};

const OPTIONS = { lookbackDelta: 300_000, defaultStep: 60_000, maxSamples: 50e6 };
const HINTS = ['unknown', 'reset', 'not-reset', 'gauge'] as const;
const MINUTE = 60_000;
// Their value depends on the kind of query.
const CONTEXT_FUNCTIONS = /(start|end|range|step)\(\)/;

function histogramOf({ pos, neg, custom, hint, ...numbers }: KitHistogram): Histogram {
  const positive = sideOf(pos);
  const negative = sideOf(neg);
  return {
    ...numbers,
    positiveSpans: positive.spans,
    positiveBuckets: positive.buckets,
    negativeSpans: negative.spans,
    negativeBuckets: negative.buckets,
    customBounds: numbers.schema === -53 ? Float64Array.from(custom) : null,
    counterResetHint: HINTS[hint] ?? 'unknown',
  };
}

function sideOf(counts: ReadonlyMap<number, number>) {
  const sorted = [...counts].sort(([a], [b]) => a - b);
  let next = 0;
  const spans = sorted.map(([index]) => {
    const offset = index - next;
    next = index + 1;
    return { offset, length: 1 };
  });
  return { spans, buckets: Float64Array.from(sorted, ([, count]) => count) };
}

async function load(storage: MemoryStorage, { series, nhcb }: Load): Promise<void> {
  const appender = storage.appender();
  for (const { labels: record, points } of nhcb ? [...series, ...kit.nhcbSeries(series)] : series) {
    const labels = Labels.from(record);
    for (const { t, v, h, st } of points) {
      const extra = st === undefined || st === null ? {} : { startTime: st };
      if (h) appender.histogram(UNKNOWN_REF, labels, t, histogramOf(h), extra);
      else if (v === STALE) appender.stale(UNKNOWN_REF, labels, t);
      else appender.float(UNKNOWN_REF, labels, t, v as number, extra);
    }
  }
  await appender.commit();
}

function dataOf(result: QueryResult): ApiData {
  return JSON.parse(new TextDecoder().decode(encodeData(result))) as ApiData;
}

/** Null when it is right, otherwise why not. */
async function judge(evaluation: Evaluation, run: Promise<QueryResult>): Promise<string | null> {
  let result: QueryResult;
  try {
    result = await run;
  } catch (error) {
    return kit.checkFailure(evaluation, errorMessage(error));
  }
  if (evaluation.expect.fail.length > 0) return 'it was to fail';
  return kit.checkAnnotations(evaluation, result.warnings, result.infos) ?? kit.checkResult(evaluation, dataOf(result));
}

/** The same instant as the middle step of three must give the same. */
async function judgeMiddleStep(storage: MemoryStorage, evaluation: Evaluation, query: { expr: string; at: number }) {
  const { expr, at } = query;
  const range = { expr, start: at - MINUTE, end: at + MINUTE, step: MINUTE };
  const { result } = dataOf(await evaluateRange(storage, range, OPTIONS));
  if (evaluation.ordered) return null;
  const atTime = ([time]: readonly [number, unknown]) => Math.round(time * 1000) === at;
  const vector = result.flatMap(({ metric, values, histograms }) => {
    const value = values?.find(atTime);
    const histogram = histograms?.find(atTime);
    return value || histogram ? [{ metric, value, histogram }] : [];
  });
  if (evaluation.scalar === undefined) return kit.checkResult(evaluation, { resultType: 'vector', result: vector });
  return kit.checkResult(evaluation, { resultType: 'scalar', result: vector[0]?.value ?? [at, 'NaN'] });
}

async function judgeInstant(storage: MemoryStorage, evaluation: Evaluation, query: { expr: string; at: number }) {
  const reason = await judge(evaluation, evaluateInstant(storage, query, OPTIONS));
  if (reason !== null || evaluation.expect.fail.length > 0) return reason;
  const isVector = !evaluation.rangeVector && evaluation.string === undefined;
  if (!isVector || CONTEXT_FUNCTIONS.test(query.expr)) return null;
  return judgeMiddleStep(storage, evaluation, query);
}

async function reasonAgainst(storage: MemoryStorage, evaluation: Evaluation): Promise<string | null> {
  const { expr, start, end, step } = evaluation;
  if (evaluation.range) return judge(evaluation, evaluateRange(storage, { expr, start, end, step }, OPTIONS));
  const plain = await judgeInstant(storage, evaluation, { expr, at: start });
  const form = forms[expr];
  if (plain !== null || evaluation.expect.fail.length > 0 || form === undefined) return plain;
  // With a fixed time on every selector, the time of the evaluation does not matter.
  const fixed = form.replaceAll('{at}', (start / 1000).toFixed(3));
  const times = start === 0 ? [-1000, 1000] : [-10 * start, 0, Math.trunc(start / 5), start, 10 * start];
  for (const at of times) {
    const reason = await judgeInstant(storage, evaluation, { expr: fixed, at });
    if (reason !== null) return `${fixed} at ${at}: ${reason}`;
  }
  return null;
}

async function run(file: string): Promise<{ evaluations: number; failed: number[]; reasons: string[] }> {
  let storage = new MemoryStorage();
  let evaluations = 0;
  const failed: number[] = [];
  const reasons: string[] = [];
  for (const command of kit.parseTest(readFileSync(join(SCRIPTS, file), 'utf8'), file)) {
    if (command.type === 'clear') storage = new MemoryStorage();
    else if (command.type === 'load') await load(storage, command);
    else {
      evaluations++;
      const reason = await reasonAgainst(storage, command).catch(errorMessage);
      if (reason === null) continue;
      failed.push(command.line);
      reasons.push(`${file}:${command.line} ${command.expr}: ${reason}`);
    }
  }
  return { evaluations, failed, reasons };
}

describe("Prometheus' own test scripts", () => {
  const files = readdirSync(SCRIPTS).filter((name) => name.endsWith('.test'));
  let evaluations = 0;

  for (const file of files) {
    it(file, async () => {
      const outcome = await run(file);
      evaluations += outcome.evaluations;
      const expected = NOT_YET[file] ?? [];
      const surprises = outcome.reasons.filter((_, i) => !expected.includes(outcome.failed[i]!));
      expect(surprises).toEqual([]);
      expect(outcome.failed).toEqual(expected);
    });
  }

  it('are all there', () => {
    expect(evaluations).toBe(1631);
  });
});
