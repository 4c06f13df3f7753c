import type { JsonObject, Transformation } from './dashboard.ts';
import type { DataFrame } from './frames.ts';
import { calculateField } from './transform-calculate.ts';
import { filterFieldsByName, organize, renameByRegex } from './transform-fields.ts';
import { filterByRefId, filterByValue } from './transform-filter.ts';
import { joinByField, labelsToFields, merge } from './transform-join.ts';
import { groupBy, limit, sortBy } from './transform-lines.ts';
import { concatenate, groupingToMatrix, partitionByValues, rowsToFields, transpose } from './transform-matrix.ts';
import { reduceFrames, seriesToRows } from './transform-reduce.ts';
import { histogram, joinByLabels, prepareTimeSeries, timeSeriesTable } from './transform-series.ts';
import { convertFieldType, extractFields, formatTime } from './transform-types.ts';

/** A step from frames to frames. Never changes its input. */
export type Transform = (frames: readonly DataFrame[], options: JsonObject) => DataFrame[];

/** Grafana's transformations by id. */
const TRANSFORMS: Readonly<Record<string, Transform>> = {
  organize,
  merge,
  reduce: reduceFrames,
  filterFieldsByName,
  renameByRegex,
  joinByField,
  seriesToColumns: joinByField,
  groupBy,
  calculateField,
  sortBy,
  limit,
  labelsToFields,
  seriesToRows,
  filterByValue,
  filterByRefId,
  groupingToMatrix,
  concatenate,
  transpose,
  rowsToFields,
  partitionByValues,
  convertFieldType,
  formatTime,
  extractFields,
  timeSeriesTable,
  prepareTimeSeries,
  joinByLabels,
  histogram,
};

/** Frames after the steps, or as they were with the ids of the steps that are not known here. */
export interface Transformed {
  readonly frames: readonly DataFrame[];
  readonly unknown: readonly string[];
}

/** Applies all steps in order; none of them when one is not known, because the rest would work on the wrong columns. */
export function transformFrames(frames: readonly DataFrame[], transformations: readonly Transformation[]): Transformed {
  const unknown = transformations.map(({ id }) => id).filter((id) => !Object.hasOwn(TRANSFORMS, id));
  if (unknown.length > 0) return { frames, unknown: [...new Set(unknown)] };
  return {
    frames: transformations.reduce((current, { id, options }) => TRANSFORMS[id]!(current, options), frames),
    unknown: [],
  };
}
