import { compileRegex, type Regex } from '#lib/regex';
import { expandTemplate } from '#lib/regex-template';
import { type Labels, METRIC_NAME } from '#model/labels';
import { isValidLabelName } from '#model/name-validation';
import { executionError } from '../limits.ts';
import type { VectorNode } from '../plan/node.ts';
import { taken } from './aggregate.ts';
import { type Batch, collectRows, deferred, type SeriesRow, samplesOf, type VectorOperator } from './batch.ts';
import type { Execution } from './execution.ts';
import { MergingWriter } from './merging-writer.ts';

export type LabelReplaceNode = Extract<VectorNode, { kind: 'label-replace' }>;
export type LabelJoinNode = Extract<VectorNode, { kind: 'label-join' }>;

/** New labels of a series, null when they stay. A series that is given a name keeps it. */
type Relabel = (labels: Labels) => Labels | null;

/** label_replace(). Throws at once for a bad regex or label name. */
export function labelReplaceOperator(
  execution: Execution,
  node: LabelReplaceNode,
  child: VectorOperator,
): VectorOperator {
  const { destination, replacement, source } = node;
  const regex = compile(node.regex);
  if (!isValidLabelName(destination, 'utf8')) {
    throw executionError(`invalid destination label name in label_replace(): ${destination}`);
  }
  return relabelled(execution, child, {
    destination,
    relabel: (labels) => {
      const match = regex.exec(labels.get(source));
      return match && labels.with({ [destination]: expandTemplate(regex, replacement, match) });
    },
  });
}

function compile(pattern: string): Regex {
  try {
    return compileRegex(pattern);
  } catch {
    throw executionError(`invalid regular expression in label_replace(): ${pattern}`);
  }
}

/** label_join(). Throws at once for a bad label name. */
export function labelJoinOperator(execution: Execution, node: LabelJoinNode, child: VectorOperator): VectorOperator {
  const { destination, separator, sources } = node;
  const bad = sources.find((name) => !isValidLabelName(name, 'utf8'));
  if (bad !== undefined) throw executionError(`invalid source label name in label_join(): ${bad}`);
  if (!isValidLabelName(destination, 'utf8')) {
    throw executionError(`invalid destination label name in label_join(): ${destination}`);
  }
  return relabelled(execution, child, {
    destination,
    relabel: (labels) => labels.with({ [destination]: sources.map((name) => labels.get(name)).join(separator) }),
  });
}

interface Relabelling {
  readonly destination: string;
  readonly relabel: Relabel;
}

function relabelled(execution: Execution, child: VectorOperator, how: Relabelling): VectorOperator {
  return deferred(async () => {
    const rows = (await collectRows(child)).map((row) => renamed(execution, row, how));
    return mergeRows(execution, rows);
  });
}

// The value itself, what it was made of, and the key of the labels.
const TEXT_COPIES = 3;

function renamed({ guard }: Execution, row: SeriesRow, { destination, relabel }: Relabelling): SeriesRow {
  const labels = relabel(row.labels);
  if (labels === null) return row;
  guard.hold(labels.get(destination).length * TEXT_COPIES);
  return { ...row, labels, dropName: row.dropName && destination !== METRIC_NAME };
}

/** Makes series with the same labels one. Throws when they meet at a step. */
export function mergeRows(execution: Execution, rows: readonly SeriesRow[]): readonly Batch[] {
  const steps = rows[0]?.batch.steps ?? 0;
  const writer = new MergingWriter(steps, rows.length);
  for (const row of rows) {
    const to = writer.row(row.labels, row.dropName);
    const { present } = row.batch;
    for (let i = 0; i < steps; i++) if (present[row.base + i] === 1) writer.copy(row, to, i);
    execution.guard.tick(steps);
  }
  execution.guard.release(samplesOf(rows));
  return taken(writer.finish(), execution);
}
