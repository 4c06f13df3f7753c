import type { LabelSet } from '../api/prometheus.ts';

/** A rule as /targets/relabel_steps writes it. */
export interface RelabelRuleJson {
  readonly source_labels?: readonly string[];
  readonly separator: string;
  readonly regex: string;
  readonly modulus?: number;
  readonly target_label?: string;
  readonly replacement: string;
  readonly action: string;
}

/** One rule and what it made of the labels. */
export interface RelabelStepJson {
  readonly rule: RelabelRuleJson;
  readonly output: LabelSet;
  readonly keep: boolean;
  /** What the rule looked at; absent when the labels were dropped before it. */
  readonly explanation?: string;
}

/** A label that a rule changed. */
export interface LabelChange {
  readonly name: string;
  readonly kind: 'added' | 'changed' | 'removed' | 'same';
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** What differs between two label sets, in the order of the names; with `all` also what does not. */
export function labelChanges(before: LabelSet, after: LabelSet, all: boolean): LabelChange[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .sort()
    .map((name) => ({ name, kind: kindOf(before[name], after[name]), before: before[name], after: after[name] }))
    .filter(({ kind }) => all || kind !== 'same');
}

function kindOf(before: string | undefined, after: string | undefined): LabelChange['kind'] {
  if (before === undefined) return 'added';
  if (after === undefined) return 'removed';
  return before === after ? 'same' : 'changed';
}

/** The fields of a rule that say something, as lines of YAML. */
export function ruleLines(rule: RelabelRuleJson): string[] {
  const { source_labels: sources, separator, regex, modulus, target_label: target, replacement, action } = rule;
  return [
    ...(sources === undefined ? [] : [`source_labels: [${sources.map(yamlText).join(', ')}]`]),
    ...(separator === ';' ? [] : [`separator: ${yamlText(separator)}`]),
    ...(regex === '(.*)' ? [] : [`regex: ${yamlText(regex)}`]),
    ...(modulus === undefined ? [] : [`modulus: ${modulus}`]),
    ...(target === undefined ? [] : [`target_label: ${yamlText(target)}`]),
    ...(replacement === '$1' ? [] : [`replacement: ${yamlText(replacement)}`]),
    `action: ${action}`,
  ];
}

/** Rules as they stand in a configuration file. */
export function rulesYaml(rules: readonly RelabelRuleJson[]): string {
  return rules.map((rule) => `- ${ruleLines(rule).join('\n  ')}\n`).join('');
}

/** Bare where nothing but letters, digits and underscores stands, otherwise in single quotes, which keep backslashes. */
function yamlText(text: string): string {
  if (/^[a-zA-Z_]\w*$/.test(text) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(text)) return text;
  return /[\n\t\r]/.test(text) ? JSON.stringify(text) : `'${text.replaceAll("'", "''")}'`;
}
