import { md5 } from '#lib/md5';
import { compileRegex } from '#lib/regex';
import { expandTemplate } from '#lib/regex-template';
import { Labels } from './labels.ts';
import { isValidLabelName, type NameValidationScheme } from './name-validation.ts';
import type { RelabelConfig } from './relabel-config.ts';

/**
 * Applies the rules in order (reference: relabel_config). Null: a rule dropped the label set. Label sets that end up empty
 * are given back empty; the caller decides what that means. With the legacy scheme a replace whose target comes out as no
 * legacy name does nothing, as upstream.
 */
export function relabel(
  labels: Labels,
  rules: readonly RelabelConfig[],
  scheme: NameValidationScheme = 'utf8',
): Labels | null {
  if (rules.length === 0) return labels;
  const draft = draftOf(labels);
  for (const rule of rules) if (!apply(rule, draft, scheme)) return null;
  return Labels.fromEntries(draft);
}

/** What one rule made of the labels, for looking at relabeling step by step. */
export interface RelabelStep {
  readonly rule: RelabelConfig;
  /** After this rule; empty when it or one before it dropped them. */
  readonly output: Labels;
  /** False from the rule on that dropped them: rules after it are not applied. */
  readonly keep: boolean;
}

/** The same, keeping what each rule did: one step for each rule. */
export function relabelSteps(
  labels: Labels,
  rules: readonly RelabelConfig[],
  scheme: NameValidationScheme = 'utf8',
): RelabelStep[] {
  const draft = draftOf(labels);
  let keep = true;
  return rules.map((rule) => {
    keep = keep && apply(rule, draft, scheme);
    return { rule, output: keep ? Labels.fromEntries(draft) : Labels.EMPTY, keep };
  });
}

/** Labels being changed. An absent label reads as ''. */
type Draft = Map<string, string>;

function draftOf({ pairs }: Labels): Draft {
  const draft: Draft = new Map();
  for (let i = 0; i < pairs.length; i += 2) draft.set(pairs[i]!, pairs[i + 1]!);
  return draft;
}

/** Applies one rule to the draft. False: drop it. */
function apply(rule: RelabelConfig, draft: Draft, scheme: NameValidationScheme): boolean {
  const value = rule.sourceLabels.map((name) => draft.get(name) ?? '').join(rule.separator);
  switch (rule.action) {
    case 'keep':
      return matches(rule, value);
    case 'drop':
      return !matches(rule, value);
    case 'keepequal':
      return (draft.get(rule.targetLabel) ?? '') === value;
    case 'dropequal':
      return (draft.get(rule.targetLabel) ?? '') !== value;
    case 'replace':
      replace(rule, value, draft, scheme);
      return true;
    case 'lowercase':
      set(
        draft,
        rule.targetLabel,
        mapLetters(value, (letter) => letter.toLowerCase()),
      );
      return true;
    case 'uppercase':
      set(
        draft,
        rule.targetLabel,
        mapLetters(value, (letter) => letter.toUpperCase()),
      );
      return true;
    case 'hashmod':
      set(draft, rule.targetLabel, String(hashMod(value, rule.modulus)));
      return true;
    case 'labelmap':
      for (const [name, existing] of Array.from(draft)) {
        const submatches = submatchesOf(rule, name);
        if (submatches !== null) set(draft, expand(rule, rule.replacement, submatches), existing);
      }
      return true;
    case 'labeldrop':
      for (const name of draft.keys()) if (matches(rule, name)) draft.delete(name);
      return true;
    case 'labelkeep':
      for (const name of draft.keys()) if (!matches(rule, name)) draft.delete(name);
      return true;
  }
}

function replace(rule: RelabelConfig, value: string, draft: Draft, scheme: NameValidationScheme): void {
  const submatches = submatchesOf(rule, value);
  if (submatches === null) return;
  const target = expand(rule, rule.targetLabel, submatches);
  if (isValidLabelName(target, scheme)) set(draft, target, expand(rule, rule.replacement, submatches));
}

function set(draft: Draft, name: string, value: string): void {
  if (value === '') draft.delete(name);
  else draft.set(name, value);
}

const EVERYTHING = '(.*)';

function matches({ regex }: RelabelConfig, value: string): boolean {
  return regex === EVERYTHING || compileRegex(regex).test(value);
}

function submatchesOf({ regex }: RelabelConfig, value: string): readonly string[] | null {
  return regex === EVERYTHING ? [value, value] : compileRegex(regex).exec(value);
}

function expand({ regex }: RelabelConfig, template: string, submatches: readonly string[]): string {
  if (template === '$1') return submatches[1] ?? '';
  return template.includes('$') ? expandTemplate(compileRegex(regex), template, submatches) : template;
}

/** The last eight bytes of the MD5 as a big-endian number, modulo: every shard of the world agrees on it. */
function hashMod(value: string, modulus: bigint): bigint {
  const digest = md5(value);
  return new DataView(digest.buffer, digest.byteOffset, digest.length).getBigUint64(8) % modulus;
}

/** Letter by letter as Go does: a letter that would become several stays as it is, and no letter looks at its neighbours. */
function mapLetters(text: string, change: (letter: string) => string): string {
  let out = '';
  for (const letter of text) {
    const changed = change(letter);
    out += [...changed].length === 1 ? changed : letter;
  }
  return out;
}
