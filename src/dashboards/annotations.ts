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
import { type PrometheusData, sampleValue } from './frames.ts';

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

/** An event of /api/annotations. */
export interface StoredAnnotationJson {
  readonly id: number;
  readonly dashboardUID: string;
  readonly panelId: number;
  readonly time: Millis;
  readonly timeEnd: Millis;
  readonly text: string;
  readonly tags: readonly string[];
}

/** Stored events as they are drawn. Their text may be HTML of Grafana's, which is shown as it is written. */
export function storedAnnotations(events: readonly StoredAnnotationJson[], source: AnnotationDefinition): Annotation[] {
  return events.map(({ id, panelId, time, timeEnd, text: words, tags }) => {
    const [title = '', ...more] = words.split('\n');
    const end = Math.max(time, timeEnd);
    return {
      start: time,
      end,
      title: title || source.name,
      text: more.join(' '),
      tags,
      source,
      kept: { id, panelId, text: words },
    };
  });
}

/** An alert as an Alertmanager has it. */
export interface AlertEvent {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
}

/** The alerts of an Alertmanager as events that last until the end of a range. */
export function alertAnnotations(
  alerts: readonly AlertEvent[],
  source: AnnotationDefinition,
  end: Millis,
): Annotation[] {
  return alerts
    .map(({ labels, annotations, startsAt }): Annotation => {
      const words = wordsOf(labels, source);
      const start = Date.parse(startsAt);
      return {
        ...{ ...words, source, start, end: Math.max(start, end) },
        title: source.titleFormat === '' ? (labels['alertname'] ?? words.title) : words.title,
        text: source.textFormat === '' ? (annotations['summary'] ?? '') : words.text,
      };
    })
    .filter(({ start }) => start <= end)
    .sort((a, b) => a.start - b.start);
}

/**
 * What a range query found, oldest first: samples above zero, those of a series that follow each other within a step as one.
 */
export function annotationsOf(data: PrometheusData, source: AnnotationDefinition, step: Millis): Annotation[] {
  if (data.resultType !== 'matrix') return [];
  const found = data.result.flatMap(({ metric, values = [] }) => {
    const words = { ...wordsOf(metric, source), source };
    const events: Annotation[] = [];
    for (const [seconds, written] of values) {
      const value = sampleValue(written);
      if (!(value > 0)) continue;
      const start = source.useValueForTime ? Math.floor(value) : Math.floor(seconds * 1000);
      const last = events.at(-1);
      if (last?.start === start) continue;
      if (!source.useValueForTime && last !== undefined && start - last.end <= step) {
        events[events.length - 1] = { ...last, end: start };
      } else events.push({ ...words, start, end: start });
    }
    return events;
  });
  return found.sort((a, b) => a.start - b.start);
}

function wordsOf(
  metric: Readonly<Record<string, string>>,
  { name, titleFormat, textFormat, tagKeys }: AnnotationDefinition,
): Pick<Annotation, 'title' | 'text' | 'tags'> {
  const filled = (format: string): string =>
    format.replace(/\{\{\s*(.+?)\s*\}\}/g, (_, label: string) => metric[label] ?? '');
  const tags = tagKeys.flatMap((key) => (metric[key] === undefined ? [] : [metric[key]]));
  return { title: filled(titleFormat) || name, text: filled(textFormat), tags };
}
