import type { Labels } from '#model/labels';
import { incompatibleTypes } from '../annotations.ts';
import { arithmeticOf, comparisonOf, isArithmetic } from '../fn/arithmetic.ts';
import type { OpenRow } from '../fn/open-row.ts';
import { executionError } from '../limits.ts';
import type { VectorBinaryNode } from '../plan/node.ts';
import { taken } from './aggregate.ts';
import { collectRows, deferred, histogramAt, type SeriesRow, samplesOf, type VectorOperator } from './batch.ts';
import { type Element, histogramOperation } from './element.ts';
import type { Execution } from './execution.ts';
import { labelsText, withoutMetadata } from './labels.ts';
import { MergingWriter } from './merging-writer.ts';
import { Signatures } from './signatures.ts';

export interface VectorBinaryOptions {
  readonly node: VectorBinaryNode;
  readonly left: VectorOperator;
  readonly right: VectorOperator;
  readonly steps: number;
}

/** Arithmetic and comparison between the elements of two vectors that match. */
export function vectorBinaryOperator(execution: Execution, options: VectorBinaryOptions): VectorOperator {
  return deferred(async () => {
    const left = await collectRows(options.left);
    const right = await collectRows(options.right);
    const join = new Join(execution, options, { left, right });
    join.run();
    execution.guard.release(samplesOf(left) + samplesOf(right));
    return taken(join.writer.finish(), execution);
  });
}

const NONE = -1;

/**
 * Joins a "many" side with a "one" side; of a one-to-one match the left is the many side. `left` and `right` swap for
 * one-to-many and values swap back when they are computed.
 */
class Join {
  readonly writer: MergingWriter;
  private readonly execution: Execution;
  private readonly node: VectorBinaryNode;
  private readonly steps: number;
  private readonly swapped: boolean;
  private readonly many: readonly SeriesRow[];
  private readonly one: readonly SeriesRow[];
  private readonly signatures: Signatures;
  private readonly manyGroups: Uint32Array;
  private readonly oneGroups: Uint32Array;
  private readonly fillOne: number | null;
  private readonly fillMany: number | null;
  private readonly apply: (left: number, right: number) => number | undefined;
  /** By match group and step: which row of the one side is there, or NONE. Allocated per group. */
  private readonly partners: (Int32Array | number | undefined)[] = [];
  /** Result labels by many row (or by one row, below) and partner. */
  private readonly resultLabels = new Map<string, Labels>();
  /** By match group and step, 1 when a result was made. */
  private readonly matched: Uint8Array;
  /** Grouped: the same by match group and result labels. */
  private readonly seen = new Map<string, Uint8Array>();

  constructor(
    execution: Execution,
    { node, steps }: VectorBinaryOptions,
    { left, right }: { readonly left: readonly SeriesRow[]; readonly right: readonly SeriesRow[] },
  ) {
    const { matching } = node;
    this.execution = execution;
    this.node = node;
    this.steps = steps;
    this.swapped = matching.cardinality === 'one-to-many';
    this.many = this.swapped ? right : left;
    this.one = this.swapped ? left : right;
    // As in Prometheus, the sides of the fill values do not swap along.
    this.fillOne = matching.fillRight;
    this.fillMany = matching.fillLeft;
    this.signatures = new Signatures(matching);
    this.manyGroups = this.signatures.of(this.many);
    this.oneGroups = this.signatures.of(this.one);
    this.apply = elementFunction(node);
    this.matched = new Uint8Array(this.signatures.count * steps);
    this.writer = new MergingWriter(steps, this.many.length);
  }

  run(): void {
    this.findPartners();
    for (const [r, row] of this.many.entries()) this.joinRow(row, this.manyGroups[r]!);
    if (this.fillMany === null) return;
    for (const [r, row] of this.one.entries()) this.fillFor(row, this.oneGroups[r]!);
  }

  /** A group with one series keeps its index; one with several looks it up by step. */
  private findPartners(): void {
    const { one, oneGroups, partners } = this;
    const active = this.activeSteps();
    one.forEach((row, r) => {
      const group = oneGroups[r]!;
      const known = partners[group];
      if (known === undefined) partners[group] = r;
      else partners[group] = this.addPartner(typeof known === 'number' ? this.spread(known) : known, r, active);
      this.execution.guard.tick(row.batch.steps);
    });
  }

  private spread(r: number): Int32Array {
    const { batch, base } = this.one[r]!;
    const bySteps = new Int32Array(this.steps).fill(NONE);
    for (let i = 0; i < this.steps; i++) if (batch.present[base + i] === 1) bySteps[i] = r;
    return bySteps;
  }

  private addPartner(bySteps: Int32Array, r: number, active: Uint8Array): Int32Array {
    const { batch, base } = this.one[r]!;
    for (let i = 0; i < this.steps; i++) {
      if (batch.present[base + i] !== 1) continue;
      if (bySteps[i] !== NONE && active[i] === 1)
        throw this.duplicateError(this.one[bySteps[i]!]!.labels, this.one[r]!.labels);
      bySteps[i] = r;
    }
    return bySteps;
  }

  /** Steps at which the operation takes place at all: an empty side that is not filled in ends it. */
  private activeSteps(): Uint8Array {
    const active = new Uint8Array(this.steps);
    if (this.fillOne !== null || this.fillMany !== null) return active.fill(1);
    for (const { batch, base } of this.many) {
      for (let i = 0; i < this.steps; i++) if (batch.present[base + i] === 1) active[i] = 1;
    }
    return active;
  }

  private duplicateError(a: Labels, b: Labels): Error {
    const group = labelsText(this.signatures.matchedLabels(b));
    const [first, second] = [labelsText(a), labelsText(b)].sort() as [string, string];
    return executionError(
      `found duplicate series for the match group ${group} on the ${this.swapped ? 'left' : 'right'} hand-side of the operation: [${first}, ${second}];many-to-many matching not allowed: matching labels must be unique on one side`,
      'Aggregate that side first, or add labels to on(…) until they tell its series apart.',
    );
  }

  private partnerAt(group: number, step: number): SeriesRow | null {
    const known = this.partners[group];
    if (known === undefined) return null;
    const r = typeof known === 'number' ? known : known[step]!;
    if (r === NONE) return null;
    const row = this.one[r]!;
    return row.batch.present[row.base + step] === 1 ? row : null;
  }

  private joinRow(row: SeriesRow, group: number): void {
    const { batch, base } = row;
    this.execution.guard.tick(this.steps);
    let partner: SeriesRow | null = null;
    let target: Target | null = null;
    for (let i = 0; i < this.steps; i++) {
      if (batch.present[base + i] !== 1) continue;
      const found = this.partnerAt(group, i);
      if (found === null && this.fillOne === null) continue;
      if (target === null || found !== partner) {
        partner = found;
        const one = found?.labels ?? this.signatures.matchedLabels(row.labels);
        target = this.targetFor({ many: row.labels, one, group, dropName: row.dropName });
      }
      this.emit({ row, partner: found, step: i, target });
    }
  }

  /** The many side is missing at some steps of this row of the one side: its fill value stands in. */
  private fillFor(row: SeriesRow, group: number): void {
    const { batch, base } = row;
    const matched = this.matchedSteps(group);
    let target: Target | null = null;
    for (let i = 0; i < this.steps; i++) {
      if (batch.present[base + i] !== 1 || matched[i] === 1) continue;
      const many = this.signatures.matchedLabels(row.labels);
      target ??= this.targetFor({ many, one: row.labels, group, dropName: false });
      this.emit({ row: null, partner: row, step: i, target });
    }
  }

  private matchedSteps(group: number): Uint8Array {
    return this.matched.subarray(group * this.steps, (group + 1) * this.steps);
  }

  private emit(match: Match): void {
    const { row, partner, step, target } = match;
    const many = row === null ? this.fillMany! : elementAt(row, step);
    const one = partner === null ? this.fillOne! : elementAt(partner, step);
    const result = this.swapped ? this.operate(one, many) : this.operate(many, one);
    if (result === undefined) return;
    if (target.seen[step] === 1) throw this.severalMatchesError();
    target.seen[step] = 1;
    target.matched[step] = 1;
    if (typeof result === 'number') this.writer.float(target.row, step, result);
    else if (result) this.writer.histogram(target.row, step, result);
  }

  /** False: a filter that does not hold. Undefined: not defined for these elements. */
  private operate(left: Element, right: Element): Element | false | undefined {
    const { operator, span, bool } = this.node;
    const { annotations } = this.execution;
    if (typeof left === 'number' && typeof right === 'number') {
      if (operator !== '</' && operator !== '>/') return this.apply(left, right) ?? false;
      annotations.info(incompatibleTypes('float', operator, 'float'), span);
      return undefined;
    }
    const result = histogramOperation(left, right, { operator, span, annotations });
    if (!bool || result === undefined) return result;
    return result ? 1 : 0;
  }

  private severalMatchesError(): Error {
    const isPlain = this.node.matching.cardinality === 'one-to-one';
    return executionError(
      isPlain
        ? 'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)'
        : 'multiple matches for labels: grouping labels must ensure unique matches',
    );
  }

  private targetFor({ many, one, group, dropName }: TargetOptions): Target {
    const labels = this.labelsFor(many, one);
    const matched = this.matchedSteps(group);
    const row = this.writer.row(labels, this.node.bool || dropName);
    if (this.node.matching.cardinality === 'one-to-one') return { row, matched, seen: matched };
    const key = `${group};${labels.key}`;
    const seen = this.seen.get(key) ?? new Uint8Array(this.steps);
    this.seen.set(key, seen);
    return { row, matched, seen };
  }

  private labelsFor(many: Labels, one: Labels): Labels {
    const key = `${many.key}|${one.key}`;
    let labels = this.resultLabels.get(key);
    if (labels === undefined) {
      labels = resultLabels(many, one, this.node);
      this.resultLabels.set(key, labels);
    }
    return labels;
  }
}

interface Match {
  /** Null: filled in. */
  readonly row: SeriesRow | null;
  readonly partner: SeriesRow | null;
  readonly step: number;
  readonly target: Target;
}

interface TargetOptions {
  readonly many: Labels;
  readonly one: Labels;
  readonly group: number;
  readonly dropName: boolean;
}

/** Where results go, and by step: what the match group and these labels have had already. */
interface Target {
  readonly row: OpenRow;
  readonly matched: Uint8Array;
  readonly seen: Uint8Array;
}

function elementAt({ batch, base }: SeriesRow, step: number): Element {
  return histogramAt(batch, base + step) ?? batch.values[base + step]!;
}

function elementFunction({ operator, bool }: VectorBinaryNode): (left: number, right: number) => number | undefined {
  const arithmetic = arithmeticOf(operator);
  if (arithmetic) return arithmetic;
  const holds = comparisonOf(operator);
  if (!holds) return () => undefined;
  if (bool) return (left, right) => (holds(left, right) ? 1 : 0);
  return (left, right) => (holds(left, right) ? left : undefined);
}

/** The labels of a result: those of the many side, for one-to-one only the matching ones, with what group_x(…) copies. */
function resultLabels(many: Labels, one: Labels, { operator, matching }: VectorBinaryNode): Labels {
  let labels = isArithmetic(operator) ? withoutMetadata(many) : many;
  if (matching.cardinality === 'one-to-one') {
    const names = new Set(matching.labels);
    labels = matching.on ? labels.keep(names) : labels.without(names);
  }
  if (matching.include.length === 0) return labels;
  return labels.with(Object.fromEntries(matching.include.map((name) => [name, one.get(name)])));
}
