import type { Labels } from '#model/labels';
import type { Matcher } from '#model/matcher';
import type { Millis } from '#model/time';
import type { AggregationOperator, BinaryOperator, SetOperator, Span, VectorMatching } from '../ast.ts';

/** Series and the time at which they are looked at: `at - offset` when `at` is set, otherwise the step's time - offset. */
export interface Selection {
  readonly matchers: readonly Matcher[];
  readonly offset: Millis;
  readonly at: Millis | null;
  readonly boundary: 'plain' | 'anchored' | 'smoothed';
  /** Histograms are to say whether they are counter resets. */
  readonly resolvesResets: boolean;
}

/** A scalar: one value per step. */
export type ScalarNode =
  | { readonly kind: 'constant'; readonly value: number }
  /** The step's time in seconds. */
  | { readonly kind: 'time' }
  | {
      readonly kind: 'arithmetic';
      readonly operator: BinaryOperator;
      readonly left: ScalarNode;
      readonly right: ScalarNode;
    }
  | {
      readonly kind: 'extreme';
      readonly func: 'min_of' | 'max_of';
      readonly left: ScalarNode;
      readonly right: ScalarNode;
    }
  | { readonly kind: 'negation'; readonly child: ScalarNode }
  /** `scalar(v)`. */
  | { readonly kind: 'single-element'; readonly child: VectorNode }
  | { readonly kind: 'scalar-once'; readonly child: ScalarNode };

/** A range vector: for each step, the samples in `(end - range, end]`. */
export type RangeNode =
  | { readonly kind: 'range-select'; readonly selection: Selection; readonly range: Millis; readonly span: Span }
  | {
      readonly kind: 'subquery';
      readonly child: VectorNode;
      readonly range: Millis;
      /** Its steps are the multiples of this. */
      readonly step: Millis;
      readonly offset: Millis;
      readonly at: Millis | null;
      readonly span: Span;
    };

/** An instant vector: per step, at most one sample of each series. */
export type VectorNode =
  | { readonly kind: 'select'; readonly selection: Selection; readonly span: Span }
  | { readonly kind: 'sample-time'; readonly selection: Selection }
  /** When the counting of each sample began, as far as known. */
  | { readonly kind: 'sample-start'; readonly selection: Selection }
  | WindowNode
  | { readonly kind: 'from-scalar'; readonly child: ScalarNode }
  /** A function of each value. */
  | {
      readonly kind: 'map';
      readonly func: string;
      readonly child: VectorNode;
      readonly args: readonly ScalarNode[];
    }
  | { readonly kind: 'sort'; readonly child: VectorNode; readonly descending: boolean; readonly span: Span }
  | {
      readonly kind: 'sort-by-label';
      readonly child: VectorNode;
      readonly labels: readonly string[];
      readonly descending: boolean;
      readonly span: Span;
    }
  | { readonly kind: 'absent'; readonly child: VectorNode; readonly labels: Labels }
  | { readonly kind: 'absent-over-time'; readonly range: RangeNode; readonly labels: Labels }
  | {
      readonly kind: 'label-replace';
      readonly child: VectorNode;
      readonly destination: string;
      readonly replacement: string;
      readonly source: string;
      readonly regex: string;
    }
  | {
      readonly kind: 'label-join';
      readonly child: VectorNode;
      readonly destination: string;
      readonly separator: string;
      readonly sources: readonly string[];
    }
  | {
      readonly kind: 'histogram-quantiles';
      readonly child: VectorNode;
      readonly quantiles: readonly ScalarNode[];
      readonly quantileSpans: readonly Span[];
      /** The label that tells the quantiles apart; null when there is one quantile and no label. */
      readonly label: string | null;
      readonly span: Span;
    }
  | {
      readonly kind: 'histogram-fraction';
      readonly child: VectorNode;
      readonly lower: ScalarNode;
      readonly upper: ScalarNode;
      readonly span: Span;
    }
  | {
      readonly kind: 'histogram-statistic';
      readonly child: VectorNode;
      readonly func: 'histogram_count' | 'histogram_sum' | 'histogram_avg' | 'histogram_stddev' | 'histogram_stdvar';
    }
  | InfoNode
  | AggregationNode
  | {
      readonly kind: 'vector-scalar';
      readonly operator: BinaryOperator;
      readonly bool: boolean;
      readonly vector: VectorNode;
      readonly scalar: ScalarNode;
      /** The scalar stands on the left. */
      readonly swapped: boolean;
      readonly span: Span;
    }
  | VectorBinaryNode
  | {
      readonly kind: 'set';
      readonly operator: SetOperator;
      readonly left: VectorNode;
      readonly right: VectorNode;
      readonly matching: VectorMatching;
    }
  | { readonly kind: 'vector-negation'; readonly child: VectorNode }
  /** Does not depend on the step: evaluated at the first one, valid for all. */
  | { readonly kind: 'vector-once'; readonly child: VectorNode };

/** A function over the samples in a window, series by series. */
export interface WindowNode {
  readonly kind: 'window';
  readonly func: string;
  readonly range: RangeNode;
  /** The scalar arguments in order. */
  readonly args: readonly ScalarNode[];
  /** Where annotations point: the first argument. */
  readonly span: Span;
}

export interface AggregationNode {
  readonly kind: 'aggregate';
  readonly operator: AggregationOperator;
  readonly child: VectorNode;
  readonly param: ScalarNode | null;
  readonly paramSpan: Span;
  /** Of count_values. */
  readonly label: string;
  /** Sorted by UTF-8 bytes, unique. */
  readonly grouping: readonly string[];
  readonly without: boolean;
  readonly span: Span;
  readonly childSpan: Span;
}

export interface VectorBinaryNode {
  readonly kind: 'vector-binary';
  readonly operator: BinaryOperator;
  readonly bool: boolean;
  readonly left: VectorNode;
  readonly right: VectorNode;
  readonly matching: VectorMatching;
  readonly span: Span;
}

export interface InfoNode {
  readonly kind: 'info';
  readonly child: VectorNode;
  /** Of the second argument, or what stands for it. */
  readonly matchers: readonly Matcher[];
  /** Where in time the info series are looked at. */
  readonly offset: Millis;
  readonly at: Millis | null;
}

export type PlanNode = ScalarNode | RangeNode | VectorNode;

/** What a query is, ready to be built into operators. */
export type Plan =
  | { readonly type: 'scalar'; readonly node: ScalarNode }
  | { readonly type: 'vector'; readonly node: VectorNode }
  | { readonly type: 'matrix'; readonly node: RangeNode }
  | { readonly type: 'string'; readonly value: string };
