import type { Millis } from '#model/time';
import type { FieldConfig } from './field-config.ts';
import { type Link, type LinkContext, resolveLinks } from './links.ts';

/** A value that links belong to: what they may name of it. */
export interface LinkedValue {
  readonly config: Pick<FieldConfig, 'links'>;
  /** Of its series or field. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** As people read it. */
  readonly text: string;
  readonly time?: Millis;
  /** The others of its line, by their field's name. */
  readonly line?: readonly (readonly [field: string, text: string])[];
}

/** The links of a value, with what they name of it in their addresses and titles. */
export function valueLinks(linked: LinkedValue, context: LinkContext): readonly Link[] {
  const { config, name, labels, value, text, time, line = [] } = linked;
  if (config.links.length === 0) return [];
  const data = new Map([
    ['__value.text', text],
    ['__value.raw', String(value)],
    ['__value.numeric', String(value)],
    ...(time === undefined ? [] : [['__value.time', String(time)] as const]),
    ...['__field.name', '__field.displayName', '__series.name'].map((key) => [key, name] as const),
    ...Object.entries(labels).map(([label, named]) => [`__field.labels.${label}`, named] as const),
    ...line.map(([field, written]) => [`__data.fields.${field}`, written] as const),
  ]);
  return resolveLinks(config.links, { ...context, data });
}
