import type { Labels } from './labels.ts';
import type { Millis } from './time.ts';

/** One observation kept as an example, usually with a trace id. */
export interface Exemplar {
  readonly labels: Labels;
  readonly value: number;
  /** Null where the source gave none. */
  readonly timestamp: Millis | null;
}

/** OpenMetrics: names and values of the labels of an exemplar together must not have more characters. */
export const MAX_EXEMPLAR_LENGTH = 128;

/** Whether that holds for names and values. */
export function exemplarFits(pairs: readonly string[]): boolean {
  return pairs.reduce((sum, text) => sum + [...text].length, 0) <= MAX_EXEMPLAR_LENGTH;
}
