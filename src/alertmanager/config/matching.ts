import { converted, list, mapOfValues, type Schema } from '#lib/schema';
import { INVALID, type Report } from '#lib/schema-decode';
import { regex, string } from '#lib/schema-scalars';
import { compareUtf8 } from '#lib/utf8';
import { isNull } from '#lib/yaml';
import { createMatcher, type MatcherSpec } from '#model/matcher';
import { isValidLabelName } from '#model/name-validation';
import { type MatcherMode, parseMatchers, printMatcher } from '../matcher-syntax.ts';

/** `match`: label names and the values they must have. */
export function equalities(): Schema<Readonly<Record<string, string>>> {
  return mapOfValues(string());
}

/** `match_re`: label names and the regexes their values must match as a whole. A regex must be written. */
export function regexes(): Schema<Readonly<Record<string, string>>> {
  return mapOfValues(writtenRegex());
}

/** `matchers`: texts of one or more matchers each, together sorted by name. */
export function matcherList(): Schema<readonly MatcherSpec[]> {
  return converted(list(matcherText()), {
    decode: (groups) => sortMatchers(groups.flat()),
    encode: (matchers) => matchers.map((matcher) => [matcher]),
  });
}

/** Reports names in a `match` that are no classic label names: the key is older than UTF-8 names. */
export function checkMatchNames(match: Readonly<Record<string, string>>, key: string, report: Report): void {
  for (const name of Object.keys(match)) {
    if (!isValidLabelName(name, 'legacy')) report(`invalid label name ${JSON.stringify(name)}`, [key, name]);
  }
}

/**
 * The three ways to write conditions as one list, sorted as Alertmanager sorts it (name, value, operator). The regexes
 * of `match_re` appear wrapped as `^(?:…)$`: keys of groups are made of these texts.
 */
export function combineMatchers(
  match: Readonly<Record<string, string>>,
  matchRe: Readonly<Record<string, string>>,
  matchers: readonly MatcherSpec[],
): MatcherSpec[] {
  const equal = Object.entries(match).map(([name, value]): MatcherSpec => ({ name, operator: '=', value }));
  const wrapped = Object.entries(matchRe).map(
    ([name, value]): MatcherSpec => ({ name, operator: '=~', value: `^(?:${value})$` }),
  );
  return sortMatchers([...equal, ...wrapped, ...matchers]);
}

const OPERATOR_ORDER = ['=', '!=', '=~', '!~'];

function sortMatchers(matchers: readonly MatcherSpec[]): MatcherSpec[] {
  const rank = (matcher: MatcherSpec) => OPERATOR_ORDER.indexOf(matcher.operator);
  return [...matchers].sort(
    (a, b) => compareUtf8(a.name, b.name) || compareUtf8(a.value, b.value) || rank(a) - rank(b),
  );
}

function modeOf(dialect: string): MatcherMode {
  return dialect === 'classic' || dialect === 'utf8' ? dialect : 'fallback';
}

function matcherText(): Schema<readonly MatcherSpec[]> {
  return converted(string(), {
    decode(text, dialect): readonly MatcherSpec[] {
      const matchers = parseMatchers(text, modeOf(dialect));
      for (const matcher of matchers) createMatcher(matcher);
      return matchers;
    },
    encode: (matchers) => matchers.map(printMatcher).join(','),
  });
}

function writtenRegex(): Schema<string> {
  const base = regex();
  return {
    ...base,
    decode(node, decoding) {
      if (!isNull(node)) return base.decode(node, decoding);
      const name = decoding.path.at(-1) ?? '';
      decoding.report(node, `invalid regexp value for ${JSON.stringify(name)}`, { hint: 'write a regular expression' });
      return INVALID;
    },
  };
}
