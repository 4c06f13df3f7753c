import { Hono } from 'hono';
import { formatFloatE } from '#lib/go-format';
import type { Labels } from '#model/labels';
import { createMatcher } from '#model/matcher';
import type { RuleAdvice } from '#rules/advice';
import type { RuleManager } from '#rules/manager';
import { groupKey } from '#rules/rule';
import type { ActiveAlertStatus, AlertingRuleStatus, RuleGroupStatus, RuleStatus } from '#rules/status';
import { badParameter } from '../errors.ts';
import type { Params } from '../params.ts';
import { readParams, success } from '../reply.ts';
import { selectors } from './series.ts';

/** What the endpoints about rules ask. */
export interface RulesApiOptions {
  readonly rules: Pick<RuleManager, 'groups' | 'alerts'>;
  /** Mistakes in the rules that are loaded, by `groupKey`, in the order of the group's rules. */
  readonly advice: () => Promise<ReadonlyMap<string, readonly RuleAdvice[]>>;
  /** URLs of the Alertmanagers that are configured beside the one inside; null when there are none. */
  readonly alertmanagers: () => { readonly active: readonly string[]; readonly dropped: readonly string[] } | null;
  /** Path prefix of all routes. */
  readonly prefix: string;
}

/** /rules, /alerts and /alertmanagers of Prometheus' API. Mounted at /api/v1. */
export function rulesApi({ rules, advice, alertmanagers, prefix }: RulesApiOptions): Hono {
  const app = new Hono();
  app.get('/rules', async (c) => {
    const params = await readParams(c);
    return success(pageOf(filtered(rules.groups(), params, await advice()), params));
  });
  app.get('/alerts', () => success({ alerts: rules.alerts().map(alertJson) }));
  // Without others it is the one inside, which the client reaches where it reached this.
  app.get('/alertmanagers', (c) => {
    const inside = `${new URL(c.req.url).origin}${prefix}/api/v2/alerts`;
    const { active, dropped } = alertmanagers() ?? { active: [inside], dropped: [] };
    const shown = (urls: readonly string[]) => urls.map((url) => ({ url }));
    return success({ activeAlertmanagers: shown(active), droppedAlertmanagers: shown(dropped) });
  });
  return app;
}

interface GroupJson {
  readonly name: string;
  readonly file: string;
  readonly rules: readonly object[];
}

type AdviceOn = (rule: RuleStatus) => RuleAdvice | undefined;

function filtered(
  groups: readonly RuleGroupStatus[],
  params: Params,
  advice: ReadonlyMap<string, readonly RuleAdvice[]>,
): GroupJson[] {
  const keepsRule = ruleFilter(params);
  const files = wanted(params, 'file[]');
  const names = wanted(params, 'rule_group[]');
  const withAlerts = !isTrue(params, 'exclude_alerts');
  return groups
    .filter(({ file, name }) => files(file) && names(name))
    .map((group) => ({ group, rules: group.rules.filter(keepsRule) }))
    .filter(({ group, rules }) => rules.length > 0 || group.rules.length === 0)
    .map(({ group, rules }) => {
      const on: AdviceOn = (rule) => advice.get(groupKey(group))?.[group.rules.indexOf(rule)];
      return groupJson(group, rules, { withAlerts, on });
    });
}

function ruleFilter(params: Params): (rule: RuleStatus) => boolean {
  const type = params.get('type').toLowerCase();
  if (type !== '' && type !== 'alert' && type !== 'record') {
    throw badParameter('type', `not supported value ${JSON.stringify(params.get('type'))}`);
  }
  const kind = type === 'alert' ? 'alerting' : type === 'record' ? 'recording' : null;
  const names = wanted(params, 'rule_name[]');
  const sets = selectors(params).map((specs) => specs.map(createMatcher));
  const selected = (labels: Labels) =>
    sets.length === 0 || sets.some((set) => set.every(({ name, matches }) => matches(labels.get(name))));
  return (rule) => (kind === null || rule.kind === kind) && names(rule.name) && selected(rule.labels);
}

function wanted(params: Params, name: string): (value: string) => boolean {
  const values = new Set(params.all(name));
  return (value) => values.size === 0 || values.has(value);
}

function isTrue(params: Params, name: string): boolean {
  const text = params.get(name).toLowerCase();
  if (text === '' || text === 'false' || text === '0' || text === 'f') return false;
  if (text === 'true' || text === '1' || text === 't') return true;
  const reason = `strconv.ParseBool: parsing ${JSON.stringify(params.get(name))}: invalid syntax`;
  throw badParameter(name, `error converting ${name}: ${reason}`);
}

/** Groups page by page: the token names the group that comes next. */
function pageOf(groups: readonly GroupJson[], params: Params): object {
  const limit = groupLimit(params.get('group_limit'));
  const token = params.get('group_next_token');
  if (token !== '' && limit === 0) {
    throw badParameter('group_next_token', 'group_limit needs to be present in order to paginate over the groups');
  }
  const first = token === '' ? 0 : groups.findIndex((group) => tokenOf(group) === token);
  if (first < 0) {
    throw badParameter('group_next_token', `invalid group_next_token '${token}'. were rule groups changed?`);
  }
  if (limit === 0 || first + limit >= groups.length) return { groups: groups.slice(first) };
  return { groups: groups.slice(first, first + limit), groupNextToken: tokenOf(groups[first + limit]!) };
}

/** 0 (no limit) when the parameter is missing. */
function groupLimit(text: string): number {
  if (text === '') return 0;
  if (!/^[+-]?\d+$/.test(text)) {
    const reason = `strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`;
    throw badParameter('group_limit', `group_limit needs to be a valid number: ${reason}`);
  }
  if (Number(text) <= 0) throw badParameter('group_limit', 'group_limit needs to be greater than 0');
  return Number(text);
}

/** Opaque to clients. Stable while the group exists. */
function tokenOf({ file, name }: GroupJson): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(`${file};${name}`)));
}

interface Shown {
  readonly withAlerts: boolean;
  readonly on: AdviceOn;
}

function groupJson(group: RuleGroupStatus, rules: readonly RuleStatus[], { withAlerts, on }: Shown): GroupJson {
  const { name, file, interval, limit, evaluationSeconds, lastEvaluation } = group;
  return {
    name,
    file,
    rules: rules.map((rule) => ({
      ...(rule.kind === 'alerting' ? alertingJson(rule, withAlerts) : ruleJson(rule, 'recording')),
      ...adviceJson(on(rule)),
    })),
    ...{ interval: interval / 1000, limit },
    ...{ evaluationTime: evaluationSeconds, lastEvaluation: timeJson(lastEvaluation) },
  };
}

/** Beyond Prometheus: there only when there is something to say. */
function adviceJson(advice: RuleAdvice | undefined): object {
  if (advice === undefined || advice.findings.length === 0) return {};
  const { findings, expr } = advice;
  return { advice: { findings, ...(expr === null ? {} : { query: expr }) } };
}

function alertingJson(rule: AlertingRuleStatus, withAlerts: boolean): object {
  return {
    state: rule.state,
    duration: rule.duration / 1000,
    keepFiringFor: rule.keepFiringFor / 1000,
    annotations: rule.annotations,
    ...(withAlerts ? { alerts: rule.alerts.map(alertJson) } : {}),
    ...ruleJson(rule, 'alerting'),
  };
}

function ruleJson(rule: RuleStatus, type: 'alerting' | 'recording'): object {
  const { name, query, labels, health, lastError, evaluationSeconds, lastEvaluation } = rule;
  return {
    name,
    query,
    labels,
    health,
    ...(lastError === '' ? {} : { lastError }),
    evaluationTime: evaluationSeconds,
    lastEvaluation: timeJson(lastEvaluation),
    type,
  };
}

function alertJson({ labels, annotations, state, activeAt, keepFiringSince, value }: ActiveAlertStatus): object {
  return {
    labels,
    annotations,
    state,
    activeAt: timeJson(activeAt),
    ...(keepFiringSince === null ? {} : { keepFiringSince: timeJson(keepFiringSince) }),
    value: formatFloatE(value),
  };
}

/** Go's zero time stands for "never". */
function timeJson(time: number | null): string {
  return time === null ? '0001-01-01T00:00:00Z' : new Date(time).toISOString();
}
