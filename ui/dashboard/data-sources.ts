import type { DatasourceRef } from '#dashboards/dashboard';
import { interpolate, type Scope } from '#dashboards/interpolate';
import { loadSources, type SourceLine } from '../library/library-api.ts';

/** Where a query goes: this server itself, another data source through it, or nowhere. */
export type QueryTarget =
  | { readonly kind: 'own' }
  | { readonly kind: 'proxy'; readonly uid: string; readonly name: string }
  | { readonly kind: 'foreign'; readonly what: string };

/** Where a query can go. */
export type AskedSource = Exclude<QueryTarget, { readonly kind: 'foreign' }>;

const OWN: QueryTarget = { kind: 'own' };
/** The uid of this server as a data source. */
export const OWN_UID = 'barograph';
const OWN_ALERTS_UID = 'barograph-alerts';
/** The data sources are asked for again after this time. */
const FRESH = 30_000;
let known: { readonly at: number; readonly sources: Promise<readonly SourceLine[]> } | null = null;

/** The data sources, asked for once in half a minute by all panels. Without an answer every query goes to this server. */
export function knownSources(): Promise<readonly SourceLine[]> {
  if (known === null || Math.abs(Date.now() - known.at) > FRESH)
    known = { at: Date.now(), sources: loadSources().catch(() => []) };
  return known.sources;
}

/** They have changed: the next panel asks for them anew. */
export function forgetSources(): void {
  known = null;
}

/**
 * Where a reference leads. A uid or name that is not here means the default source of its type, as dashboards of other
 * installations have it; a type that no panel can ask is foreign.
 */
export function queryTarget(ref: DatasourceRef | null, scope: Scope, sources: readonly SourceLine[]): QueryTarget {
  const uid = interpolate(ref?.uid ?? '', scope, 'text');
  if (['-- Grafana --', 'grafana', '-- Dashboard --'].includes(uid)) {
    return { kind: 'foreign', what: `Grafana's own data source (${uid})` };
  }
  const named = sources.find((source) => source.uid === uid) ?? sources.find(({ name }) => name === uid);
  const written = ref?.type ?? '';
  const type = named?.type ?? (/^$|^datasource$|^\$/.test(written) ? 'prometheus' : written);
  if (type !== 'prometheus') return { kind: 'foreign', what: `a data source of type ${type}` };
  const usual = sources.find((source) => source.isDefault && source.type === 'prometheus');
  const chosen = named ?? usual;
  if (chosen === undefined || chosen.uid === OWN_UID) return OWN;
  return { kind: 'proxy', uid: chosen.uid, name: chosen.name };
}

/** The path of Prometheus' API of a target. */
export function apiBase(target: QueryTarget): string {
  return target.kind === 'proxy' ? `${proxyPath(target.uid)}/api/v1` : '/api/v1';
}

/** The path under which this server asks a data source. */
export function proxyPath(uid: string): string {
  return `/api/datasources/proxy/uid/${encodeURIComponent(uid)}`;
}

/** The path of an Alertmanager that a reference names; '' stands for this server. Null when it names none. */
export function alertPath(ref: DatasourceRef | null, scope: Scope, sources: readonly SourceLine[]): string | null {
  const uid = interpolate(ref?.uid ?? '', scope, 'text');
  const source = sources.find((one) => one.uid === uid) ?? sources.find(({ name }) => name === uid);
  if (source?.type !== 'alertmanager') return null;
  return source.uid === OWN_ALERTS_UID ? '' : proxyPath(source.uid);
}
