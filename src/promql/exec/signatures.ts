import { type Labels, METRIC_NAME } from '#model/labels';
import type { VectorMatching } from '../ast.ts';
import type { SeriesRow } from './batch.ts';
import { keyOfValues, keyWithout } from './labels.ts';

/** Numbers the match groups of a binary operation: series with the same values of the matching labels share one. */
export class Signatures {
  private readonly names: ReadonlySet<string>;
  private readonly on: boolean;
  private readonly byKey = new Map<string, number>();

  constructor({ on, labels }: Pick<VectorMatching, 'on' | 'labels'>) {
    this.on = on;
    this.names = new Set(on ? labels : [...labels, METRIC_NAME]);
  }

  get count(): number {
    return this.byKey.size;
  }

  /** The match group of each row. */
  of(rows: readonly SeriesRow[]): Uint32Array {
    return Uint32Array.from(rows, ({ labels }) => this.numberOf(labels));
  }

  /** The labels that a series is matched by. */
  matchedLabels(labels: Labels): Labels {
    return this.on ? labels.keep(this.names) : labels.without(this.names);
  }

  private numberOf(labels: Labels): number {
    const key = this.on ? keyOfValues(labels, this.names) : keyWithout(labels, this.names);
    let number = this.byKey.get(key);
    if (number === undefined) {
      number = this.byKey.size;
      this.byKey.set(key, number);
    }
    return number;
  }
}
