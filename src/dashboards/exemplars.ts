import type { Millis, TimeRange } from '#model/time';
import { type Json, objects, text } from './dashboard.ts';
import { sampleValue } from './frames.ts';
import type { Scope } from './interpolate.ts';
import { type Link, resolveLinks } from './links.ts';

type Labels = Readonly<Record<string, string>>;

/** An observation that its program kept as an example. */
export interface Exemplar {
  readonly time: Millis;
  readonly value: number;
  /** Its own, the id of a trace among them. */
  readonly labels: Labels;
  readonly seriesLabels: Labels;
}

/** An exemplar of a panel's query, with where its labels lead. */
export interface PanelExemplar extends Exemplar {
  readonly refId: string;
  readonly links: readonly Link[];
}

/** The `data` of an answer of /api/v1/query_exemplars. */
export type ExemplarData = readonly {
  readonly seriesLabels: Labels;
  readonly exemplars: readonly { readonly labels: Labels; readonly value: string; readonly timestamp: number }[];
}[];

/** By time. An answer without data, of an expression without selectors, has none. */
export function exemplarsOf(data: ExemplarData | undefined | null): Exemplar[] {
  const all = (data ?? []).flatMap(({ seriesLabels, exemplars }) =>
    exemplars.map(({ labels, value, timestamp }) => ({
      ...{ time: Math.round(timestamp * 1000), value: sampleValue(value), labels, seriesLabels },
    })),
  );
  return all.sort((a, b) => a.time - b.time);
}

/** The width of a mark, and how many may stand above each other in it. */
const COLUMN_PIXELS = 12;
const PER_COLUMN = 3;

/**
 * Those that a picture of so many pixels has room for: per column at most the largest, the smallest and one between them.
 * Columns are counted from 1970, so that a range that moves on keeps those that it had. Values that are no numbers and
 * times beside the range are left out.
 */
export function thinExemplars<T extends Exemplar>(exemplars: readonly T[], range: TimeRange, pixels: number): T[] {
  const width = Math.max(1, ((range.end - range.start) * COLUMN_PIXELS) / Math.max(1, pixels));
  const columns = new Map<number, T[]>();
  for (const one of exemplars) {
    if (Number.isNaN(one.value) || one.time < range.start || one.time > range.end) continue;
    const column = Math.floor(one.time / width);
    const there = columns.get(column);
    if (there === undefined) columns.set(column, [one]);
    else there.push(one);
  }
  return [...columns.values()].flatMap(spread).sort((a, b) => a.time - b.time);
}

function spread<T extends Exemplar>(column: readonly T[]): readonly T[] {
  if (column.length <= PER_COLUMN) return column;
  const byValue = [...column].sort((a, b) => a.value - b.value);
  return [byValue[0]!, byValue[byValue.length >> 1]!, byValue.at(-1)!];
}

/** What a link of an exemplar may name. */
export interface ExemplarLinkContext {
  readonly scope: Scope;
  readonly range: TimeRange;
  /** The title and address of a trace in another data source; null where its kind has none. */
  readonly trace: (sourceUid: string, id: string) => { readonly title: string; readonly url: string } | null;
}

/** Where an exemplar leads: `exemplarTraceIdDestinations` of its data source, for the labels that it has. */
export function exemplarLinks(labels: Labels, destinations: Json | undefined, context: ExemplarLinkContext): Link[] {
  return objects(destinations).flatMap((destination) => {
    const id = labels[text(destination['name'])];
    if (id === undefined || id === '') return [];
    const label = text(destination['urlDisplayLabel']);
    const inside = context.trace(text(destination['datasourceUid']), id);
    if (inside !== null) return [{ ...inside, title: label || inside.title, newTab: true }];
    const link = { title: label || 'Open the trace', url: text(destination['url']), targetBlank: true };
    return resolveLinks([link], {
      ...{ scope: context.scope, variables: new Map(), from: String(context.range.start) },
      ...{ to: String(context.range.end), data: new Map([['__value.raw', id]]) },
    });
  });
}
