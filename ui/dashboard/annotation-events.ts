import { alertAnnotations, annotationsOf, storedAnnotations } from '#dashboards/annotation-events';
import type { Annotation } from '#dashboards/annotations';
import type { AnnotationDefinition } from '#dashboards/dashboard';
import type { PrometheusData } from '#dashboards/frames';
import { interpolate, type Scope } from '#dashboards/interpolate';
import { intervalMillis, macros } from '#dashboards/macros';
import type { Millis, TimeRange } from '#model/time';
import { queryRange } from '../api/prometheus.ts';
import { alignTimeRange } from '../state/time-range.ts';
import { alertPath, apiBase, knownSources, queryTarget } from './data-sources.ts';
import { loadAlertEvents, loadStoredEvents } from './stored-annotations.ts';

const USUAL_STEP: Millis = 60_000;
/** Prometheus refuses more points than this in one answer. */
const MOST_POINTS = 11_000;

/** Which events are wanted. */
export interface AnnotationQuestion {
  readonly definitions: readonly AnnotationDefinition[];
  readonly range: TimeRange;
  readonly scope: Scope;
  readonly scrapeInterval: Millis;
  readonly dashboardUid: string;
}

/** Asks for the events of a definition. Throws where they cannot be had. */
export async function eventsOf(
  definition: AnnotationDefinition,
  { range, scope, scrapeInterval, dashboardUid }: AnnotationQuestion,
  signal: AbortSignal,
): Promise<Annotation[]> {
  const { stored, datasource } = definition;
  if (stored !== null) {
    const tags = stored.tags.map((tag) => interpolate(tag, scope, 'text'));
    return storedAnnotations(
      await loadStoredEvents({ ...stored, tags }, { ...range, dashboardUid }, signal),
      definition,
    );
  }
  const sources = await knownSources();
  const goesTo = queryTarget(datasource, scope, sources);
  if (goesTo.kind === 'foreign') {
    const alerts = alertPath(datasource, scope, sources);
    if (alerts === null) throw new Error(`${definition.name} asks ${goesTo.what}, which is not here.`);
    const filter = interpolate(definition.expr, scope, 'text');
    return alertAnnotations(await loadAlertEvents(alerts, filter, signal), definition, range.end);
  }
  const wished = intervalMillis(interpolate(definition.step, scope, 'text')) ?? USUAL_STEP;
  const step = Math.max(wished, Math.ceil((range.end - range.start) / MOST_POINTS));
  const full: Scope = new Map([...scope, ...macros({ range, step, scrapeInterval })]);
  const aligned = alignTimeRange(range, step);
  const query = interpolate(definition.expr, full, 'promql');
  const { data } = await queryRange(
    { query, start: aligned.start / 1000, end: aligned.end / 1000, step: step / 1000 },
    signal,
    apiBase(goesTo),
  );
  return annotationsOf(data as PrometheusData, definition, step);
}
