import { number } from '#dashboards/dashboard';
import { cssColor } from '#dashboards/palette';
import { timeLabel } from '../parts/time-axis.ts';
import { currentTimeZone } from '../state/preferences.ts';
import { clipped, element, type PanelView } from './panel-view.ts';

/** The events of the dashboard in its time range, the newest first. */
export function createAnnotationList(root: HTMLElement): PanelView {
  root.classList.add('panel-list');
  return {
    update({ panel, annotations, theme }) {
      const shown = annotations.toReversed().slice(0, number(panel.options['limit'], 10));
      root.replaceChildren(
        ...(shown.length === 0 ? [element('p', 'panel-list-note', 'Nothing happened in this time range.')] : []),
        ...shown.map(({ start, title, text, tags, source }) => {
          const line = element('div', 'panel-list-line');
          const swatch = element('i', 'swatch square');
          swatch.style.background = cssColor(source.color, theme);
          line.append(
            swatch,
            element('b', '', title),
            clipped(text),
            ...tags.map((tag) => element('span', 'panel-list-tag', tag)),
            element('span', 'panel-list-age dim', timeLabel(start, currentTimeZone())),
          );
          return line;
        }),
      );
      return 'ready';
    },
    destroy() {
      root.replaceChildren();
      root.classList.remove('panel-list');
    },
  };
}
