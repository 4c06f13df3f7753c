import type { Millis } from '#model/time';
import {
  type AnnotationDefinition,
  at,
  isObject,
  type JsonObject,
  number,
  type StoredAnnotations,
  text,
} from './dashboard.ts';
import { datasourceRef } from './datasource-ref.ts';

/** Something that happened, at an instant or for a while. */
export interface Annotation {
  readonly start: Millis;
  /** The start again for an instant. */
  readonly end: Millis;
  readonly title: string;
  readonly text: string;
  readonly tags: readonly string[];
  readonly source: AnnotationDefinition;
  /** Of one that is stored here and can be changed; a panel of 0 is the whole dashboard. */
  readonly kept?: { readonly id: number; readonly panelId: number; readonly text: string };
}

const GRAFANA_UIDS: readonly string[] = ['-- Grafana --', 'grafana'];
/** Grafana's color of events that people make. */
const STORED_COLOR = 'rgba(0, 211, 255, 1)';

/**
 * The annotations of a file: those that a query finds and those that are stored here. The dashboard's own stored ones are
 * among them, whether the file names them or not.
 */
export function parseAnnotations(items: readonly JsonObject[]): AnnotationDefinition[] {
  const named = items.flatMap((item) => {
    const expr = text(item['expr']) || text(at(item, 'target', 'expr'));
    const stored = isStored(item) ? storedOf(item) : null;
    return expr === '' && stored === null ? [] : [definitionOf(item, expr, stored)];
  });
  const own = items.some((item) => item['builtIn'] === 1);
  return own ? named : [...named, definitionOf({ hide: true }, '', storedOf({}))];
}

function isStored(item: JsonObject): boolean {
  const written = item['datasource'];
  const uid = text(at(written, 'uid')) || text(written);
  return item['builtIn'] === 1 || GRAFANA_UIDS.includes(uid);
}

function storedOf(item: JsonObject): StoredAnnotations {
  const target = isObject(item['target']) ? item['target'] : item;
  const tags = Array.isArray(target['tags']) ? target['tags'].map((tag) => text(tag)) : [];
  const limit = number(target['limit'], 100);
  const of = text(target['type']) === 'tags' && tags.length > 0 ? 'tags' : 'dashboard';
  return { of, tags, matchAny: target['matchAny'] === true, limit: limit > 0 ? limit : 100 };
}

function definitionOf(item: JsonObject, expr: string, stored: StoredAnnotations | null): AnnotationDefinition {
  const ids = at(item, 'filter', 'ids');
  return {
    ...{ stored, expr: stored === null ? expr : '', datasource: datasourceRef(item['datasource']) },
    name: text(item['name'], stored === null ? 'Events' : 'Annotations & Alerts'),
    step: text(item['step']),
    enabled: item['enable'] !== false,
    hidden: item['hide'] === true,
    color: text(item['iconColor'], stored === null ? 'red' : STORED_COLOR),
    titleFormat: text(item['titleFormat']),
    textFormat: text(item['textFormat']),
    tagKeys: text(item['tagKeys'])
      .split(',')
      .map((key) => key.trim())
      .filter((key) => key !== ''),
    useValueForTime: item['useValueForTime'] === true || item['useValueForTime'] === 'on',
    panels: Array.isArray(ids)
      ? {
          ids: ids.filter((id): id is number => typeof id === 'number'),
          exclude: at(item, 'filter', 'exclude') === true,
        }
      : null,
  };
}

/** Whether a panel draws an event: its definition is for all panels or for this one, and so is the event itself. */
export function showsOn({ source: { panels, stored }, kept }: Annotation, panelId: number): boolean {
  const others = stored?.of === 'dashboard' && kept !== undefined && kept.panelId !== 0 && kept.panelId !== panelId;
  return !others && (panels === null || panels.ids.includes(panelId) !== panels.exclude);
}
