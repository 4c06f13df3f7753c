import { Labels } from '#model/labels';
import type { Aggregation, Binary, Call, Expr, Subquery } from '#promql/ast';
import { typeOf } from '#promql/types';
import { aggregate } from './aggregations.ts';
import { betweenScalars, betweenVectors, setOperation, withScalar } from './binary.ts';
import { times } from './histogram.ts';
import { estimateAll, fractionEstimate, quantileEstimate, STATISTICS } from './histogram-functions.ts';
import { absentLabels, labelJoin, labelReplace, unique } from './label-functions.ts';
import { leastOf, mostOf } from './numbers.ts';
import { lengthOf, METADATA, select, selectRange, timeOf } from './selectors.ts';
import {
  type Context,
  type Element,
  floatsOf,
  isHist,
  type Point,
  Undecided,
  type Vector,
  type Window,
} from './value.ts';
import { NUMBER_FUNCTIONS } from './vector-functions.ts';
import { WINDOW_FUNCTIONS } from './window-functions.ts';

/** The result of a vector or scalar expression at one time; a scalar is an element without labels. Names that are to go are gone. */
export function evaluate(expr: Expr, context: Context): Vector {
  const isScalar = typeOf(expr) === 'scalar';
  if (isScalar) return [{ labels: Labels.EMPTY, value: scalarOf(expr, context), dropName: false }];
  return unique(
    vectorOf(expr, context).map(({ labels, value, dropName }) => ({
      labels: dropName ? labels.without(METADATA) : labels,
      value,
      dropName: false,
    })),
  );
}

function scalarOf(expr: Expr, context: Context): number {
  switch (expr.kind) {
    case 'number':
      return expr.value;
    case 'paren':
      return scalarOf(expr.expr, context);
    case 'unary':
      return expr.operator === '-' ? -scalarOf(expr.expr, context) : scalarOf(expr.expr, context);
    case 'binary':
      return betweenScalars(expr.operator, scalarOf(expr.left, context), scalarOf(expr.right, context));
    case 'call':
      return scalarCall(expr, context);
    default:
      throw new Error(`no scalar: ${expr.kind}`);
  }
}

function scalarCall({ func, args }: Call, context: Context): number {
  switch (func) {
    case 'time':
      return context.t / 1000;
    case 'pi':
      return Math.PI;
    case 'start':
      return context.start / 1000;
    case 'end':
      return context.end / 1000;
    case 'range':
      return (context.end - context.start) / 1000;
    case 'step':
      return context.step / 1000;
    case 'scalar': {
      const floats = floatsOf(vectorOf(args[0]!, context));
      return floats.length === 1 ? floats[0]!.value : Number.NaN;
    }
    default: {
      const [a, b] = args.map((arg) => scalarOf(arg, context)) as [number, number];
      return func === 'min_of' ? leastOf(a, b) : mostOf(a, b);
    }
  }
}

function vectorOf(expr: Expr, context: Context): Vector {
  switch (expr.kind) {
    case 'vector':
      return select(expr, context).map(({ labels, value, dropName }) => ({ labels, value, dropName }));
    case 'paren':
      return vectorOf(expr.expr, context);
    case 'unary':
      return expr.operator === '-' ? negative(vectorOf(expr.expr, context)) : vectorOf(expr.expr, context);
    case 'aggregate':
      return aggregation(expr, context);
    case 'binary':
      return binary(expr, context);
    case 'call':
      return call(expr, context);
    default:
      throw new Error(`no vector: ${expr.kind}`);
  }
}

function negative(vector: Vector): Vector {
  return vector.map((element) => {
    const { value } = element;
    return { ...element, value: isHist(value) ? times(value, -1) : -value, dropName: true };
  });
}

function aggregation(node: Aggregation, context: Context): Vector {
  const { param } = node;
  const value = param === null ? 0 : typeOf(param) === 'string' ? textOf(param) : scalarOf(param, context);
  return aggregate(node, vectorOf(node.expr, context), value);
}

function binary(node: Binary, context: Context): Vector {
  const { left, right, operator } = node;
  if (typeOf(left) === 'scalar') return withScalar(node, vectorOf(right, context), scalarOf(left, context), false);
  if (typeOf(right) === 'scalar') return withScalar(node, vectorOf(left, context), scalarOf(right, context), true);
  const sides = [vectorOf(left, context), vectorOf(right, context)] as const;
  const isSet = operator === 'and' || operator === 'or' || operator === 'unless';
  return isSet ? setOperation(node, ...sides) : betweenVectors(node, ...sides);
}

function textOf(expr: Expr): string {
  if (expr.kind === 'paren') return textOf(expr.expr);
  return expr.kind === 'string' ? expr.value : '';
}

function call(node: Call, context: Context): Vector {
  const { func, args } = node;
  const number = NUMBER_FUNCTIONS[func];
  if (number) return numberCall(node, number, context);
  const statistic = STATISTICS[func];
  if (statistic) {
    return vectorOf(args[0]!, context).flatMap((element) =>
      isHist(element.value) ? [{ ...element, value: statistic(element.value), dropName: true }] : [],
    );
  }
  if (args.some((arg) => typeOf(arg) === 'matrix')) return windowCall(node, context);
  const texts = () => args.slice(1).map(textOf);
  const scalar = (i: number) => scalarOf(args[i]!, context);
  switch (func) {
    case 'vector':
      return [{ labels: Labels.EMPTY, value: scalar(0), dropName: false }];
    case 'absent':
      return absent(vectorOf(args[0]!, context).length > 0, args[0]!);
    case 'timestamp':
      return timestamps(args[0]!, context);
    case 'sort':
    case 'sort_desc':
      return floatsOf(vectorOf(args[0]!, context)).map(({ element }) => element);
    case 'sort_by_label':
    case 'sort_by_label_desc':
      return vectorOf(args[0]!, context);
    case 'label_replace':
      return labelReplace(vectorOf(args[0]!, context), texts());
    case 'label_join':
      return labelJoin(vectorOf(args[0]!, context), texts());
    case 'histogram_quantile':
      return estimateAll(vectorOf(args[1]!, context), quantileEstimate(scalar(0)));
    case 'histogram_quantiles':
      return histogramQuantiles(node, context);
    case 'histogram_fraction':
      return estimateAll(vectorOf(args[2]!, context), fractionEstimate(scalar(0), scalar(1)));
    default:
      throw new Undecided(`no second reading of ${func}`);
  }
}

function numberCall(
  { args }: Call,
  apply: (value: number, ...args: number[]) => number | null,
  context: Context,
): Vector {
  const now: Vector = [{ labels: Labels.EMPTY, value: context.t / 1000, dropName: false }];
  const vector = args.length === 0 ? now : vectorOf(args[0]!, context);
  const scalars = args.slice(1).map((arg) => scalarOf(arg, context));
  return floatsOf(vector).flatMap(({ element, value }): Element[] => {
    const result = apply(value, ...scalars);
    return result === null ? [] : [{ ...element, value: result, dropName: true }];
  });
}

function windowCall({ func, args }: Call, context: Context): Vector {
  const range = args.find((arg) => typeOf(arg) === 'matrix')!;
  const windows = windowsOf(range, context);
  if (func === 'absent_over_time') return absent(windows.length > 0, range);
  const scalars = args.filter((arg) => arg !== range).map((arg) => scalarOf(arg, context));
  const apply = WINDOW_FUNCTIONS[func]!;
  const keepsName = func === 'last_over_time' || func === 'first_over_time';
  return windows.flatMap((window) => {
    const value = apply(window, scalars, context.t);
    return value === null ? [] : [{ labels: window.labels, value, dropName: window.dropName || !keepsName }];
  });
}

function windowsOf(expr: Expr, context: Context): Window[] {
  if (expr.kind === 'paren') return windowsOf(expr.expr, context);
  if (expr.kind === 'matrix') return selectRange(expr, context);
  if (expr.kind === 'subquery') return subquery(expr, context);
  throw new Error(`no range: ${expr.kind}`);
}

/** The inner expression at each multiple of the step in (t - range, t]. */
function subquery(node: Subquery, context: Context): Window[] {
  const end = timeOf(node, context);
  const start = end - lengthOf(node.range, context);
  const step = node.step === null ? context.defaultStep : lengthOf(node.step, context);
  const found = new Map<string, Window & { readonly points: Point[] }>();
  for (let t = (Math.floor(start / step) + 1) * step; t <= end; t += step) {
    for (const { labels, value, dropName } of vectorOf(node.expr, { ...context, t })) {
      const key = `${dropName}${labels.key}`;
      const window = found.get(key) ?? { labels, dropName, points: [], start, end };
      found.set(key, window);
      window.points.push({ t, value });
    }
  }
  return [...found.values()];
}

function absent(isThere: boolean, arg: Expr): Vector {
  return isThere ? [] : [{ labels: absentLabels(arg), value: 1, dropName: true }];
}

/** When the sample was taken, for a plain selector; otherwise when the value was computed, which is now. */
function timestamps(arg: Expr, context: Context): Vector {
  if (arg.kind === 'paren') return timestamps(arg.expr, context);
  const vector: readonly (Element & { readonly time?: number })[] =
    arg.kind === 'vector' ? select(arg, context) : vectorOf(arg, context);
  return vector.map(({ labels, time }) => ({ labels, value: (time ?? context.t) / 1000, dropName: true }));
}

function histogramQuantiles({ args }: Call, context: Context): Vector {
  const vector = vectorOf(args[0]!, context);
  const label = textOf(args[1]!);
  const quantiles = args.slice(2).map((arg) => scalarOf(arg, context));
  return quantiles.flatMap((quantile) =>
    estimateAll(vector, quantileEstimate(quantile)).map((element) => ({
      ...element,
      labels: element.labels.with({ [label]: Number.isInteger(quantile) ? quantile.toFixed(1) : String(quantile) }),
    })),
  );
}
