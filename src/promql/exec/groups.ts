import { Labels, METRIC_NAME } from '#model/labels';
import type { AggregationNode } from '../plan/node.ts';
import { keyOfValues, keyWithout } from './labels.ts';

/** Assigns series to the groups of an aggregation; groups count from 0 in order of appearance. */
export class Groups {
  readonly labels: Labels[] = [];
  /** By group: whether any member's name is to be removed at the end. */
  readonly dropName: boolean[] = [];
  private readonly byKey = new Map<string, number>();
  private lastKey: string | null = null;
  private lastGroup = 0;
  private readonly names: ReadonlySet<string>;
  private readonly without: boolean;
  /** Whether there is nothing to tell series apart by. */
  private readonly isOne: boolean;
  /** The name to group by, when it is one alone. */
  private readonly only: string | null;

  constructor({ grouping, without }: Pick<AggregationNode, 'grouping' | 'without'>) {
    this.without = without;
    this.names = new Set(without ? [...grouping, METRIC_NAME] : grouping);
    this.isOne = !without && grouping.length === 0;
    this.only = !without && grouping.length === 1 ? grouping[0]! : null;
  }

  get count(): number {
    return this.labels.length;
  }

  /** The group of a series. Its labels are not asked for where all are one group. */
  groupOf(series: { readonly labels: Labels; readonly dropName: boolean }): number {
    const { dropName } = series;
    const key = this.isOne ? '' : this.keyOf(series.labels);
    // Series come in order: the one before is often of the same group.
    if (key === this.lastKey) {
      if (dropName) this.dropName[this.lastGroup] = true;
      return this.lastGroup;
    }
    let group = this.byKey.get(key);
    if (group === undefined) {
      group = this.labels.push(this.isOne ? Labels.EMPTY : this.labelsOf(series.labels)) - 1;
      this.dropName.push(false);
      this.byKey.set(key, group);
    }
    if (dropName) this.dropName[group] = true;
    this.lastKey = key;
    this.lastGroup = group;
    return group;
  }

  private labelsOf(labels: Labels): Labels {
    return this.without ? labels.without(this.names) : labels.keep(this.names);
  }

  private keyOf(labels: Labels): string {
    if (this.without) return keyWithout(labels, this.names);
    return this.only === null ? keyOfValues(labels, this.names) : labels.get(this.only);
  }
}
