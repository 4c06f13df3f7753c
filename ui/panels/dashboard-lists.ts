import { number, type Panel, text } from '#dashboards/dashboard';
import type { DashboardHit } from '../dashboard/search-dashboards.ts';

/** Dashboards under a heading; '' where the panel wants none. */
export interface DashboardList {
  readonly heading: string;
  readonly hits: readonly DashboardHit[];
  /** What is said where there are none. */
  readonly nothing: string;
}

/** The lists that a panel asks for: the starred ones, those that were open here last (by uid, the newest first), and a search. */
export function dashboardLists(
  { options }: Panel,
  all: readonly DashboardHit[],
  recent: readonly string[],
): readonly DashboardList[] {
  const most = Math.max(0, number(options['maxItems'], 10));
  const lists = [
    {
      ...{ wanted: options['showStarred'] !== false, heading: 'Starred dashboards', nothing: 'None is starred.' },
      hits: all.filter(({ isStarred }) => isStarred),
    },
    {
      ...{ wanted: options['showRecentlyViewed'] === true, heading: 'Recently viewed dashboards' },
      nothing: 'None was open in this browser yet.',
      hits: recent.flatMap((uid) => all.find((hit) => hit.uid === uid) ?? []),
    },
    {
      ...{ wanted: options['showSearch'] === true, heading: 'Search' },
      nothing: 'No dashboard has these words and tags.',
      hits: all.filter(searchedBy(options)),
    },
  ];
  return lists
    .filter(({ wanted }) => wanted)
    .map(({ heading, hits, nothing }) => {
      const shown = options['showHeadings'] === false ? '' : heading;
      return { heading: shown, hits: hits.slice(0, most), nothing };
    });
}

/** By the words in its title, all of its tags and its folder; a folder without a uid is the top. */
function searchedBy(options: Panel['options']): (hit: DashboardHit) => boolean {
  const words = text(options['query']).toLowerCase();
  const tags = (Array.isArray(options['tags']) ? options['tags'] : []).map((tag) => text(tag));
  const folder = typeof options['folderUID'] === 'string' ? options['folderUID'].replace(/^general$/, '') : null;
  return ({ title, tags: own, folderUid }) =>
    title.toLowerCase().includes(words) &&
    tags.every((tag) => own.includes(tag)) &&
    (folder === null || folder === folderUid);
}
