import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Json } from './dashboard.ts';
import { matchesField } from './field-config.ts';
import type { DataFrame, Field } from './frames.ts';
import { parseMappings } from './mappings.ts';

function recorded<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../test/fixtures/grafana/${name}`, import.meta.url), 'utf8')) as T;
}

interface RecordedFrame {
  readonly refId: string;
  readonly fields: readonly {
    readonly name: string;
    readonly type: 'time' | 'number' | 'string';
    readonly labels?: Readonly<Record<string, string>>;
    readonly values: readonly (number | string | null)[];
  }[];
}

interface RecordedMatcher {
  readonly id: string;
  readonly options: Json;
  readonly found: readonly string[];
}

interface RecordedMappings {
  readonly mappings: Json;
  readonly answers: readonly {
    readonly value: number | string | null;
    readonly text: string | null;
    readonly color: string | null;
    readonly found: boolean;
  }[];
}

const { frames } = recorded<{ readonly frames: Readonly<Record<string, RecordedFrame>> }>('cases.json');

function frameOf({ refId, fields }: RecordedFrame): DataFrame {
  const made = fields.map(({ name, labels = {}, type, values }): Field => {
    if (type === 'string') return { name, labels, type, values: values.map((value) => String(value ?? '')) };
    return { name, labels, type, values: Float64Array.from(values, (value) => Number(value ?? Number.NaN)) };
  });
  return { refId, fields: made, length: made[0]?.values.length ?? 0 };
}

describe('overrides', () => {
  it.each(recorded<readonly RecordedMatcher[]>('matchers.json'))(
    '$id $options match the fields that Grafana matches',
    ({ id, options, found }) => {
      const ours = Object.entries(frames).flatMap(([name, written]) => {
        const frame = frameOf(written);
        return frame.fields
          .filter((field) => matchesField({ id, options }, frame, field))
          .map((field) => `${name}/${field.name}`);
      });
      // Values of texts are not compared here: a reducer is for numbers and times.
      const texts = ['disks/disk', 'disks/host', 'used/disk', 'used/host', 'texts/n'];
      expect(ours).toEqual(id === 'byValue' ? found.filter((name) => !texts.includes(name)) : found);
    },
  );
});

describe('value mappings', () => {
  it.each(recorded<readonly RecordedMappings[]>('mappings.json'))('$mappings', ({ mappings, answers }) => {
    const map = parseMappings(mappings);
    const ours = answers.map(({ value }) => {
      const text = value === null ? '' : String(value);
      const found = map(typeof value === 'number' ? value : Number.NaN, text);
      return { value, text: found?.text || null, color: found?.color || null, found: found !== null };
    });
    // An empty text and a missing one are the same here, so that "null" means both.
    const isNull = JSON.stringify(mappings).includes('"match":"null"');
    const comparable = <T extends { readonly value: unknown }>(all: readonly T[]): T[] =>
      all.filter(({ value }) => !(isNull && value === ''));
    expect(comparable(ours)).toEqual(comparable(answers));
  });
});
