import { defaulted, list, type ObjectOf, type ObjectSchema, object, optional } from '#lib/schema';
import type { Report } from '#lib/schema-decode';
import { string } from '#lib/schema-scalars';
import { isLabelName, type MatcherMode } from '../matcher-syntax.ts';
import { checkMatchNames, equalities, matcherList, regexes } from './matching.ts';

const fields = {
  name: optional(string()),
  sourceMatch: defaulted(equalities(), {}),
  sourceMatchRe: defaulted(regexes(), {}),
  sourceMatchers: defaulted(matcherList(), []),
  targetMatch: defaulted(equalities(), {}),
  targetMatchRe: defaulted(regexes(), {}),
  targetMatchers: defaulted(matcherList(), []),
  equal: defaulted(list(string()), []),
};

/** One inhibition rule as written. An empty rule is allowed and does nothing. */
export interface InhibitRuleConfig extends ObjectOf<typeof fields> {}
export const inhibitRuleSchema: ObjectSchema<InhibitRuleConfig> = object('common.plain', fields, { check });

function check(rule: InhibitRuleConfig, report: Report): void {
  checkMatchNames(rule.sourceMatch, 'source_match', report);
  checkMatchNames(rule.sourceMatchRe, 'source_match_re', report);
  checkMatchNames(rule.targetMatch, 'target_match', report);
  checkMatchNames(rule.targetMatchRe, 'target_match_re', report);
  checkEqual(rule, 'fallback', report);
}

/** Reports labels under `equal` that may have no such names. */
export function checkEqual({ equal }: InhibitRuleConfig, mode: MatcherMode, report: Report): void {
  equal.forEach((name, index) => {
    if (isLabelName(name, mode)) return;
    report(`invalid label name ${JSON.stringify(name)} in equal list`, ['equal', index]);
  });
}
