import type { Millis } from '#model/time';
import { type AnnotationDefinition, at, type JsonObject, text } from './dashboard.ts';
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
}

/** The annotations of a file that a Prometheus query finds. Grafana's own store of events does not exist here. */
export function parseAnnotations(items: readonly JsonObject[]): AnnotationDefinition[] {
  return items.flatMap((item) => {
    const expr = text(item['expr']) || text(at(item, 'target', 'expr'));
    if (expr === '' || item['builtIn'] === 1) return [];
    const ids = at(item, 'filter', 'ids');
    return [
      {
        expr,
        name: text(item['name'], 'Events'),
        step: text(item['step']),
        enabled: item['enable'] !== false,
        hidden: item['hide'] === true,
        color: text(item['iconColor'], 'red'),
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
      },
    ];
  });
}

/** Whether a panel draws what a definition finds. */
export function showsOn({ panels }: AnnotationDefinition, panelId: number): boolean {
  return panels === null || panels.ids.includes(panelId) !== panels.exclude;
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
