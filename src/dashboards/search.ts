import type { LibraryFolder } from './folders.ts';
import type { LibraryDashboard } from './library.ts';
import { type PanelTitle, type PanelUse, searchWords } from './search-text.ts';

/** What to look for. Empty lists and texts: anything. */
export interface LibrarySearch {
  /** All words must stand in the title, tags, panels, queries or folder. */
  readonly query?: string;
  /** It has all of them. */
  readonly tags?: readonly string[];
  readonly uids?: readonly string[];
  readonly ids?: readonly number[];
  /** `general` is the top. */
  readonly folderUids?: readonly string[];
  /** Only these. */
  readonly starred?: ReadonlySet<string>;
  readonly descending?: boolean;
}

/** The dashboards that are looked for, in their order (or against it); those with all words in the title come first. */
export function searchDashboards(all: readonly LibraryDashboard[], search: LibrarySearch): LibraryDashboard[] {
  const { tags = [], uids = [], ids = [], folderUids = [], starred } = search;
  const words = searchWords(search.query ?? '');
  const found = all.filter((dashboard) => {
    const { uid, id, folderUid, folder } = dashboard;
    return (
      tags.every((tag) => dashboard.tags.includes(tag)) &&
      isOneOf(uids, uid) &&
      isOneOf(ids, id) &&
      isOneOf(folderUids, folderUid === '' ? 'general' : folderUid) &&
      (starred === undefined || starred.has(uid)) &&
      hasWords(`${dashboard.words}\n${folder.toLowerCase()}`, words)
    );
  });
  if (search.descending === true) found.reverse();
  if (words.length === 0) return found;
  const byTitle = found.filter(({ title }) => hasWords(title.toLowerCase(), words));
  return [...byTitle, ...found.filter((dashboard) => !byTitle.includes(dashboard))];
}

/** The folders that are looked for, by title. A tag or an id of a dashboard is none of a folder. */
export function searchFolders(all: readonly LibraryFolder[], search: LibrarySearch): LibraryFolder[] {
  const { query = '', tags = [], uids = [], ids = [], folderUids = [], starred } = search;
  if (tags.length > 0 || starred !== undefined || ids.length > 0) return [];
  const found = all.filter(({ uid, title, parentUid }) => {
    const inside = isOneOf(folderUids, parentUid === '' ? 'general' : parentUid);
    return inside && isOneOf(uids, uid) && hasWords(title.toLowerCase(), searchWords(query));
  });
  found.sort((a, b) => (a.title.toLowerCase() < b.title.toLowerCase() ? -1 : 1));
  return search.descending === true ? found.reverse() : found;
}

/** Where a text (a metric, a part of an expression) is used: the queries that hold it, by dashboard. */
export function findUses(
  all: readonly LibraryDashboard[],
  text: string,
): { readonly dashboard: LibraryDashboard; readonly uses: readonly PanelUse[] }[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return [];
  return all.flatMap((dashboard) => {
    if (!dashboard.words.includes(wanted)) return [];
    const uses = dashboard.uses.filter(({ expr }) => expr.toLowerCase().includes(wanted));
    return uses.length === 0 ? [] : [{ dashboard, uses }];
  });
}

/** A panel and the dashboard that it is in. */
export interface FoundPanel extends PanelTitle {
  readonly dashboard: LibraryDashboard;
}

/**
 * The panels with all words in their title or that of their dashboard, and one at least in their own: `most` of them,
 * those with all words in their own title first.
 */
export function findPanels(all: readonly LibraryDashboard[], query: string, most: number): FoundPanel[] {
  const words = searchWords(query);
  if (words.length === 0) return [];
  const found = all.flatMap((dashboard) => {
    const around = dashboard.title.toLowerCase();
    const left = words.filter((word) => !around.includes(word));
    return dashboard.titles.flatMap(({ panelId, title }) => {
      const own = title.toLowerCase();
      if (!hasWords(own, left) || !words.some((word) => own.includes(word))) return [];
      return { dashboard, panelId, title, whole: hasWords(own, words) };
    });
  });
  const first = [...found.filter(({ whole }) => whole), ...found.filter(({ whole }) => !whole)];
  return first.slice(0, most).map(({ dashboard, panelId, title }) => ({ dashboard, panelId, title }));
}

function isOneOf<T>(wanted: readonly T[], value: T): boolean {
  return wanted.length === 0 || wanted.includes(value);
}

function hasWords(text: string, words: readonly string[]): boolean {
  return words.every((word) => text.includes(word));
}
