import { type Labels, METRIC_NAME } from '#model/labels';
import type { Aggregation } from '#promql/ast';
import { combine, dividedBy } from './histogram.ts';
import { meanOf, plainText, quantileOf, sumOf, varianceOf } from './numbers.ts';
import { METADATA } from './selectors.ts';
import {
  decided,
  type Element,
  floatsOf,
  type Hist,
  isHist,
  QueryFailure,
  Undecided,
  type Value,
  type Vector,
} from './value.ts';

/** An aggregation of a vector at one time; `param` is a number, or the label of count_values. */
export function aggregate(node: Aggregation, vector: Vector, param: number | string): Vector {
  if (SELECTING.has(node.operator) && Number.isNaN(param)) throw new QueryFailure('Parameter value is NaN');
  if (SELECTING.has(node.operator) && node.operator !== 'limit_ratio' && Number(param) >= 2 ** 63)
    throw new QueryFailure('overflows int64');
  const groups = groupsOf(node, vector);
  if (node.operator === 'count_values') return countValues(node, groups, String(param));
  if (SELECTING.has(node.operator))
    return [...groups.values()].flatMap(({ members }) => picked(node, members, Number(param)));
  return [...groups.values()].flatMap(({ labels, members }): Element[] => {
    const value = summary(node.operator, members, Number(param));
    return value === null ? [] : [{ labels, value, dropName: false }];
  });
}

const SELECTING: ReadonlySet<string> = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio']);

interface Group {
  readonly labels: Labels;
  readonly members: Element[];
}

function groupsOf({ grouping, without }: Aggregation, vector: Vector): Map<string, Group> {
  const names = new Set(grouping);
  if (!without && names.has(METRIC_NAME) && vector.some(({ dropName }) => dropName)) {
    throw new Undecided('grouped by a name that is to go');
  }
  const groups = new Map<string, Group>();
  for (const element of vector) {
    const { labels } = element;
    const own = without ? labels.without(new Set([...names, ...METADATA])) : labels.keep(names);
    const group = groups.get(own.key) ?? { labels: own, members: [] };
    groups.set(own.key, group);
    group.members.push(element);
  }
  return groups;
}

function summary(operator: Aggregation['operator'], members: Vector, param: number): Value | null {
  const floats = floatsOf(members).map(({ value }) => value);
  const hists = members.flatMap(({ value }) => (isHist(value) ? [value] : []));
  if (operator === 'count') return members.length;
  if (operator === 'group') return 1;
  if (operator === 'sum' || operator === 'avg') {
    if (hists.length > 0) return floats.length > 0 ? null : combined(operator, hists);
    return operator === 'sum' ? sumOf(floats) : meanOf(floats);
  }
  if (floats.length === 0) return null;
  const numbers = floats.filter((value) => !Number.isNaN(value));
  if (operator === 'min') return numbers.length === 0 ? Number.NaN : Math.min(...numbers);
  if (operator === 'max') return numbers.length === 0 ? Number.NaN : Math.max(...numbers);
  if (operator === 'stdvar') return varianceOf(floats);
  return operator === 'stddev' ? Math.sqrt(varianceOf(floats)) : quantileOf(param, floats);
}

function combined(operator: 'sum' | 'avg', hists: readonly Hist[]): Hist | null {
  if (hists.some(({ bounds }) => (bounds === null) !== (hists[0]!.bounds === null))) {
    throw new Undecided('which histograms are left out depends on their order');
  }
  const total = hists.slice(1).reduce<Hist | null>((sum, hist) => sum && combine(sum, hist, 1), hists[0]!);
  return operator === 'sum' ? total : total && dividedBy(total, hists.length);
}

function countValues(node: Aggregation, groups: ReadonlyMap<string, Group>, label: string): Vector {
  const counts = new Map<string, { labels: Labels; count: number }>();
  for (const { labels, members } of groups.values()) {
    for (const { value } of members) {
      if (isHist(value)) throw new Undecided('the text of a histogram');
      if (Number.isFinite(value) && !Number.isInteger(value * 4)) throw new Undecided('the last digit of a label');
      const own = labels.with({ [label]: plainText(value) });
      const entry = counts.get(own.key) ?? { labels: own, count: 0 };
      entry.count++;
      counts.set(own.key, entry);
    }
  }
  if (node.grouping.includes(label)) throw new Undecided('counted by the label that is set');
  return [...counts.values()].map(({ labels, count }) => ({ labels, value: count, dropName: false }));
}

function picked({ operator }: Aggregation, members: Vector, param: number): Vector {
  if (operator === 'limit_ratio') return ratioOf(members, param);
  if (param <= -(2 ** 63)) throw new Undecided('fails only where another step asks for elements');
  const k = Math.trunc(param);
  if (k < 1) return [];
  if (operator === 'limitk') {
    if (members.length > k) throw new Undecided('any k elements');
    return members;
  }
  const sign = operator === 'topk' ? -1 : 1;
  const floats = floatsOf(members).sort((a, b) => worstLast(sign * a.value, sign * b.value));
  const [last, next] = [floats[k - 1]?.value, floats[k]?.value];
  if (last !== undefined && next !== undefined) {
    if (Object.is(last, next) || last === next) throw new Undecided('either of equal elements');
    decided(last, next);
  }
  return floats.slice(0, k).map(({ element }) => element);
}

function worstLast(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a < b ? -1 : Number(a > b);
}

function ratioOf(members: Vector, ratio: number): Vector {
  if (Math.abs(ratio) >= 1) return members;
  if (ratio === 0) return [];
  throw new Undecided('a share that hashes decide');
}
