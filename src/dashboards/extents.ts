import type { FieldConfig } from './field-config.ts';
import type { DataFrame, Field } from './frames.ts';
import { reducer } from './reducers.ts';

/** The least and the largest of some values. */
export interface Extent {
  readonly min: number;
  readonly max: number;
}

/** What the colors and the gauge of a field are measured on where its configuration gives no ends. */
export type ExtentOf = (config: Pick<FieldConfig, 'perField'>, field: Field) => Extent;

/** Of the finite numbers in some columns; Infinity and -Infinity where there is none. */
export function extentOf(columns: readonly ArrayLike<number>[]): Extent {
  const ends = (id: 'min' | 'max'): number[] => {
    return columns.map((values) => reducer(id)!.reduce(values)).filter((value) => Number.isFinite(value));
  };
  return { min: Math.min(...ends('min')), max: Math.max(...ends('max')) };
}

/** All numbers of the panel measure together, unless the field's are to be looked at alone. Computed when asked for. */
export function extentsOf(frames: readonly DataFrame[]): ExtentOf {
  let all: Extent | null = null;
  return ({ perField }, field) => {
    if (perField) return extentOf(numbersOf([field]));
    all ??= extentOf(numbersOf(frames.flatMap(({ fields }) => fields)));
    return all;
  };
}

function numbersOf(fields: readonly Field[]): Float64Array[] {
  return fields.flatMap((field) => (field.type === 'number' ? [field.values] : []));
}
