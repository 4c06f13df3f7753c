import { at, isObject, type JsonObject, objects, text } from './dashboard.ts';

/** The type of a panel whose content is kept elsewhere and did not come with the file. */
export const LIBRARY_PANEL = 'library-panel-ref';

/**
 * The dashboard with the panels of a library in the places that refer to them, as far as the file brings them along in
 * `__elements`; the others have the type LIBRARY_PANEL. Place and repetition are those of the reference.
 */
export function withLibraryPanels(source: JsonObject): JsonObject {
  const filled = (holder: JsonObject): JsonObject => {
    const lists = ['panels', 'rows'].filter((key) => Array.isArray(holder[key]));
    const changed = lists.map((key) => [key, objects(holder[key]).map((item) => filled(fromLibrary(item, source)))]);
    return { ...holder, ...(Object.fromEntries(changed) as JsonObject) };
  };
  return filled(source);
}

const OF_THE_PLACE = ['id', 'gridPos', 'libraryPanel', 'repeat', 'repeatDirection', 'maxPerRow', 'collapsed'] as const;

function fromLibrary(panel: JsonObject, source: JsonObject): JsonObject {
  if (!isObject(panel['libraryPanel'])) return panel;
  const uid = text(panel['libraryPanel']['uid']);
  const elements = objects(source['__elements']);
  const model =
    at(source, '__elements', uid, 'model') ?? elements.find((element) => text(element['uid']) === uid)?.['model'];
  if (!isObject(model)) {
    return { ...panel, type: LIBRARY_PANEL, title: text(panel['title']) || text(panel['libraryPanel']['name']) };
  }
  const place = OF_THE_PLACE.filter((key) => panel[key] !== undefined).map((key) => [key, panel[key]!]);
  return { ...model, ...(Object.fromEntries(place) as JsonObject) };
}
