import { invariant } from '#lib/errors';
import type { AggregationOperator } from '../ast.ts';
import { FLOAT_FUNCTIONS, type FloatFunction, roundTo } from '../fn/math.ts';
import { SMOOTHED, WINDOW_FUNCTIONS } from '../fn/window-functions.ts';
import type { AggregationNode, RangeNode, ScalarNode, VectorNode, WindowNode } from '../plan/node.ts';
import type { StepGrid } from '../value.ts';
import { absentOperator } from './absent.ts';
import { aggregateOperator, quantileOperator } from './aggregate.ts';
import { selectingOperator } from './aggregate-k.ts';
import type { ScalarOperator, VectorOperator } from './batch.ts';
import { countValuesOperator } from './count-values.ts';
import { type Execution, stepTimes } from './execution.ts';
import { fromScalar } from './from-scalar.ts';
import { histogramFractionOperator, histogramQuantilesOperator } from './histogram-functions.ts';
import { histogramStatisticOperator } from './histogram-statistic.ts';
import { infoOperator } from './info.ts';
import { labelJoinOperator, labelReplaceOperator } from './label-functions.ts';
import { emptyAfter, mapOperator, timestampOperator } from './map.ts';
import { onceOperator } from './once.ts';
import { openRange, type RangeSource } from './range-source.ts';
import { scalarOperator } from './scalar.ts';
import { selector } from './selector.ts';
import { setOperator } from './set-operation.ts';
import type { SharedOperators } from './shared-operators.ts';
import { sortByLabelOperator, sortOperator } from './sort.ts';
import { vectorBinaryOperator } from './vector-binary.ts';
import { negationOperator, vectorScalarOperator } from './vector-scalar.ts';
import { windowOperator } from './window.ts';

/** Sees each operator as it is built, and may put itself in front of it. It must hand on what the operator gives. */
export interface OperatorObserver {
  vector(node: VectorNode, operator: VectorOperator): VectorOperator;
  range(node: RangeNode, source: RangeSource): RangeSource;
}

/** Makes the operators of one query from its plan. All queriers are opened here, before anything is read. */
export class OperatorBuilder {
  private readonly execution: Execution;
  private readonly observer: OperatorObserver;
  private readonly shared: SharedOperators;

  constructor(execution: Execution, observer: OperatorObserver, shared: SharedOperators) {
    this.execution = execution;
    this.observer = observer;
    this.shared = shared;
  }

  scalar(node: ScalarNode, grid: StepGrid): ScalarOperator {
    const { guard } = this.execution;
    return scalarOperator(node, grid, { guard, build: (child, own) => this.vector(child, own) });
  }

  range(node: RangeNode, grid: StepGrid, func = ''): RangeSource {
    const build = (child: VectorNode, own: StepGrid) => this.vector(child, own);
    return this.observer.range(node, openRange(this.execution, { node, grid, func, build }));
  }

  vector(node: VectorNode, grid: StepGrid): VectorOperator {
    const operator = this.shared.operator(node, grid, () => this.operator(node, grid));
    return this.observer.vector(node, operator);
  }

  private operator(node: VectorNode, grid: StepGrid): VectorOperator {
    const { execution } = this;
    const child = (under: VectorNode) => this.vector(under, grid);
    const scalar = (under: ScalarNode) => this.scalar(under, grid);
    const steps = grid.count;
    switch (node.kind) {
      case 'select':
        if (node.selection.boundary === 'smoothed') return this.window(smoothedSelector(node), grid);
        return selector(execution, { selection: node.selection, grid, view: 'value' });
      case 'sample-time':
        return selector(execution, { selection: node.selection, grid, view: 'time' });
      case 'sample-start':
        return selector(execution, { selection: node.selection, grid, view: 'start' });
      case 'window':
        return this.window(node, grid);
      case 'from-scalar':
        return fromScalar(scalar(node.child), steps);
      case 'map':
        return this.map(node, grid);
      case 'sort':
        return sortOperator(execution, node, { operator: child(node.child), steps });
      case 'sort-by-label':
        return sortByLabelOperator(execution, node, { operator: child(node.child), steps });
      case 'absent':
        return absentOperator(execution, { child: child(node.child), labels: node.labels, steps });
      case 'absent-over-time':
        return this.absentOverTime(node, grid);
      case 'label-replace':
        return labelReplaceOperator(execution, node, child(node.child));
      case 'label-join':
        return labelJoinOperator(execution, node, child(node.child));
      case 'histogram-quantiles': {
        const quantiles = node.quantiles.map(scalar);
        return histogramQuantilesOperator(execution, {
          node,
          child: child(node.child),
          quantiles,
          times: stepTimes(grid),
        });
      }
      case 'histogram-fraction': {
        const [lower, upper] = [scalar(node.lower), scalar(node.upper)];
        return histogramFractionOperator(execution, { node, child: child(node.child), lower, upper, steps });
      }
      case 'histogram-statistic':
        return histogramStatisticOperator(execution, node.func, child(node.child));
      case 'info':
        return infoOperator(execution, { node, child: child(node.child), grid });
      case 'aggregate':
        return this.aggregate(node, grid);
      case 'vector-scalar': {
        const vector = child(node.vector);
        return vectorScalarOperator(execution, { node, vector, scalar: scalar(node.scalar) });
      }
      case 'vector-binary':
        return vectorBinaryOperator(execution, { node, left: child(node.left), right: child(node.right), steps });
      case 'set':
        return setOperator(execution, { node, left: child(node.left), right: child(node.right), steps });
      case 'vector-negation':
        return negationOperator(execution, child(node.child));
      case 'vector-once':
        if (steps === 0) return { next: () => Promise.resolve(null) };
        return onceOperator(execution, this.vector(node.child, { ...grid, count: 1 }), steps);
    }
  }

  private window(node: WindowNode, grid: StepGrid): VectorOperator {
    const apply = WINDOW_FUNCTIONS[node.func];
    invariant(apply, `no window function ${node.func}`);
    const args = this.scalars(node.args, grid);
    return windowOperator(this.execution, { node, source: this.range(node.range, grid, node.func), grid, apply, args });
  }

  private absentOverTime(node: Extract<VectorNode, { kind: 'absent-over-time' }>, grid: StepGrid): VectorOperator {
    const { range, labels } = node;
    const window: WindowNode = { kind: 'window', func: 'present_over_time', range, args: [], span: range.span };
    return absentOperator(this.execution, { child: this.window(window, grid), labels, steps: grid.count });
  }

  private map(node: Extract<VectorNode, { kind: 'map' }>, grid: StepGrid): VectorOperator {
    const child = this.vector(node.child, grid);
    if (node.func === 'timestamp') return timestampOperator(child, stepTimes(grid));
    if (node.func === 'start_timestamp') return emptyAfter(this.execution, child);
    const apply = floatFunction(node.func, node.args.length);
    return mapOperator(this.execution, { child, args: this.scalars(node.args, grid), apply });
  }

  private aggregate(node: AggregationNode, grid: StepGrid): VectorOperator {
    const { execution } = this;
    const param = node.param && this.scalar(node.param, grid);
    const options = { node, child: this.aggregated(node, grid), steps: grid.count };
    if (node.operator === 'count_values') return countValuesOperator(execution, options);
    if (param === null) return aggregateOperator(execution, options);
    if (node.operator === 'quantile') return quantileOperator(execution, { ...options, param });
    return selectingOperator(execution, { ...options, param });
  }

  private aggregated({ operator, grouping, without, child }: AggregationNode, grid: StepGrid): VectorOperator {
    const isPlain = child.kind === 'select' && child.selection.boundary !== 'smoothed';
    const isOneGroup = grouping.length === 0 && !without;
    if (!isPlain || !isOneGroup || !ORDERLESS.has(operator)) return this.vector(child, grid);
    const options = { selection: child.selection, grid, view: 'value', anyOrder: true } as const;
    return this.observer.vector(child, selector(this.execution, options));
  }

  private scalars(nodes: readonly ScalarNode[], grid: StepGrid): () => Promise<readonly Float64Array[]> {
    const operators = nodes.map((node) => this.scalar(node, grid));
    return async () => {
      const values: Float64Array[] = [];
      for (const operator of operators) values.push(await operator.values());
      return values;
    };
  }
}

/** Aggregations to which the order of their series makes no difference, not even in the last bit. */
const ORDERLESS: ReadonlySet<AggregationOperator> = new Set(['count', 'group']);

/** A smoothed instant selector looks one lookback to both sides. */
function smoothedSelector({ selection, span }: Extract<VectorNode, { kind: 'select' }>): WindowNode {
  return { kind: 'window', func: SMOOTHED, range: { kind: 'range-select', selection, range: 0, span }, args: [], span };
}

function floatFunction(func: string, args: number): FloatFunction {
  if (func === 'round') return args === 0 ? (value) => roundTo(value, 1) : roundTo;
  const apply = FLOAT_FUNCTIONS[func];
  invariant(apply, `no function ${func}`);
  return apply;
}
