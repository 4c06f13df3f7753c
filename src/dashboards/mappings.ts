import { expandTemplate } from '#lib/regex-template';
import { type Json, type JsonObject, number, object, objects, text } from './dashboard.ts';
import { compileWholePattern } from './pattern.ts';

/** What a value is shown as instead. Empty texts leave the value's own; a color of '' leaves the field's. */
export interface MappedValue {
  readonly text: string;
  readonly color: string;
}

/** Finds what a value (its number, and its text for strings) is shown as; null: as itself. */
export type ValueMapper = (value: number, asText: string) => MappedValue | null;

/** Reads `fieldConfig.defaults.mappings`: value, range, regex and special mappings, and the lists of old files. */
export function parseMappings(json: Json | undefined): ValueMapper {
  const mappers = objects(json).map((mapping) => MAPPERS[text(mapping['type'])]?.(mapping) ?? null);
  return (value, asText) => {
    for (const mapper of mappers) {
      const mapped = mapper?.(value, asText);
      if (mapped) return mapped;
    }
    return null;
  };
}

const MAPPERS: Readonly<Record<string, (mapping: JsonObject) => ValueMapper>> = {
  value: ({ options }) => {
    const results = new Map(Object.entries(object(options)).map(([key, result]) => [key, mappedValue(result)]));
    return (value, asText) => results.get(asText) ?? results.get(String(value)) ?? null;
  },
  range: ({ options }) => {
    const { from, to, result } = object(options);
    const low = number(from, Number.NEGATIVE_INFINITY);
    const high = number(to, Number.POSITIVE_INFINITY);
    return (value) => (value >= low && value <= high ? mappedValue(result) : null);
  },
  regex: ({ options }) => {
    const { pattern, result } = object(options);
    // One that is not valid matches nothing: the dashboard still opens.
    const regex = compileWholePattern(text(pattern).replace(/^\/(.*)\/\w*$/s, '$1'));
    const mapped = mappedValue(result);
    return (_, asText) => {
      const match = regex?.match(asText)?.map((group) => group ?? '');
      return match && regex ? { ...mapped, text: expandTemplate(regex, mapped.text, match) } : null;
    };
  },
  special: ({ options }) => {
    const { match, result } = object(options);
    const test = SPECIAL[text(match)] ?? (() => false);
    return (value, asText) => (test(value, asText) ? mappedValue(result) : null);
  },
  // Before Grafana 8: one entry per mapping, 1 a value, 2 a range.
  '1': (mapping) => {
    const wanted = text(mapping['value']);
    return (value, asText) => (wanted === asText || wanted === String(value) ? mappedValue(mapping) : null);
  },
  '2': (mapping) => {
    const low = number(mapping['from'], Number.NEGATIVE_INFINITY);
    const high = number(mapping['to'], Number.POSITIVE_INFINITY);
    return (value) => (value >= low && value <= high ? mappedValue(mapping) : null);
  },
};

const SPECIAL: Readonly<Record<string, (value: number, asText: string) => boolean>> = {
  true: (_, asText) => asText === 'true',
  false: (_, asText) => asText === 'false',
  // A gap in numbers is NaN here.
  null: (value, asText) => Number.isNaN(value) && (asText === '' || asText === 'NaN'),
  nan: (value, asText) => Number.isNaN(value) && asText === 'NaN',
  'null+nan': (value) => Number.isNaN(value),
  empty: (_, asText) => asText === '',
};

function mappedValue(json: Json | undefined): MappedValue {
  const result = object(json);
  return { text: text(result['text']), color: text(result['color']) };
}
