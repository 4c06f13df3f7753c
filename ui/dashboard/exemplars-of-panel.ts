import { exemplarLinks, exemplarsOf, type PanelExemplar, thinExemplars } from '#dashboards/exemplars';
import type { Scope } from '#dashboards/interpolate';
import type { TimeRange } from '#model/time';
import { queryExemplars } from '../api/prometheus.ts';
import { PREFIX } from '../api/server.ts';
import type { SourceLine } from '../library/library-api.ts';
import { type AskedSource, apiBase, OWN_UID, proxyPath } from './data-sources.ts';

export interface ExemplarQuestion {
  readonly refId: string;
  readonly expr: string;
  readonly range: TimeRange;
  readonly scope: Scope;
  readonly goesTo: AskedSource;
  readonly sources: readonly SourceLine[];
  /** The width of the picture. */
  readonly pixels: number;
  readonly signal: AbortSignal;
}

/** The exemplars of a query, as many as a picture has room for. Throws RequestError. */
export async function loadExemplars(question: ExemplarQuestion): Promise<PanelExemplar[]> {
  const { refId, expr, range, scope, goesTo, sources, pixels, signal } = question;
  const asked = { query: expr, start: range.start / 1000, end: range.end / 1000 };
  const { data } = await queryExemplars(asked, signal, apiBase(goesTo));
  const uid = goesTo.kind === 'own' ? OWN_UID : goesTo.uid;
  const destinations = sources.find((source) => source.uid === uid)?.jsonData['exemplarTraceIdDestinations'];
  const trace = (sourceUid: string, id: string) => traceIn(sources, sourceUid, id);
  return thinExemplars(exemplarsOf(data), range, pixels).map((exemplar) => {
    return { ...exemplar, refId, links: exemplarLinks(exemplar.labels, destinations, { scope, range, trace }) };
  });
}

/** Where the APIs of programs that keep traces have one. */
const TRACE_PATHS: Readonly<Record<string, string>> = {
  tempo: 'api/traces/',
  jaeger: 'api/traces/',
  zipkin: 'api/v2/trace/',
};

function traceIn(
  sources: readonly SourceLine[],
  uid: string,
  id: string,
): { readonly title: string; readonly url: string } | null {
  const source = sources.find((one) => one.uid === uid);
  const path = source === undefined ? undefined : TRACE_PATHS[source.type];
  if (source === undefined || path === undefined) return null;
  const url = `${PREFIX}${proxyPath(uid)}/${path}${encodeURIComponent(id)}`;
  return { title: `Open in ${source.name}`, url };
}
