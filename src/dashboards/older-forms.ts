import { at, isObject, type Json, type JsonObject, objects, text } from './dashboard.ts';

/** Types of panels that are another one today. */
const OLDER_TYPES: ReadonlySet<string> = new Set([
  ...['graph', 'singlestat', 'grafana-singlestat-panel', 'table-old', 'grafana-piechart-panel'],
  ...['natel-discrete-panel', 'flant-statusmap-panel'],
]);

/** Settings that once stood beside `options`, by panel type: old name, new name. */
export const BESIDE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  alertlist: {
    ...{ show: 'showOptions', limit: 'maxItems', sortOrder: 'sortOrder', nameFilter: 'alertName' },
    ...{ stateFilter: 'stateFilter', onlyAlertsOnDashboard: 'dashboardAlerts' },
  },
  dashlist: {
    ...{ query: 'query', tags: 'tags', limit: 'maxItems', search: 'showSearch', starred: 'showStarred' },
    ...{ recent: 'showRecentlyViewed', headings: 'showHeadings', folderId: 'folderId' },
  },
};

/** Settings that stood beside each other in heatmaps of before Grafana 9. */
export const OLD_HEATMAP: readonly string[] = [
  ...['dataFormat', 'cards', 'color', 'xBucketNumber', 'xBucketSize', 'yBucketNumber', 'yBucketSize'],
];

/** Whether only `parseDashboard` reads this right: a panel has an older form, or the whole has another schema. */
export function isOlderDashboard(json: Json): boolean {
  if (!isObject(json) || !Array.isArray(json['panels'])) return true;
  return isObject(json['elements']) || isObject(json['dashboard']) || isObject(json['spec']) || hasOlder(json);
}

function hasOlder(holder: JsonObject): boolean {
  const items = [...objects(holder['panels']), ...objects(holder['rows'])];
  return items.some((item) => isOlderPanel(item) || isObject(item['libraryPanel']) || hasOlder(item));
}

/** Whether migrating this panel changes it. */
export function isOlderPanel(panel: JsonObject): boolean {
  const type = text(panel['type']);
  return (
    OLDER_TYPES.has(type) ||
    (type === 'table' && isOlderTable(panel)) ||
    (type === 'heatmap' && OLD_HEATMAP.some((name) => panel[name] !== undefined)) ||
    (Object.hasOwn(BESIDE, type) && Object.keys(BESIDE[type]!).some((name) => panel[name] !== undefined)) ||
    isObject(at(panel, 'options', 'fieldOptions')) ||
    isObject(at(panel, 'options', 'valueOptions'))
  );
}

/** A table of before version 8 has `styles`. */
export function isOlderTable(panel: JsonObject): boolean {
  return Array.isArray(panel['styles']) && panel['fieldConfig'] === undefined;
}
