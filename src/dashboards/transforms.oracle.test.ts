import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from './dashboard.ts';
import type { DataFrame, Field } from './frames.ts';
import { transformFrames } from './transforms.ts';

type Cell = number | string | boolean | null;

interface RecordedField {
  readonly name: string;
  readonly type: 'time' | 'number' | 'string';
  readonly labels?: Readonly<Record<string, string>>;
  readonly values: readonly Cell[];
}

interface RecordedFrame {
  readonly refId: string;
  readonly fields: readonly RecordedField[];
}

interface RecordedStep {
  readonly id: string;
  readonly options: JsonObject;
  readonly frames: readonly string[];
  readonly answer: readonly RecordedFrame[];
}

function recorded<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../test/fixtures/grafana/${name}`, import.meta.url), 'utf8')) as T;
}

const { frames } = recorded<{ readonly frames: Readonly<Record<string, RecordedFrame>> }>('cases.json');
const steps = recorded<readonly RecordedStep[]>('transformations.json');

function frameOf({ refId, fields }: RecordedFrame): DataFrame {
  const made = fields.map(({ name, labels = {}, type, values }): Field => {
    if (type === 'string') return { name, labels, type, values: values.map((value) => String(value ?? '')) };
    return { name, labels, type, values: Float64Array.from(values, (value) => Number(value ?? Number.NaN)) };
  });
  return { refId, fields: made, length: made[0]?.values.length ?? 0 };
}

/** Columns by name. No value is null; a text that is missing is an empty one here. */
function plain(fields: readonly { readonly name: string; readonly values: ArrayLike<Cell> }[]) {
  return fields.map(({ name, values }) => [
    name,
    Array.from(values, (value) => (value === '' || Number.isNaN(value) ? null : value)),
  ]);
}

describe('transformations', () => {
  it.each(steps)('$id $options of $frames answers as Grafana does', ({ id, options, frames: names, answer }) => {
    const result = transformFrames(
      names.map((name) => frameOf(frames[name]!)),
      [{ id, options }],
    );
    expect(result.unknown).toEqual([]);
    expect(result.frames.map(({ fields }) => plain(fields))).toEqual(answer.map(({ fields }) => plain(fields)));
  });
});
