import { type Labels, METRIC_NAME } from '#model/labels';
import { createMatcher, type Matcher } from '#model/matcher';
import type { Millis } from '#model/time';
import type { Querier } from '#storage/queryable';
import { KIND_HISTOGRAM, KIND_STALE, SampleBuffer } from '#storage/sample-buffer';
import { executionError } from '../limits.ts';
import type { InfoNode } from '../plan/node.ts';
import type { StepGrid } from '../value.ts';
import { taken } from './aggregate.ts';
import { collectRows, deferred, type SeriesRow, samplesOf, type VectorOperator } from './batch.ts';
import { type Execution, lookTimes } from './execution.ts';
import { labelsText } from './labels.ts';
import { MergingWriter } from './merging-writer.ts';
import { count } from './selector.ts';

export interface InfoOptions {
  readonly node: InfoNode;
  readonly child: VectorOperator;
  readonly grid: StepGrid;
}

/** What ties a series to its info series. Not configurable in Prometheus either. */
const IDENTIFYING: ReadonlySet<string> = new Set(['instance', 'job']);

interface InfoSeries {
  readonly labels: Labels;
  /** By step: when the sample that counts was taken, NaN when there is none. */
  readonly times: Float64Array;
}

/** info(): adds the labels of the info series of the same instance and job. */
export function infoOperator(execution: Execution, { node, child, grid }: InfoOptions): VectorOperator {
  const { sources, lookbackDelta } = execution;
  const looks = lookTimes(node, grid);
  if (looks.length === 0) return { next: () => Promise.resolve(null) };
  const range = { start: looks[0]! - lookbackDelta + 1, end: looks[looks.length - 1]! };
  const querier = sources.prepare(range);
  return deferred(async () => {
    const rows = await collectRows(child);
    const names = effectiveNameMatchers(node.matchers.filter(({ name }) => name === METRIC_NAME));
    const dataMatchers = node.matchers.filter(({ name }) => name !== METRIC_NAME);
    const isInfo = ({ labels }: SeriesRow) => names.every((matcher) => matcher.matches(labels.get(METRIC_NAME)));
    const base = rows.filter((row) => !isInfo(row));
    const matchers = [...identityMatchers(base), ...dataMatchers, ...names];
    const hints = { ...range, step: grid.step, func: 'info' };
    const infos =
      identityMatchers(base).length === 0 ? [] : await readInfos(execution, { querier, matchers, hints, looks });
    const writer = new MergingWriter(grid.count, rows.length);
    const enrichment = new Enrichment(infos, dataMatchers);
    for (const row of rows) {
      const copy = isInfo(row) ? () => row.labels : (step: number) => enrichment.labelsAt(row.labels, step);
      copyEnriched(row, writer, copy);
      execution.guard.tick(grid.count);
    }
    execution.guard.release(samplesOf(rows));
    return taken(writer.finish(), execution);
  });
}

function copyEnriched(row: SeriesRow, writer: MergingWriter, labelsAt: (step: number) => Labels | null): void {
  const { batch, base } = row;
  for (let i = 0; i < batch.steps; i++) {
    if (batch.present[base + i] !== 1) continue;
    const labels = labelsAt(i);
    if (labels !== null) writer.copy(row, writer.row(labels, row.dropName), i);
  }
}

/** Only matchers that exclude: they narrow down the metrics that end in _info. None: target_info. */
function effectiveNameMatchers(matchers: readonly Matcher[]): readonly Matcher[] {
  if (matchers.some(({ operator }) => operator === '=' || operator === '=~')) return matchers;
  if (matchers.length > 0) return [createMatcher({ name: METRIC_NAME, operator: '=~', value: '.+_info' }), ...matchers];
  return [createMatcher({ name: METRIC_NAME, operator: '=', value: 'target_info' })];
}

/** Selects what shares an identifying label's value with any of the rows. */
function identityMatchers(rows: readonly SeriesRow[]): Matcher[] {
  return [...IDENTIFYING].flatMap((name) => {
    const values = new Set(rows.map(({ labels }) => labels.get(name)));
    values.delete('');
    if (values.size === 0) return [];
    return [createMatcher({ name, operator: '=~', value: [...values].map(quoteRegex).join('|') })];
  });
}

function quoteRegex(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}

interface InfoRead {
  readonly querier: Querier;
  readonly matchers: readonly Matcher[];
  readonly hints: { readonly start: Millis; readonly end: Millis; readonly step: Millis; readonly func: string };
  readonly looks: Float64Array;
}

async function readInfos(execution: Execution, { querier, matchers, hints, looks }: InfoRead): Promise<InfoSeries[]> {
  const infos: InfoSeries[] = [];
  const buffer = new SampleBuffer();
  for await (const batch of execution.sources.read(querier, matchers, hints)) {
    for (const series of batch) {
      buffer.clear();
      series.read(buffer);
      count(execution, buffer);
      const times = sampleTimes(buffer, looks, { lookbackDelta: execution.lookbackDelta, labels: series.labels });
      infos.push({ labels: series.labels, times });
    }
  }
  return infos;
}

function sampleTimes(
  { t, kind, length }: SampleBuffer,
  looks: Float64Array,
  { lookbackDelta, labels }: { readonly lookbackDelta: Millis; readonly labels: Labels },
): Float64Array {
  const times = new Float64Array(looks.length).fill(Number.NaN);
  let at = 0;
  for (let i = 0; i < looks.length && length > 0; i++) {
    const look = looks[i]!;
    while (at + 1 < length && t[at + 1]! <= look) at++;
    if (t[at]! > look || t[at]! <= look - lookbackDelta || kind[at] === KIND_STALE) continue;
    if (kind[at] === KIND_HISTOGRAM) {
      throw executionError(`this should be an info metric, with float samples: ${labelsText(labels)}`);
    }
    times[i] = t[at]!;
  }
  return times;
}

/** Finds the labels that info series add. */
class Enrichment {
  /** By metric and identity. */
  private readonly infos = new Map<string, InfoSeries[]>();
  private readonly metrics: ReadonlySet<string>;
  private readonly dataMatchers: readonly Matcher[];
  private readonly dataNames: ReadonlySet<string>;
  private readonly needsInfo: boolean;
  private readonly combined = new Map<string, Labels>();

  constructor(infos: readonly InfoSeries[], dataMatchers: readonly Matcher[]) {
    this.dataMatchers = dataMatchers;
    this.dataNames = new Set(dataMatchers.map(({ name }) => name));
    this.needsInfo = this.dataMatchers.some((matcher) => !matcher.matches(''));
    this.metrics = new Set(infos.map(({ labels }) => labels.get(METRIC_NAME)));
    for (const info of infos) {
      const key = identityKey(info.labels.get(METRIC_NAME), info.labels);
      this.infos.set(key, [...(this.infos.get(key) ?? []), info]);
    }
  }

  /** The enriched labels at a step; null when the series is to be left out there. */
  labelsAt(base: Labels, step: number): Labels | null {
    const found = this.infosAt(base, step);
    if (found.length === 0) return this.needsInfo ? null : base;
    const key = [base, ...found].map((labels) => labels.key).join('|');
    let labels = this.combined.get(key);
    if (labels === undefined) {
      labels = this.combine(base, found);
      this.combined.set(key, labels);
    }
    return labels;
  }

  private infosAt(base: Labels, step: number): Labels[] {
    const found: Labels[] = [];
    for (const metric of this.metrics) {
      const newest = newestAt(this.infos.get(identityKey(metric, base)) ?? [], step);
      if (newest) found.push(newest.labels);
    }
    return found;
  }

  private combine(base: Labels, infos: readonly Labels[]): Labels {
    const added = new Map<string, string>();
    for (const info of infos) {
      for (const [name, value] of info.entries()) {
        if (name === METRIC_NAME || (this.dataNames.size > 0 && !this.dataNames.has(name))) continue;
        const other = added.get(name);
        if (other !== undefined && other !== value) throw executionError(`conflicting label: ${name}`);
        if (!base.has(name)) added.set(name, value);
      }
    }
    return base.with(Object.fromEntries(added));
  }
}

function identityKey(metric: string, labels: Labels): string {
  return `${metric}|${labels.keep(IDENTIFYING).key}`;
}

function newestAt(infos: readonly InfoSeries[], step: number): InfoSeries | null {
  let newest: InfoSeries | null = null;
  for (const info of infos) {
    const time = info.times[step]!;
    if (Number.isNaN(time)) continue;
    const best: number = newest === null ? Number.NEGATIVE_INFINITY : newest.times[step]!;
    if (time === best) throw duplicateInfo(newest!, info, time);
    if (time > best) newest = info;
  }
  return newest;
}

function duplicateInfo(existing: InfoSeries, other: InfoSeries, time: Millis): Error {
  return executionError(
    `found duplicate series for info metric: existing ${labelsText(existing.labels)} @ ${time}, new ${labelsText(other.labels)} @ ${time}`,
  );
}
