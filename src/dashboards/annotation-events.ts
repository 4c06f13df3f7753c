import type { Millis } from '#model/time';
import type { Annotation } from './annotations.ts';
import type { AnnotationDefinition } from './dashboard.ts';
import { type PrometheusData, sampleValue } from './frames.ts';

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
