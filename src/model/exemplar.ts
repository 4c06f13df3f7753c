import type { Labels } from './labels.ts';
import type { Millis } from './time.ts';

/** One observation kept as an example, usually with a trace id. */
export interface Exemplar {
  readonly labels: Labels;
  readonly value: number;
  /** Null where the source gave none. */
  readonly timestamp: Millis | null;
}
