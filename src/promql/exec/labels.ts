import { type Labels, METRIC_NAME } from '#model/labels';

/** Labels that say what metric a value is of, and no longer fit when it is another quantity. */
const METADATA: ReadonlySet<string> = new Set([METRIC_NAME, '__type__', '__unit__']);

/** Without the metric's name, type and unit. */
export function withoutMetadata(labels: Labels): Labels {
  return labels.without(METADATA);
}

/** Gives each distinct set of labels a number, counting from 0. */
export class LabelsIndex {
  readonly all: Labels[] = [];
  private readonly byKey = new Map<string, number>();

  /** The number of these labels; a new one when they were not seen before. */
  indexOf(labels: Labels): number {
    let index = this.byKey.get(labels.key);
    if (index === undefined) {
      index = this.all.push(labels) - 1;
      this.byKey.set(labels.key, index);
    }
    return index;
  }
}
