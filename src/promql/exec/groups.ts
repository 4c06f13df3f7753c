import { Labels, METRIC_NAME } from '#model/labels';
import type { AggregationNode } from '../plan/node.ts';
import type { ColumnRow } from './batch.ts';
import { keyWithout } from './labels.ts';

/** Series that have the same values of the first names; the next name's value tells them apart. */
interface Branch {
  /** Where no name is left; -1 before its first member. */
  group: number;
  byValue: Map<string, Branch> | null;
  /** The one that was found last: series come in order. */
  last: Branch | null;
  lastValue: string;
}

/** What is grouped. */
type Member = Pick<ColumnRow, 'labels' | 'label' | 'dropName'>;

/** Assigns series to the groups of an aggregation; groups count from 0 in order of appearance. */
export class Groups {
  readonly labels: Labels[] = [];
  /** By group: whether any member's name is to be removed at the end. */
  readonly dropName: boolean[] = [];
  private readonly names: readonly string[];
  private readonly without: ReadonlySet<string> | null;
  private readonly root = newBranch();

  constructor({ grouping, without }: Pick<AggregationNode, 'grouping' | 'without'>) {
    this.names = grouping;
    this.without = without ? new Set([...grouping, METRIC_NAME]) : null;
  }

  get count(): number {
    return this.labels.length;
  }

  /** The group of a series. Its labels are not asked for where all are one group. */
  groupOf(series: Member): number {
    const branch = this.branchOf(series);
    if (branch.group < 0) {
      branch.group = this.labels.push(this.labelsOf(series)) - 1;
      this.dropName.push(false);
    }
    if (series.dropName) this.dropName[branch.group] = true;
    return branch.group;
  }

  private branchOf(series: Member): Branch {
    const { root, names, without } = this;
    if (without !== null) return below(root, keyWithout(series.labels, without));
    let branch = root;
    for (const name of names) branch = below(branch, series.label?.(name) ?? series.labels.get(name));
    return branch;
  }

  private labelsOf(series: Member): Labels {
    const { names, without } = this;
    if (without !== null) return series.labels.without(without);
    return names.length === 0 ? Labels.EMPTY : series.labels.keep(new Set(names));
  }
}

function newBranch(): Branch {
  return { group: -1, byValue: null, last: null, lastValue: '' };
}

function below(branch: Branch, value: string): Branch {
  if (branch.last !== null && branch.lastValue === value) return branch.last;
  branch.byValue ??= new Map();
  let next = branch.byValue.get(value);
  if (next === undefined) {
    next = newBranch();
    branch.byValue.set(value, next);
  }
  branch.last = next;
  branch.lastValue = value;
  return next;
}
