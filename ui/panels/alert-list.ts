import { type AlertGroup, alertGroups, type ListedAlert } from '#dashboards/alert-list';
import { text } from '#dashboards/dashboard';
import { prometheus } from '../api/prometheus.ts';
import { PREFIX } from '../api/server.ts';
import { durationText } from '../format/duration.ts';
import { element, type PanelInput, type PanelView } from './panel-view.ts';

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

/** The alerts of this server's rules. It asks for them itself, at every beat of the dashboard. */
export function createAlertList(root: HTMLElement): PanelView {
  root.classList.add('panel-list');
  let running: AbortController | null = null;
  const load = async (input: PanelInput): Promise<void> => {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    try {
      const { data } = await prometheus<{ readonly groups: readonly { readonly rules: readonly RuleJson[] }[] }>(
        'rules',
        {
          params: { type: 'alert' },
          signal: mine.signal,
        },
      );
      const alerts = data.groups.flatMap(({ rules }) => rules.flatMap(alertsOf));
      show(root, alertGroups(input.panel, alerts), input);
    } catch (error) {
      if (mine.signal.aborted) return;
      root.replaceChildren(element('p', 'panel-list-note bad', error instanceof Error ? error.message : String(error)));
    }
  };
  return {
    update(input) {
      void load(input);
      return 'ready';
    },
    destroy() {
      running?.abort();
      root.replaceChildren();
      root.classList.remove('panel-list');
    },
  };
}

/** A rule without alerts is listed once, as inactive. */
function alertsOf({ name, labels = {}, annotations = {}, alerts = [] }: RuleJson): ListedAlert[] {
  if (alerts.length === 0) {
    return [{ state: 'inactive', labels: { ...labels, alertname: name }, annotations, since: Number.NaN }];
  }
  return alerts.map((alert) => ({ ...alert, since: Date.parse(alert.activeAt) }));
}

function show(root: HTMLElement, groups: readonly AlertGroup[], { panel }: PanelInput): void {
  const count = groups.reduce((sum, { alerts }) => sum + alerts.length, 0);
  if (text(panel.options['viewMode']) === 'stat') {
    root.replaceChildren(element('div', 'panel-list-count', String(count)));
    return;
  }
  if (count === 0) {
    root.replaceChildren(element('p', 'panel-list-note', 'No alert is firing.'));
    return;
  }
  root.replaceChildren(
    ...groups.flatMap(({ name, alerts }) => [
      ...(name === '' ? [] : [element('h3', 'panel-list-group', `${name} (${alerts.length})`)]),
      ...alerts.map(alertLine),
    ]),
  );
}

function alertLine({ state, labels, annotations, since }: ListedAlert): HTMLElement {
  const line = element('a', 'panel-list-line');
  line.href = `${PREFIX}/alerts?filter=${encodeURIComponent(`alertname=${labels['alertname'] ?? ''}`)}`;
  line.dataset['state'] = state;
  const severity = labels['severity'] ?? '';
  const age = Number.isNaN(since)
    ? ''
    : `for ${durationText(Math.max(0, Math.round((Date.now() - since) / 1000)) * 1000)}`;
  line.append(
    element('span', 'panel-list-state', state),
    element('b', '', labels['alertname'] ?? ''),
    ...(severity === '' ? [] : [element('span', 'panel-list-tag', severity)]),
    element('span', 'clip dim', annotations['summary'] ?? annotations['description'] ?? ''),
    element('span', 'panel-list-age dim', age),
  );
  return line;
}
