import type { OpenRow } from '../fn/open-row.ts';
import type { VectorNode } from '../plan/node.ts';
import { taken } from './aggregate.ts';
import { collectRows, deferred, type SeriesRow, samplesOf, type VectorOperator } from './batch.ts';
import type { Execution } from './execution.ts';
import { MergingWriter } from './merging-writer.ts';
import { Signatures } from './signatures.ts';

export interface SetOptions {
  readonly node: Extract<VectorNode, { kind: 'set' }>;
  readonly left: VectorOperator;
  readonly right: VectorOperator;
  readonly steps: number;
}

/** and, or, unless: whether the other side has an element of the same match group decides, step by step. */
export function setOperator(execution: Execution, { node, left, right, steps }: SetOptions): VectorOperator {
  return deferred(async () => {
    const leftRows = await collectRows(left);
    const rightRows = await collectRows(right);
    const signatures = new Signatures(node.matching);
    const one: Side = { rows: leftRows, groups: signatures.of(leftRows) };
    const other: Side = { rows: rightRows, groups: signatures.of(rightRows) };
    execution.guard.tick((leftRows.length + rightRows.length) * steps);
    const writer = new MergingWriter(steps);
    if (node.operator === 'or') {
      copyWhere(writer, one, () => true);
      const covered = presence(one, signatures.count, steps);
      copyWhere(writer, other, (cell) => covered[cell] !== 1);
    } else {
      const wanted = node.operator === 'and' ? 1 : 0;
      const found = presence(other, signatures.count, steps);
      copyWhere(writer, one, (cell) => found[cell] === wanted);
    }
    execution.guard.release(samplesOf(leftRows) + samplesOf(rightRows));
    return taken(writer.finish(), execution);
  });
}

interface Side {
  readonly rows: readonly SeriesRow[];
  readonly groups: Uint32Array;
}

/** By match group and step: 1 when the side has an element. */
function presence({ rows, groups }: Side, count: number, steps: number): Uint8Array {
  const present = new Uint8Array(count * steps);
  rows.forEach(({ batch, base }, r) => {
    const cell = groups[r]! * steps;
    for (let i = 0; i < steps; i++) if (batch.present[base + i] === 1) present[cell + i] = 1;
  });
  return present;
}

function copyWhere(writer: MergingWriter, { rows, groups }: Side, holds: (cell: number) => boolean): void {
  rows.forEach((row, r) => {
    const { batch, base } = row;
    const cell = groups[r]! * batch.steps;
    let to: OpenRow | null = null;
    for (let i = 0; i < batch.steps; i++) {
      if (batch.present[base + i] !== 1 || !holds(cell + i)) continue;
      to ??= writer.row(row.labels, row.dropName);
      writer.copy(row, to, i);
    }
  });
}
