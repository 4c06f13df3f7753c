import { type LogLine, logModel } from '#dashboards/log-lines';
import { timeLabel } from '../parts/time-axis.ts';
import { currentTimeZone } from '../state/preferences.ts';
import { element, type PanelView } from './panel-view.ts';

/** More lines than this are only counted. */
const MOST_LINES = 1000;

/** Lines of text with their time and level. A click opens a line's labels. */
export function createLogs(root: HTMLElement): PanelView {
  root.classList.add('panel-list', 'panel-logs');
  return {
    update({ panel, frames }) {
      const model = logModel(panel, frames);
      const rest = model.lines.length - MOST_LINES;
      root.classList.toggle('wrapped', model.wrap);
      root.replaceChildren(
        ...model.lines.slice(0, MOST_LINES).map((line) => lineElement(line, model)),
        ...(rest > 0 ? [element('p', 'dim', `and ${rest} more lines`)] : []),
      );
      return model.lines.length > 0 ? 'ready' : 'empty';
    },
    destroy() {
      root.replaceChildren();
      root.classList.remove('panel-list', 'panel-logs', 'wrapped');
    },
  };
}

interface Shown {
  readonly showTime: boolean;
  readonly showLabels: boolean;
  readonly pretty: boolean;
}

function lineElement(line: LogLine, { showTime, showLabels, pretty }: Shown): HTMLElement {
  const details = element('details', 'panel-log-line');
  details.dataset['level'] = line.level;
  const summary = element('summary', '');
  const labels = Object.entries(line.labels).map(([name, value]) => `${name}=${value}`);
  summary.append(
    ...(showTime && !Number.isNaN(line.time) ? [element('time', '', timeLabel(line.time, currentTimeZone()))] : []),
    ...(line.count > 1 ? [element('b', 'panel-log-count', `${line.count}×`)] : []),
    ...(showLabels && labels.length > 0 ? [element('span', 'panel-log-labels', labels.join(' '))] : []),
    element('span', 'panel-log-text', pretty ? prettyText(line.text) : line.text),
  );
  const table = element('dl', 'panel-log-details');
  for (const [name, value] of Object.entries(line.labels))
    table.append(element('dt', '', name), element('dd', '', value));
  details.append(summary, table);
  return details;
}

/** JSON on several lines; anything else as it is. */
export function prettyText(text: string): string {
  if (!/^\s*[{[]/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
