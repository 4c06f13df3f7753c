import type { AdhocFilter } from '#dashboards/adhoc';
import type { Panel, Target } from '#dashboards/dashboard';
import type { PanelExemplar } from '#dashboards/exemplars';
import { type DataFrame, framesOf, type PrometheusData, type QueryData } from '#dashboards/frames';
import { interpolate } from '#dashboards/interpolate';
import { intervalMillis } from '#dashboards/macros';
import { withPatterns } from '#dashboards/pattern';
import { mayThin } from '#dashboards/thinning';
import type { Transformed } from '#dashboards/transforms';
import type { Millis, TimeRange } from '#model/time';
import { queryInstant, queryRange } from '../api/prometheus.ts';
import { askTogether, type StreamedAnswer } from '../api/query-stream.ts';
import type { SourceLine } from '../library/library-api.ts';
import { type AskedSource, apiBase, knownSources, queryTarget } from './data-sources.ts';
import { type PlanQuestion, type QueryPlan, queryPlan } from './query-plan.ts';

/** What a panel asked for and got. */
export interface PanelData {
  readonly frames: readonly DataFrame[];
  /** What its time axis spans: the dashboard's range, or the panel's own. */
  readonly range: TimeRange;
  /** Of the queries that ask for them, as many as there is room for. */
  readonly exemplars: readonly PanelExemplar[];
  readonly queries: readonly AskedQuery[];
  /** Queries that failed, and what could not be done with the data. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
  /** Ids of transformations that do not exist here: the frames are then untransformed. */
  readonly untransformed: readonly string[];
}

export interface AskedQuery {
  readonly refId: string;
  readonly expr: string;
  readonly step: Millis;
  readonly instant: boolean;
  /** Series of the answer; null when it failed. */
  readonly series: number | null;
  readonly tookMillis: number;
}

/** The range is the dashboard's. */
export interface PanelQuestion extends PlanQuestion {
  /** Added to every selector of every query. */
  readonly filters: readonly AdhocFilter[];
  readonly signal: AbortSignal;
}

/** Asks all queries of a panel and transforms their answers. Only an abort is thrown: what fails is said in `problems`. */
export async function loadPanel(question: PanelQuestion): Promise<PanelData> {
  const { panel, scope } = question;
  const range = panelRange(panel, question.range);
  const sources = await knownSources();
  const targets = panel.targets.filter(({ hide, expr, datasource }) => {
    return !hide && (expr !== '' || queryTarget(datasource ?? panel.datasource, scope, sources).kind === 'foreign');
  });
  const answers = await Promise.all(
    targets.map((target) => askTarget(target, targets.length > 1, { ...question, range, sources })),
  );
  const transformed = await transformedFrames(
    answers.flatMap(({ frames }) => frames),
    panel.transformations,
  );
  return {
    frames: transformed.frames,
    range,
    exemplars: answers.flatMap(({ exemplars }) => exemplars),
    queries: answers.flatMap(({ queries }) => queries),
    problems: answers.flatMap(({ problem }) => problem ?? []),
    warnings: [...new Set(answers.flatMap(({ warnings }) => warnings))],
    untransformed: transformed.unknown,
  };
}

/** Most panels have no transformations: what they need is fetched with the first one. */
async function transformedFrames(
  frames: readonly DataFrame[],
  transformations: Panel['transformations'],
): Promise<Transformed> {
  if (transformations.length === 0) return { frames, unknown: [] };
  const { transformFrames } = await import('#dashboards/transforms');
  return withPatterns(() => transformFrames(frames, transformations));
}

/** The dashboard's range, or the panel's own: the last `timeFrom` of it, moved back by `timeShift`. */
export function panelRange({ timeFrom, timeShift }: Panel, range: TimeRange): TimeRange {
  const length = intervalMillis(timeFrom.replace(/^now-/, ''));
  const shift = intervalMillis(timeShift) ?? 0;
  const start = length === null ? range.start : range.end - length;
  return { start: start - shift, end: range.end - shift };
}

interface TargetAnswer {
  readonly frames: readonly DataFrame[];
  readonly exemplars: readonly PanelExemplar[];
  readonly queries: readonly AskedQuery[];
  readonly problem: string | null;
  readonly warnings: readonly string[];
}

interface SourcedQuestion extends PanelQuestion {
  /** The data sources that queries may name. */
  readonly sources: readonly SourceLine[];
}

async function askTarget(target: Target, manyTargets: boolean, question: SourcedQuestion): Promise<TargetAnswer> {
  const { panel, scope } = question;
  const goesTo = queryTarget(target.datasource ?? panel.datasource, scope, question.sources);
  if (goesTo.kind === 'foreign') {
    return {
      frames: [],
      exemplars: [],
      queries: [],
      warnings: [],
      problem: `Query ${target.refId} asks ${goesTo.what}, which is not here.`,
    };
  }
  const planned = queryPlan(target, question);
  const kinds = [
    ...(target.instant ? [true] : []),
    ...(target.range && !(target.instant && target.format === 'table') ? [false] : []),
  ];
  let plan = planned;
  try {
    plan = await filtered(planned, question.filters);
    const [answers, examples] = await Promise.all([
      Promise.all(kinds.map((instant) => ask(plan, instant, { ...question, goesTo }))),
      panel.type === 'timeseries' && target.exemplar ? examplesOf(target.refId, plan, goesTo, question) : NO_EXAMPLES,
    ]);
    const named = { ...target, expr: plan.expr, legendFormat: interpolate(target.legendFormat, plan.scope, 'text') };
    return {
      frames: answers.flatMap(({ data }, i) => {
        const step = kinds[i] ? {} : { step: plan.step };
        return framesOf(data, named, { manyTargets, ...step });
      }),
      queries: answers.map(({ data, tookMillis }, i) => ({
        ...{ refId: target.refId, expr: plan.expr, step: plan.step, instant: kinds[i]! },
        ...{ series: seriesCount(data), tookMillis },
      })),
      exemplars: examples.exemplars,
      problem: null,
      warnings: [...answers.flatMap(({ warnings }) => warnings), ...examples.warnings],
    };
  } catch (error) {
    if (question.signal.aborted) throw error;
    const failed = {
      refId: target.refId,
      expr: plan.expr,
      step: plan.step,
      instant: target.instant,
      series: null,
      tookMillis: 0,
    };
    const message = error instanceof Error ? error.message : String(error);
    return {
      frames: [],
      exemplars: [],
      queries: [failed],
      warnings: [],
      problem: manyTargets ? `${target.refId}: ${message}` : message,
    };
  }
}

const NO_EXAMPLES: Pick<TargetAnswer, 'exemplars' | 'warnings'> = { exemplars: [], warnings: [] };

/** The exemplars of a query. Where they fail, the query's own answer stands without them. */
async function examplesOf(
  refId: string,
  plan: QueryPlan,
  goesTo: AskedSource,
  { signal, sources, pixels }: SourcedQuestion,
): Promise<Pick<TargetAnswer, 'exemplars' | 'warnings'>> {
  try {
    const { loadExemplars } = await import('./exemplars-of-panel.ts');
    return { exemplars: await loadExemplars({ ...plan, refId, goesTo, sources, pixels, signal }), warnings: [] };
  } catch (error) {
    if (signal.aborted) throw error;
    return { exemplars: [], warnings: [`No exemplars: ${error instanceof Error ? error.message : String(error)}`] };
  }
}

/** The plan with what people chose to see only. The parser is fetched with the first filter. */
async function filtered(plan: QueryPlan, filters: readonly AdhocFilter[]): Promise<QueryPlan> {
  if (filters.length === 0) return plan;
  const { withFilters } = await import('./filtered-query.ts');
  return { ...plan, expr: withFilters(plan.expr, filters) };
}

interface Way extends Pick<PanelQuestion, 'signal' | 'panel' | 'pixels'> {
  readonly goesTo: AskedSource;
}

/** This server is asked for all panels together, another one through it query by query. */
function ask({ expr: query, step, range, at }: QueryPlan, instant: boolean, way: Way): Promise<StreamedAnswer> {
  const { signal, goesTo, panel, pixels } = way;
  const [start, end] = [range.start / 1000, range.end / 1000];
  const own = goesTo.kind === 'own';
  if (instant) {
    const asked = { query, time: at / 1000 };
    return own ? askTogether(asked, signal) : elsewhere(queryInstant(asked, signal, apiBase(goesTo)));
  }
  const grid = { query, start, end, step: step / 1000 };
  if (!own) return elsewhere(queryRange(grid, signal, apiBase(goesTo)));
  return askTogether(mayThin(panel) ? { ...grid, pixels } : grid, signal);
}

async function elsewhere(asked: ReturnType<typeof queryInstant>): Promise<StreamedAnswer> {
  const { data, ...rest } = await asked;
  return { data: data as PrometheusData, ...rest };
}

function seriesCount(data: QueryData): number {
  if (data.resultType === 'points') return data.points.series.length;
  return Array.isArray(data.result) ? data.result.length : 1;
}
