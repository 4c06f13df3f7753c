import { compileRegex } from '#lib/regex';
import type { Labels } from './labels.ts';
import type { RelabelStep } from './relabel.ts';
import type { RelabelConfig } from './relabel-config.ts';

/**
 * Says in words what the rule of a step looked at in the labels `before` it and what came of that, for a person who looks
 * at relabeling step by step. The step is one that was applied to these labels.
 */
export function explainStep(before: Labels, { rule, output, keep }: RelabelStep): string {
  const effect = keep ? changeText(before, output) : 'dropped';
  switch (rule.action) {
    case 'keep':
    case 'drop':
      return `${sourceText(rule, before)}, which ${matchText(rule, sourceValue(rule, before))}: ${keep ? 'kept' : effect}`;
    case 'keepequal':
    case 'dropequal':
      return `${sourceText(rule, before)} and ${valueText(rule.targetLabel, before)}: ${keep ? 'kept' : effect}`;
    case 'replace':
      return `${sourceText(rule, before)}, which ${matchText(rule, sourceValue(rule, before))}: ${effect}`;
    case 'hashmod':
    case 'lowercase':
    case 'uppercase':
      return `${sourceText(rule, before)}: ${effect}`;
    case 'labelmap':
    case 'labeldrop':
    case 'labelkeep':
      return `${namesText(rule, before)}: ${effect}`;
  }
}

const SHOWN = 5;

function changeText(before: Labels, after: Labels): string {
  const names = [...new Set([...before.names(), ...after.names()])].filter(
    (name) => before.get(name) !== after.get(name),
  );
  const texts = names.map((name) =>
    after.has(name) ? `${name} becomes ${JSON.stringify(after.get(name))}` : `${name} is removed`,
  );
  return texts.length === 0 ? 'nothing changes' : listed(texts);
}

function sourceText(rule: RelabelConfig, labels: Labels): string {
  const { sourceLabels: names, separator } = rule;
  if (names.length === 0) return 'no source label is named, so the value is ""';
  if (names.length === 1) return valueText(names[0]!, labels);
  const absent = names.filter((name) => !labels.has(name));
  const note = absent.length === 0 ? '' : ` (${absent.join(', ')} ${absent.length === 1 ? 'is' : 'are'} absent)`;
  return `${names.join(separator)} is ${JSON.stringify(sourceValue(rule, labels))}${note}`;
}

function sourceValue({ sourceLabels, separator }: RelabelConfig, labels: Labels): string {
  return sourceLabels.map((name) => labels.get(name)).join(separator);
}

function valueText(name: string, labels: Labels): string {
  return labels.has(name) ? `${name} is ${JSON.stringify(labels.get(name))}` : `${name} is absent, which reads as ""`;
}

function matchText({ regex }: RelabelConfig, value: string): string {
  const verb = compileRegex(regex).test(value) ? 'matches' : 'does not match';
  return `${verb} ${regex === '' ? 'the empty regex' : regex}`;
}

function namesText({ regex }: RelabelConfig, labels: Labels): string {
  const compiled = compileRegex(regex);
  const names = labels.names().filter((name) => compiled.test(name));
  return names.length === 0 ? `no name matches ${regex}` : `${regex} matches ${listed(names)}`;
}

function listed(texts: readonly string[]): string {
  const rest = texts.length - SHOWN;
  return [...texts.slice(0, SHOWN), ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
}
