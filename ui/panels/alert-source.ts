import type { ListedAlert } from '#dashboards/alert-list';
import { type Panel, text } from '#dashboards/dashboard';
import type { Scope } from '#dashboards/interpolate';
import { prometheus } from '../api/prometheus.ts';
import { request } from '../api/server.ts';
import { alertPath, apiBase, knownSources, queryTarget } from '../dashboard/data-sources.ts';

interface RuleJson {
  readonly type: string;
  readonly name: string;
  readonly labels?: ListedAlert['labels'];
  readonly annotations?: ListedAlert['annotations'];
  readonly alerts?: readonly {
    readonly state: 'firing' | 'pending';
    readonly labels: ListedAlert['labels'];
    readonly annotations: ListedAlert['annotations'];
    readonly activeAt: string;
  }[];
}

/** An alert of Alertmanager's API v2, as far as lists show it. */
interface SentAlertJson {
  readonly labels: ListedAlert['labels'];
  readonly annotations: ListedAlert['annotations'];
  readonly startsAt: string;
  readonly generatorURL?: string;
}

/** The alerts of where a panel looks, and whether that is this server. */
export interface FoundAlerts {
  readonly alerts: readonly ListedAlert[];
  readonly own: boolean;
}

/**
 * The alerts that a panel lists: those of this server's rules, or, when its options name another data source, those of its
 * rules or, of an Alertmanager, those it has. Throws RequestError.
 */
export async function loadAlerts({ options }: Panel, scope: Scope, signal: AbortSignal): Promise<FoundAlerts> {
  const named = text(options['datasource']);
  const sources = await knownSources();
  const source = named === '' ? undefined : sources.find(({ name, uid }) => name === named || uid === named);
  const sent = alertPath({ type: null, uid: named }, scope, sources);
  if (sent !== null && sent !== '') {
    const answer = await request(`${sent}/api/v2/alerts`, { params: { active: 'true' }, signal });
    return { own: false, alerts: ((await answer.json()) as readonly SentAlertJson[]).map(sentAlert) };
  }
  const target = queryTarget({ type: null, uid: source?.type === 'prometheus' ? source.uid : null }, scope, sources);
  const base = source?.type === 'prometheus' ? apiBase(target) : undefined;
  const { data } = await prometheus<{ readonly groups: readonly { readonly rules: readonly RuleJson[] }[] }>('rules', {
    ...{ params: { type: 'alert' }, signal, base },
  });
  return {
    own: base === undefined || target.kind === 'own',
    alerts: data.groups.flatMap(({ rules }) => rules.flatMap(alertsOf)),
  };
}

function sentAlert({ labels, annotations, startsAt, generatorURL }: SentAlertJson): ListedAlert {
  return { state: 'firing', labels, annotations, since: Date.parse(startsAt), origin: generatorURL ?? '' };
}

/** A rule without alerts is listed once, as inactive. */
function alertsOf({ name, labels = {}, annotations = {}, alerts = [] }: RuleJson): ListedAlert[] {
  if (alerts.length === 0) {
    return [{ state: 'inactive', labels: { ...labels, alertname: name }, annotations, since: Number.NaN }];
  }
  return alerts.map((alert) => ({ ...alert, since: Date.parse(alert.activeAt) }));
}
