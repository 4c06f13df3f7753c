import { systemClock } from '#lib/clock';
import type { Labels } from '#model/labels';
import type { Expr } from './ast.ts';
import type { VectorOperator } from './exec/batch.ts';
import type { OperatorObserver } from './exec/build.ts';
import type { SampleCounters } from './exec/execution.ts';
import type { RangeSeries, RangeSource } from './exec/range-source.ts';
import { explainMatching, type NoMatch } from './explain-matching.ts';
import { type PlannedExpr, plannedChildren, plannedRoot } from './explain-plan.ts';
import type { Plan, PlanNode } from './plan/node.ts';
import { formatExpr } from './print.ts';

/** What one part of an expression came to in one run of it. All figures include the parts under it. */
export interface ExplainedNode {
  /** The part in canonical form. */
  readonly text: string;
  readonly kind: Expr['kind'];
  /** Series that it gave; null for a scalar, which has none. */
  readonly series: number | null;
  /** Samples read from storage. */
  readonly samplesRead: number;
  readonly milliseconds: number;
  /** Its value does not depend on the step: it was computed once. */
  readonly once: boolean;
  /** Of an operation between vectors that gave nothing: why, where the labels are the reason. */
  readonly noMatch: NoMatch | null;
  readonly children: readonly ExplainedNode[];
}

/** Labels that are kept of each part, for explaining why sides do not match. */
const LABELS_KEPT = 1000;

interface Figures {
  series: number;
  samplesRead: number;
  milliseconds: number;
  readonly labels: Labels[];
}

/** Watches one evaluation and tells afterwards what each part of the expression cost. Used once. */
export class Explanation {
  private readonly figures = new Map<PlanNode, Figures>();
  private root: PlannedExpr | null = null;

  /** The engine calls this before the operators are built. `inner` goes on seeing all of them. */
  observe({ expr, plan, counters, inner }: Observation): OperatorObserver {
    this.root = plannedRoot(expr, plan);
    return {
      vector: (node, operator) => this.watchedVector(node, inner.vector(node, operator), counters),
      range: (node, source) => this.watchedRange(node, inner.range(node, source)),
    };
  }

  /** The expression as a tree, after it was evaluated. */
  tree(): ExplainedNode {
    if (!this.root) throw new Error('BUG: an explanation of an expression that was not evaluated');
    return this.explained(this.root);
  }

  private of(node: PlanNode): Figures {
    const known = this.figures.get(node);
    if (known) return known;
    const fresh = { series: 0, samplesRead: 0, milliseconds: 0, labels: [] };
    this.figures.set(node, fresh);
    return fresh;
  }

  private watchedVector(node: PlanNode, operator: VectorOperator, counters: SampleCounters): VectorOperator {
    const figures = this.of(node);
    return {
      next: async () => {
        const started = systemClock.monotonic();
        const readBefore = counters.samplesRead;
        const batch = await operator.next();
        figures.milliseconds += systemClock.monotonic() - started;
        figures.samplesRead += counters.samplesRead - readBefore;
        if (batch) note(figures, batch.labels);
        return batch;
      },
    };
  }

  /** The samples of a range are read by the function around it, one series at a time. */
  private watchedRange(node: PlanNode, source: RangeSource): RangeSource {
    const figures = this.of(node);
    const watched = (series: RangeSeries): RangeSeries => ({
      labels: series.labels,
      dropName: series.dropName,
      read: (out) => {
        const started = systemClock.monotonic();
        const before = out.length;
        series.read(out);
        if (source.stored) figures.samplesRead += out.length - before;
        figures.milliseconds += systemClock.monotonic() - started;
      },
    });
    const read = async function* (): AsyncGenerator<readonly RangeSeries[]> {
      for (;;) {
        const started = systemClock.monotonic();
        const next = await source.series.next();
        figures.milliseconds += systemClock.monotonic() - started;
        if (next.done) return;
        const batch: readonly RangeSeries[] = next.value;
        note(
          figures,
          batch.map(({ labels }) => labels),
        );
        yield batch.map(watched);
      }
    };
    return { ...source, series: read() };
  }

  private explained(part: PlannedExpr): ExplainedNode {
    const { expr, node, once } = part;
    const figures = node && this.figures.get(node);
    // A part that stands somewhere else too is computed there, once: nothing under it has figures.
    const parts = plannedChildren(part).filter(
      ({ node: under }) => !under || !isVector(under) || this.figures.has(under),
    );
    const children = parts.map((child) => this.explained(child));
    const total = (pick: (child: ExplainedNode) => number) => children.reduce((sum, child) => sum + pick(child), 0);
    return {
      text: formatExpr(expr),
      kind: expr.kind,
      series: figures ? figures.series : null,
      // A subquery is read by the parts under it; a scalar has no figures but those of its parts.
      samplesRead: Math.max(
        figures?.samplesRead ?? 0,
        total(({ samplesRead }) => samplesRead),
      ),
      milliseconds: Math.max(
        figures?.milliseconds ?? 0,
        total(({ milliseconds }) => milliseconds),
      ),
      once,
      noMatch: figures?.series === 0 ? this.noMatch(part, parts) : null,
      children,
    };
  }

  private noMatch({ expr }: PlannedExpr, parts: readonly PlannedExpr[]): NoMatch | null {
    if (expr.kind !== 'binary' || expr.matching === null) return null;
    if (expr.operator === 'or' || expr.operator === 'unless') return null;
    const [left = [], right = []] = parts.map(({ node }) => (node && this.figures.get(node)?.labels) ?? []);
    return left.length > 0 && right.length > 0 ? explainMatching(expr.matching, left, right) : null;
  }
}

/** Scalars are not observed. */
function isVector(node: PlanNode): boolean {
  return !SCALARS.has(node.kind);
}

const SCALARS: ReadonlySet<PlanNode['kind']> = new Set([
  'constant',
  'time',
  'arithmetic',
  'extreme',
  'negation',
  'single-element',
  'scalar-once',
]);

interface Observation {
  readonly expr: Expr;
  readonly plan: Plan;
  readonly counters: SampleCounters;
  readonly inner: OperatorObserver;
}

function note(figures: Figures, labels: readonly Labels[]): void {
  figures.series += labels.length;
  if (figures.labels.length < LABELS_KEPT) figures.labels.push(...labels.slice(0, LABELS_KEPT - figures.labels.length));
}
