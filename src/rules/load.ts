import { BarographError, type SourcePosition } from '#lib/errors';
import type { SourceText } from '#lib/schema-scalars';
import { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import type { Expr } from '#promql/ast';
import { parse } from '#promql/parse';
import { formatExpr } from '#promql/print';
import { checkRuleTemplate } from '#template/rule-template';
import { type RuleConfig, type RuleGroupConfig, textsOf } from './config.ts';
import type { Rule, RuleGroup } from './rule.ts';

/** A rule file, decoded. */
export interface RuleFile {
  readonly path: string;
  readonly groups: readonly RuleGroupConfig[];
}

export interface GroupDefaults {
  /** `global.evaluation_interval`. */
  readonly interval: Millis;
  /** `global.rule_query_offset`. */
  readonly queryOffset: Millis;
}

/** What is wrong with one expression or template, at its place in the file. */
interface RuleProblem {
  readonly message: string;
  readonly hint?: string | undefined;
  readonly at: SourcePosition;
}

export interface LoadedRules {
  /** In the order of the files; only those without problems. */
  readonly groups: readonly RuleGroup[];
  readonly problems: readonly RuleProblem[];
}

/**
 * Makes groups out of decoded files: expressions are parsed, templates checked, defaults applied, group labels put under
 * rule labels. Never throws for bad input; all problems are collected.
 */
export function loadRuleGroups(files: readonly RuleFile[], defaults: GroupDefaults): LoadedRules {
  const problems: RuleProblem[] = [];
  const groups = files.flatMap(({ path, groups: configs }) =>
    configs.flatMap((config) => loadGroup({ path, config, defaults, problems }) ?? []),
  );
  return { groups, problems };
}

interface GroupInput {
  readonly path: string;
  readonly config: RuleGroupConfig;
  readonly defaults: GroupDefaults;
  readonly problems: RuleProblem[];
}

function loadGroup({ path, config, defaults, problems }: GroupInput): RuleGroup | null {
  const before = problems.length;
  const rules = config.rules.map((rule, i) =>
    loadRule(rule, config, { path, problems, place: placeOf(config, rule, i) }),
  );
  if (problems.length > before) return null;
  return {
    file: path,
    name: config.name,
    interval: config.interval || defaults.interval,
    queryOffset: config.queryOffset ?? defaults.queryOffset,
    limit: config.limit,
    rules: rules.filter((rule) => rule !== null),
  };
}

interface RuleFileContext {
  readonly path: string;
  readonly problems: RuleProblem[];
  /** Which rule it is, as promtool says it. */
  readonly place: string;
}

function placeOf(group: RuleGroupConfig, rule: RuleConfig, index: number): string {
  return `group "${group.name}", rule ${index + 1}, "${rule.record || rule.alert}"`;
}

function loadRule(rule: RuleConfig, group: RuleGroupConfig, context: RuleFileContext): Rule | null {
  const expr = parseExpr(rule.expr, context);
  const templates = rule.alert === '' ? [] : templateProblems(rule, context);
  context.problems.push(...templates);
  if (!expr || templates.length > 0) return null;
  const base = { query: formatExpr(expr), expr, labels: Labels.from({ ...group.labels, ...textsOf(rule.labels) }) };
  if (rule.record !== '') return { ...base, kind: 'recording', name: rule.record };
  return {
    ...base,
    kind: 'alerting',
    name: rule.alert,
    holdDuration: rule.for,
    keepFiringFor: rule.keepFiringFor,
    annotations: Labels.from(textsOf(rule.annotations)),
  };
}

function parseExpr(source: SourceText, { path, problems, place }: RuleFileContext): Expr | null {
  try {
    return parse(source.text);
  } catch (error) {
    if (!(error instanceof BarographError)) throw error;
    const at = { file: path, ...source.position(offsetOf(source.text, error.at)) };
    problems.push({ message: `${place}: could not parse expression: ${error.message}`, hint: error.hint, at });
    return null;
  }
}

/** UTF-16 offset of a line and column inside the expression. */
function offsetOf(text: string, at: SourcePosition | undefined): number {
  if (!at) return 0;
  const before = text.split('\n').slice(0, at.line - 1);
  return Math.min(text.length, before.reduce((sum, line) => sum + line.length + 1, 0) + at.column - 1);
}

function templateProblems(rule: RuleConfig, { path, place }: RuleFileContext): RuleProblem[] {
  const texts = [
    ...Object.entries(rule.labels).map(([name, source]) => ['label', name, source] as const),
    ...Object.entries(rule.annotations).map(([name, source]) => ['annotation', name, source] as const),
  ];
  return texts.flatMap(([kind, name, { text, position }]) => {
    const problem = checkRuleTemplate(rule.alert, text);
    if (problem === null) return [];
    const message = `${place}: ${kind} "${name}": ${problem.message}`;
    const begin = offsetOf(text, { line: problem.line, column: 1 });
    return [{ message, hint: problem.hint, at: { file: path, ...position(begin) } }];
  });
}
