import { number, type Panel, text } from '#dashboards/dashboard';
import { PREFIX } from '../api/server.ts';
import { type DashboardHit, searchDashboards } from '../dashboard/search-dashboards.ts';
import { element, type PanelInput, type PanelView } from './panel-view.ts';

/** Links to other dashboards, by words and tags. Asked for anew when its panel changes. */
export function createDashboardList(root: HTMLElement): PanelView {
  root.classList.add('panel-list');
  let running: AbortController | null = null;
  const load = async ({ panel, links }: PanelInput): Promise<void> => {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    try {
      const hits = chosenDashboards(panel, await searchDashboards(mine.signal));
      const query = carried(panel, links);
      root.replaceChildren(
        ...(hits.length === 0 ? [element('p', 'panel-list-note', 'No dashboard has these words and tags.')] : []),
        ...hits.map((hit) => dashboardLine(hit, query)),
      );
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

/** Those that a panel lists. */
export function chosenDashboards({ options }: Panel, all: readonly DashboardHit[]): readonly DashboardHit[] {
  const words = text(options['query']).toLowerCase();
  const tags = (Array.isArray(options['tags']) ? options['tags'] : []).map((tag) => text(tag));
  // Nobody stars or visits here: a list of those is a list of all.
  const searched = options['showSearch'] === true;
  return all
    .filter(({ title, tags: own }) => {
      return !searched || (title.toLowerCase().includes(words) && tags.every((tag) => own.includes(tag)));
    })
    .slice(0, number(options['maxItems'], 30));
}

/** What goes along to the next dashboard: the time range, when the panel keeps it. */
function carried({ options }: Panel, { from, to }: PanelInput['links']): string {
  return options['keepTime'] === true ? `?from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}` : '';
}

function dashboardLine({ uid, title, tags, folderTitle }: DashboardHit, query: string): HTMLElement {
  const line = element('a', 'panel-list-line');
  line.href = `${PREFIX}/d/${encodeURIComponent(uid)}${query}`;
  line.append(
    element('b', 'clip', title),
    element('span', 'dim clip', folderTitle),
    ...tags.slice(0, 4).map((tag) => element('span', 'panel-list-tag', tag)),
  );
  return line;
}
