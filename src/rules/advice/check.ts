import type { MetricType } from '#model/metadata';
import type { Millis } from '#model/time';
import { childrenOf, type Expr, type MatrixSelector, type VectorSelector } from '#promql/ast';
import type { Rule } from '../rule.ts';

/** What is known of the place where a rule runs. */
export interface AdviceContext {
  /** How often the rule is evaluated. */
  readonly interval: Millis;
  /** How often its series get samples; null when that is not known. */
  readonly scrapeInterval: Millis | null;
  /** What a metric was said to be; null when nobody said it. */
  readonly typeOf: (metric: string) => MetricType | null;
  /** The names of all metrics that are there; null when that is not known. */
  readonly names: ReadonlySet<string> | null;
}

/** The findings of a check, and the rule's expression with what can be corrected corrected. */
export interface Checked {
  readonly findings: readonly string[];
  readonly expr: Expr;
}

/** Looks at one kind of mistake. Pure; gives back the same expression when it has nothing to correct. */
export type Check = (rule: Rule, context: AdviceContext) => Checked;

/** A check that has nothing to correct in the expression. */
export function saying(find: (rule: Rule, context: AdviceContext) => readonly string[]): Check {
  return (rule, context) => ({ findings: find(rule, context), expr: rule.expr });
}

/** A check that changes single nodes: `change` answers null for a node that is right. */
export function correcting(change: (node: Expr, rule: Rule, context: AdviceContext) => Correction | null): Check {
  return (rule, context) => {
    const findings: string[] = [];
    const expr = mapExpr(rule.expr, (node) => {
      const corrected = change(node, rule, context);
      if (corrected === null) return node;
      if (!findings.includes(corrected.finding)) findings.push(corrected.finding);
      return corrected.expr;
    });
    return { findings, expr };
  };
}

/** A node that should be another one, and why. */
export interface Correction {
  readonly finding: string;
  readonly expr: Expr;
}

/** The expression with every node replaced by what `change` makes of it, from the leaves up. */
export function mapExpr(expr: Expr, change: (node: Expr) => Expr): Expr {
  return change(withMappedChildren(expr, (child) => mapExpr(child, change)));
}

function withMappedChildren(expr: Expr, map: (child: Expr) => Expr): Expr {
  switch (expr.kind) {
    case 'number':
    case 'string':
    case 'vector':
      return expr;
    case 'matrix': {
      const selector = map(expr.selector);
      return selector.kind === 'vector' ? { ...expr, selector } : expr;
    }
    case 'call':
      return { ...expr, args: expr.args.map(map) };
    case 'aggregate':
      return { ...expr, expr: map(expr.expr), param: expr.param && map(expr.param) };
    case 'binary':
      return { ...expr, left: map(expr.left), right: map(expr.right) };
    case 'subquery':
    case 'unary':
    case 'paren':
      return { ...expr, expr: map(expr.expr) };
  }
}

/** The expression inside parentheses. */
export function bare(expr: Expr): Expr {
  return expr.kind === 'paren' ? bare(expr.expr) : expr;
}

/** Every selector of an expression, those of ranges too, in order. */
export function selectorsOf(expr: Expr): readonly VectorSelector[] {
  return expr.kind === 'vector' ? [expr] : childrenOf(expr).flatMap(selectorsOf);
}

/** `rate(selector[range])`. */
export function rateOf(selector: VectorSelector, range: MatrixSelector['range'] = FIVE_MINUTES): Expr {
  const { start, end } = selector;
  return { kind: 'call', func: 'rate', args: [{ kind: 'matrix', selector, range, start, end }], start, end };
}

const FIVE_MINUTES = 300_000;

/** The labels that the templates of an alert show: `$labels.service`. */
export function shownLabels(rule: Rule): readonly string[] {
  if (rule.kind !== 'alerting') return [];
  const texts = [...rule.annotations.entries(), ...rule.labels.entries()].map(([, text]) => text);
  const names = texts.flatMap((text) => [...text.matchAll(SHOWN_LABEL)].map((match) => match[1]!));
  return [...new Set(names)].sort();
}

const SHOWN_LABEL = /\{\{[^}]*?(?:\$labels|\.Labels)\.([A-Za-z_][A-Za-z0-9_]*)/g;
