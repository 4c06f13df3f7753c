import type { Clock } from '#lib/clock';
import { BarographError } from '#lib/errors';
import { silentLog } from '#lib/log';
import { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import { evaluateInstant } from '#promql/engine';
import { parseSelector } from '#promql/parse';
import { UNKNOWN_REF } from '#storage/appender';
import { MemoryStorage } from '#storage/memory';
import { KIND_HISTOGRAM, KIND_STALE } from '#storage/sample-buffer';
import type { WriteBatch } from '#storage/write-batch';
import type { RuleSample } from '../evaluate.ts';
import { GroupRunner } from '../group.ts';
import type { RuleGroup } from '../rule.ts';
import type { TestGroup } from './config.ts';
import { toHistogram } from './histogram-text.ts';
import { resetAfter } from './reset.ts';
import { type InputPoint, parseSeriesValues } from './series-values.ts';

/** How the rules of a test are evaluated. */
export interface WorldOptions {
  /** Of the file: the step of subqueries without one. */
  readonly evaluationInterval: Millis;
  /** Between the samples of input series. */
  readonly interval: Millis;
  readonly start: Millis;
}

interface InputSeries {
  readonly labels: Labels;
  readonly points: readonly InputPoint[];
}

/** Time stands still here. */
const UNTIMED = { observe: () => {} };
const LOOKBACK: Millis = 300_000;
const MAX_SAMPLES = 50_000_000;

/** The series of a test and rules that are evaluated over them, one moment after the other, without a clock. */
export class UnitTestWorld {
  readonly runners: readonly GroupRunner[];
  private readonly storage = new MemoryStorage();
  private readonly options: WorldOptions;
  private readonly input: readonly InputSeries[];
  /** How many points of each input series are stored. */
  private loaded = 0;
  private now: Millis;

  /** Throws `bad-config` for input series that cannot be read. */
  constructor(test: TestGroup, groups: readonly RuleGroup[], options: WorldOptions) {
    this.options = options;
    this.now = options.start;
    this.input = test.inputSeries.map(({ series, values }, i) => ({
      labels: seriesLabels(series, i, values),
      points: parseSeriesValues(values),
    }));
    const environment = {
      query: (expr: string, at: Millis) => this.query(expr, at),
      write: (batch: WriteBatch) => this.write(batch),
      forStates: () => Promise.resolve([]),
      sink: { put: () => {} },
      clock: this.clock(),
      log: silentLog,
      externalURL: test.externalUrl,
      externalLabels: Labels.from(test.externalLabels),
      relabelAlert: (labels: Labels) => labels,
      ...{ forGracePeriod: 0, outageTolerance: 0, resendDelay: 60_000 },
      inTurn: (run: () => Promise<void>) => run(),
      durations: { rule: UNTIMED, group: UNTIMED },
    };
    this.runners = groups.map((group) => new GroupRunner(group, environment, false));
  }

  /** Stores what the input series have until then, and evaluates all groups. */
  async evaluate(at: Millis): Promise<void> {
    this.now = at;
    await this.loadUntil(at);
    for (const runner of this.runners) await runner.evaluateAt(at);
  }

  /** Asks an instant query. Rejects when it fails or is none of a vector or scalar. */
  async query(expr: string, at: Millis): Promise<readonly RuleSample[]> {
    const options = {
      lookbackDelta: LOOKBACK,
      defaultStep: this.options.evaluationInterval,
      maxSamples: MAX_SAMPLES,
    };
    const result = await evaluateInstant(this.storage, { expr, at }, options);
    if (result.type === 'scalar') return [{ labels: Labels.EMPTY, value: result.value }];
    if (result.type === 'vector') return result.frames.flatMap(frameSamples);
    throw new BarographError('rule result is not a vector or scalar', { kind: 'bad-request', code: 'rule-result' });
  }

  private clock(): Clock {
    return {
      now: () => this.now,
      monotonic: () => 0,
      sleep: () => Promise.resolve(),
      after: () => () => {},
    };
  }

  private async loadUntil(at: Millis): Promise<void> {
    const { start, interval } = this.options;
    const appender = this.storage.appender();
    for (; start + this.loaded * interval <= at; this.loaded++) {
      const t = start + this.loaded * interval;
      for (const { labels, points } of this.input) {
        const point = points[this.loaded] ?? null;
        if (point === 'stale') appender.stale(UNKNOWN_REF, labels, t);
        else if (point !== null && 'value' in point) appender.float(UNKNOWN_REF, labels, t, point.value);
        else if (point !== null) appender.histogram(UNKNOWN_REF, labels, t, this.hinted(point.histogram, points));
      }
    }
    await appender.commit();
  }

  // A storage settles from the counts what the histogram does not say.
  private hinted(written: Parameters<typeof toHistogram>[0], points: readonly InputPoint[]) {
    const before = points.slice(0, this.loaded).findLast((point) => point !== null);
    if (written.hint !== undefined || !before || before === 'stale' || 'value' in before) return toHistogram(written);
    return toHistogram({ ...written, hint: resetAfter(before.histogram, written) ? 'reset' : 'not-reset' });
  }

  private write(batch: WriteBatch) {
    const appender = this.storage.appender();
    batch.series.forEach((series, i) => {
      const labels = Labels.fromSorted(batch.labels[series]!);
      const t = batch.t[i]!;
      if (batch.kind[i] === KIND_STALE) appender.stale(UNKNOWN_REF, labels, t);
      else if (batch.kind[i] === KIND_HISTOGRAM) appender.histogram(UNKNOWN_REF, labels, t, batch.histograms!.get(i)!);
      else appender.float(UNKNOWN_REF, labels, t, batch.v[i]!);
    });
    return appender.commit();
  }
}

type Frames = Extract<Awaited<ReturnType<typeof evaluateInstant>>, { type: 'vector' }>['frames'];

function frameSamples({ labels, values, present, histograms }: Frames[number]): RuleSample[] {
  return labels.flatMap((each, i) => {
    if (present[i] !== 1) return [];
    const histogram = histograms?.[i];
    return [{ labels: each, value: values[i]!, ...(histogram ? { histogram } : {}) }];
  });
}

/**
 * The labels of `name{a="b"}`. Throws with the place: the text is a line of a script that begins with `load`, and `values`
 * stand behind it, so that an open brace goes on there.
 */
export function seriesLabels(text: string, index: number, values = ''): Labels {
  try {
    const open = text.includes('{') && !text.trimEnd().endsWith('}');
    const matchers = parseSelector(open ? `${text} ${values}` : text);
    const wrong = matchers.find(({ operator }) => operator !== '=');
    if (wrong === undefined) return Labels.from(Object.fromEntries(matchers.map(({ name, value }) => [name, value])));
    throw new Error(`1:1: parse error: unexpected ${wrong.operator} in the labels of a series`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const placed = message.replace(/^1:/, `${index + 2}:`);
    throw new BarographError(placed, {
      kind: 'bad-config',
      code: 'unit-test-series',
      hint: 'Write a series like up{job="node"}.',
    });
  }
}
