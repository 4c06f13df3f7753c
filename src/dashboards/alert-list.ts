import type { Millis } from '#model/time';
import { at, number, type Panel, text } from './dashboard.ts';
import { parseSelector } from './label-filter.ts';

/** An alert as /api/v1/alerts gives it. */
export interface ListedAlert {
  readonly state: 'firing' | 'pending' | 'inactive';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Since when. */
  readonly since: Millis;
  /** The address of what made it, where another program has it; '' or absent when it gave none. */
  readonly origin?: string;
}

/** Alerts that belong together; the name is '' when nothing groups them. */
export interface AlertGroup {
  readonly name: string;
  readonly alerts: readonly ListedAlert[];
}

const SEVERITY: Readonly<Record<string, number>> = { critical: 0, error: 1, warning: 2, info: 3 };
const STATES = ['firing', 'pending', 'inactive'];

/** The alerts that a panel lists: those of its states, names and labels, in its order, at most so many. */
export function alertGroups(panel: Panel, alerts: readonly ListedAlert[]): AlertGroup[] {
  const { options } = panel;
  const listed = alerts
    .filter(({ state }) => wantsState(panel, state))
    .filter(matchesName(text(options['alertName'])))
    .filter(parseSelector(text(options['alertInstanceLabelFilter'])))
    .toSorted(orderOf(options['sortOrder']))
    .slice(0, number(options['maxItems'], 20));
  const by = text(options['groupMode']) === 'custom' ? options['groupBy'] : [];
  const labels = (Array.isArray(by) ? by : []).map((label) => text(label));
  if (labels.length === 0) return listed.length === 0 ? [] : [{ name: '', alerts: listed }];
  const groups = new Map<string, ListedAlert[]>();
  for (const alert of listed) {
    const name = labels.map((label) => `${label}=${alert.labels[label] ?? ''}`).join(', ');
    groups.set(name, [...(groups.get(name) ?? []), alert]);
  }
  return [...groups].map(([name, members]) => ({ name, alerts: members }));
}

/** Firing and pending ones, unless the panel chooses. Old files list the states they want. */
function wantsState({ options }: Panel, state: ListedAlert['state']): boolean {
  const chosen = at(options, 'stateFilter', state === 'inactive' ? 'normal' : state);
  if (typeof chosen === 'boolean') return chosen;
  return state !== 'inactive';
}

function matchesName(part: string): (alert: ListedAlert) => boolean {
  const wanted = part.toLowerCase();
  return ({ labels }) => (labels['alertname'] ?? '').toLowerCase().includes(wanted);
}

/** 1 and 2 by name, 3 by how bad it is, 4 and 5 by age. */
function orderOf(json: unknown): (a: ListedAlert, b: ListedAlert) => number {
  const byName = (a: ListedAlert, b: ListedAlert): number =>
    (a.labels['alertname'] ?? '').localeCompare(b.labels['alertname'] ?? '', 'en');
  const rank = ({ state, labels }: ListedAlert): number =>
    STATES.indexOf(state) * 10 + (SEVERITY[labels['severity'] ?? ''] ?? 4);
  switch (json) {
    case 2:
      return (a, b) => byName(b, a);
    case 3:
      return (a, b) => rank(a) - rank(b) || byName(a, b);
    case 4:
      return (a, b) => a.since - b.since;
    case 5:
      return (a, b) => b.since - a.since;
    default:
      return byName;
  }
}
