import { type AlertGroup, alertGroups, type ListedAlert } from '#dashboards/alert-list';
import { text } from '#dashboards/dashboard';
import { safeUrl } from '#dashboards/links';
import { PREFIX } from '../api/server.ts';
import { durationText } from '../format/duration.ts';
import { loadAlerts } from './alert-source.ts';
import { clipped, element, type PanelInput, type PanelView } from './panel-view.ts';

/** The alerts of this server or of another data source. It asks for them itself, at every beat of the dashboard. */
export function createAlertList(root: HTMLElement): PanelView {
  root.classList.add('panel-list');
  let running: AbortController | null = null;
  const load = async (input: PanelInput): Promise<void> => {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    try {
      const { alerts, own } = await loadAlerts(input.panel, input.scope, mine.signal);
      if (!mine.signal.aborted) show(root, alertGroups(input.panel, alerts), { ...input, own });
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

function show(
  root: HTMLElement,
  groups: readonly AlertGroup[],
  { panel, own }: PanelInput & { readonly own: boolean },
): void {
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
      ...alerts.map((alert) => alertLine(alert, own)),
    ]),
  );
}

function alertLine(alert: ListedAlert, own: boolean): HTMLElement {
  const { state, labels, annotations, since } = alert;
  const line = element('a', 'panel-list-line');
  const url = own ? ownUrl(labels['alertname'] ?? '') : safeUrl(alert.origin ?? '');
  if (url !== null) line.href = url;
  line.dataset['state'] = state;
  const severity = labels['severity'] ?? '';
  const age = Number.isNaN(since)
    ? ''
    : `for ${durationText(Math.max(0, Math.round((Date.now() - since) / 1000)) * 1000)}`;
  line.append(
    element('span', 'panel-list-state', state),
    element('b', '', labels['alertname'] ?? ''),
    ...(severity === '' ? [] : [element('span', 'panel-list-tag', severity)]),
    clipped(annotations['summary'] ?? annotations['description'] ?? ''),
    element('span', 'panel-list-age dim', age),
  );
  return line;
}

/** Where this server says more of an alert. */
function ownUrl(name: string): string {
  return `${PREFIX}/alerts?filter=${encodeURIComponent(`alertname=${name}`)}`;
}
