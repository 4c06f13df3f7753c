import { resolveLinks } from '#dashboards/links';
import { PREFIX } from '../api/server.ts';
import { type DashboardHit, searchDashboards } from '../dashboard/search-dashboards.ts';
import { recentDashboards } from '../library/recents.ts';
import { type DashboardList, dashboardLists } from './dashboard-lists.ts';
import { element, type PanelInput, type PanelView } from './panel-view.ts';

/** Links to other dashboards: starred ones, those that were open here last, and those with words and tags. */
export function createDashboardList(root: HTMLElement): PanelView {
  root.classList.add('panel-list');
  let running: AbortController | null = null;
  const load = async (input: PanelInput): Promise<void> => {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    try {
      const all = await searchDashboards(mine.signal);
      if (mine.signal.aborted) return;
      const recent = recentDashboards().map(({ uid }) => uid);
      const lists = dashboardLists(input.panel, all, recent);
      root.replaceChildren(...(lists.length === 0 ? [NO_LISTS()] : lists.flatMap((list) => listElements(list, input))));
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

const NO_LISTS = (): HTMLElement => element('p', 'panel-list-note', 'This panel asks for no list of dashboards.');

function listElements({ heading, hits, nothing }: DashboardList, input: PanelInput): HTMLElement[] {
  return [
    ...(heading === '' ? [] : [element('h3', 'panel-list-group', heading)]),
    ...(hits.length === 0 ? [element('p', 'panel-list-note', nothing)] : []),
    ...hits.map((hit) => dashboardLine(hit, input)),
  ];
}

function dashboardLine({ uid, title, tags, folderTitle }: DashboardHit, { panel, links }: PanelInput): HTMLElement {
  const line = element('a', 'panel-list-line');
  line.href = addressOf(uid, panel.options, links);
  line.append(
    element('b', 'clip', title),
    ...(panel.options['showFolderNames'] === false ? [] : [element('span', 'dim clip', folderTitle)]),
    ...tags.slice(0, 4).map((tag) => element('span', 'panel-list-tag', tag)),
  );
  return line;
}

/** The time range and the variables go along where the panel keeps them. */
function addressOf(
  uid: string,
  { keepTime, includeVars }: PanelInput['panel']['options'],
  links: PanelInput['links'],
): string {
  const url = `${PREFIX}/d/${encodeURIComponent(uid)}`;
  const carried = { keepTime: keepTime === true, includeVars: includeVars === true };
  return resolveLinks([{ url, title: uid, ...carried }], links)[0]?.url ?? url;
}
