import { parseSelector } from '#dashboards/label-filter';
import type { AlertJson } from '../api/alertmanager.ts';
import type { LabelSet, RuleGroupJson } from '../api/prometheus.ts';
import { containsWords } from '../parts/text-match.ts';

export type AlertState = 'firing' | 'pending' | 'suppressed';

/** One alert, from the rules of this server or sent to its Alertmanager by somebody else. */
export interface AlertEntry {
  readonly key: string;
  readonly name: string;
  readonly labels: LabelSet;
  readonly annotations: LabelSet;
  /** `suppressed`: it fires, and a silence, an inhibition or a time interval keeps it from being sent. */
  readonly state: AlertState;
  readonly activeAt: number;
  readonly value: string | null;
  /** The expression behind it, or null when only its source knows. */
  readonly query: string | null;
  readonly group: string;
  /** What Alertmanager knows of it; null while it does not know it. */
  readonly known: AlertJson | null;
  /** Lower case, for filters. */
  readonly text: string;
}

/** Every alert: those of the rules joined with what Alertmanager says of them, then those that only Alertmanager has. */
export function alertEntries(groups: readonly RuleGroupJson[], received: readonly AlertJson[]): AlertEntry[] {
  const index = indexReceived(received);
  const own = groups.flatMap((group) =>
    group.rules.flatMap((rule) =>
      (rule.alerts ?? []).map((alert): AlertEntry => {
        const known = index.take(alert.labels);
        return {
          key: `${group.file} ${group.name} ${labelsKey(alert.labels)}`,
          name: rule.name,
          labels: alert.labels,
          annotations: alert.annotations,
          state: alert.state === 'pending' ? 'pending' : stateOf(known),
          activeAt: Date.parse(alert.activeAt),
          value: alert.value,
          query: rule.query,
          group: group.name,
          known,
          text: searchText(alert.labels, alert.annotations),
        };
      }),
    ),
  );
  return [...own, ...index.rest().map(receivedEntry)];
}

export type AlertCounts = Readonly<Record<AlertState, number>>;

/** How many alerts are in each state. */
export function countAlerts(entries: readonly AlertEntry[]): AlertCounts {
  const counts = { firing: 0, pending: 0, suppressed: 0 };
  for (const { state } of entries) counts[state] += 1;
  return counts;
}

function receivedEntry(alert: AlertJson): AlertEntry {
  return {
    key: alert.fingerprint,
    name: alert.labels['alertname'] ?? '(no alertname)',
    labels: alert.labels,
    annotations: alert.annotations,
    state: stateOf(alert),
    activeAt: Date.parse(alert.startsAt),
    value: null,
    query: null,
    group: 'received from elsewhere',
    known: alert,
    text: searchText(alert.labels, alert.annotations),
  };
}

function stateOf(known: AlertJson | null): AlertState {
  return known?.status.state === 'suppressed' ? 'suppressed' : 'firing';
}

/** What the words of a filter are looked for in, in lower case. */
export function searchText(labels: LabelSet, annotations: LabelSet): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return [...pairs, ...Object.values(annotations)].join('\n').toLowerCase();
}

function labelsKey(labels: LabelSet): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Alertmanager's alerts by the labels they had before external labels were added. Which names those are is learned from
 * the first alert that only differs by them.
 */
function indexReceived(received: readonly AlertJson[]) {
  const byKey = new Map<string, AlertJson[]>();
  for (const alert of received) put(byKey, labelsKey(alert.labels), alert);
  const taken = new Set<AlertJson>();
  const added: string[][] = [];
  const indexed = new Map<string, Map<string, AlertJson[]>>();
  const find = (labels: LabelSet, names: readonly string[]): AlertJson | undefined => {
    const id = names.join('\n');
    const stripped = indexed.get(id) ?? indexWithout(received, names);
    indexed.set(id, stripped);
    return stripped.get(labelsKey(labels))?.find((alert) => !taken.has(alert));
  };
  const learn = (labels: LabelSet): AlertJson | undefined => {
    const pairs = Object.entries(labels);
    const found = received.find(
      (alert) => !taken.has(alert) && pairs.every(([name, value]) => alert.labels[name] === value),
    );
    if (found !== undefined)
      added.push(
        Object.keys(found.labels)
          .filter((name) => labels[name] === undefined)
          .sort(),
      );
    return found;
  };
  let misses = 0;
  return {
    take(labels: LabelSet): AlertJson | null {
      const exact = byKey.get(labelsKey(labels))?.find((alert) => !taken.has(alert));
      const hit = exact ?? added.map((names) => find(labels, names)).find((alert) => alert !== undefined);
      // A search through all of them is for learning; a rule whose alerts are never sent must not make it quadratic.
      const alert = hit ?? (misses < 20 ? learn(labels) : undefined);
      if (alert === undefined) misses += 1;
      else taken.add(alert);
      return alert ?? null;
    },
    rest: (): AlertJson[] => received.filter((alert) => !taken.has(alert)),
  };
}

function indexWithout(received: readonly AlertJson[], names: readonly string[]): Map<string, AlertJson[]> {
  const index = new Map<string, AlertJson[]>();
  for (const alert of received) {
    const labels = Object.fromEntries(Object.entries(alert.labels).filter(([name]) => !names.includes(name)));
    put(index, labelsKey(labels), alert);
  }
  return index;
}

function put(index: Map<string, AlertJson[]>, key: string, alert: AlertJson): void {
  const list = index.get(key);
  if (list === undefined) index.set(key, [alert]);
  else list.push(alert);
}

/** A line of the page: the head of a group, or one of its alerts. */
export type AlertRow =
  | { readonly kind: 'group'; readonly key: string; readonly name: string; readonly entries: readonly AlertEntry[] }
  | { readonly kind: 'alert'; readonly key: string; readonly entry: AlertEntry };

export interface AlertRowsOptions {
  readonly state: AlertState | 'all';
  readonly filter: string;
  /** The name of a receiver that the alerts go to; '' for any. */
  readonly receiver: string;
  /** A label's name, or `alertname` for the usual grouping. */
  readonly by: string;
  readonly closed: ReadonlySet<string>;
}

/** The entries that a state, a filter and a receiver let through. */
export function filterAlerts(
  entries: readonly AlertEntry[],
  { state, filter, receiver }: AlertRowsOptions,
): AlertEntry[] {
  const wanted = alertFilter(filter);
  return entries.filter(
    ({ state: own, labels, known, text }) =>
      (state === 'all' || own === state) &&
      (receiver === '' || known?.receivers.some(({ name }) => name === receiver)) &&
      wanted({ labels: known?.labels ?? labels, text }),
  );
}

/** Matchers, as in `{severity="page", job=~"a|b"}`, or words that all stand somewhere in the alert. */
export function alertFilter(filter: string): (alert: { readonly labels: LabelSet; readonly text: string }) => boolean {
  if (filter === '') return () => true;
  if (/^\s*\{|=~|!~|!=|="/.test(filter)) return parseSelector(filter);
  return ({ text }) => containsWords(filter, text);
}

/** Groups with firing alerts come first, then by name; in a group firing before pending, newest first. Closed groups show their head only. */
export function alertRows(entries: readonly AlertEntry[], { by, closed }: AlertRowsOptions): AlertRow[] {
  const groups = new Map<string, AlertEntry[]>();
  for (const entry of entries) {
    const name = by === 'alertname' ? entry.name : (entry.labels[by] ?? `no ${by}`);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [entry]);
    else group.push(entry);
  }
  return [...groups]
    .map(([name, members]) => ({ name, members: members.sort(byUrgency) }))
    .sort((a, b) => order(a.members[0]!) - order(b.members[0]!) || (a.name < b.name ? -1 : 1))
    .flatMap(({ name, members }): AlertRow[] => [
      { kind: 'group', key: `group ${name}`, name, entries: members },
      ...(closed.has(name) ? [] : members.map((entry): AlertRow => ({ kind: 'alert', key: entry.key, entry }))),
    ]);
}

const STATE_ORDER: Readonly<Record<AlertState, number>> = { firing: 0, pending: 1, suppressed: 2 };

function order({ state }: AlertEntry): number {
  return STATE_ORDER[state];
}

function byUrgency(a: AlertEntry, b: AlertEntry): number {
  return order(a) - order(b) || b.activeAt - a.activeAt;
}
