import { isLabelName, type MatcherMode, parseMatchers } from '#alertmanager/matcher-syntax';
import { BarographError } from '#lib/errors';
import type { MatcherSpec } from '#model/matcher';

/** Arguments as filters of the API: a first word that is no matcher is the name of an alert. */
export function filtersOf(words: readonly string[], mode: MatcherMode): readonly string[] {
  const [first, ...rest] = words;
  if (first === undefined) return [];
  return [isMatcher(first, mode) ? first : `alertname=${JSON.stringify(first)}`, ...rest];
}

/** The matchers of the arguments. Throws for words that are none. */
export function matchersOf(words: readonly string[], mode: MatcherMode): readonly MatcherSpec[] {
  return filtersOf(words, mode).flatMap((word) => parseMatchers(word, mode));
}

/** Labels of `name=value` arguments; the first may be a name of an alert alone. Throws for anything else. */
export function labelsOf(words: readonly string[], mode: MatcherMode): Record<string, string> {
  return Object.fromEntries(
    filtersOf(words, mode).map((word) => {
      const matcher = single(word, mode);
      if (matcher.operator === '=') return [matcher.name, matcher.value];
      throw wrong(`${word}: labels must be specified as equality`);
    }),
  );
}

/** Like `labelsOf`, without the name of an alert. */
export function plainLabelsOf(words: readonly string[], mode: MatcherMode): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const { name, value } = single(word, mode);
      return [name, value];
    }),
  );
}

function single(word: string, mode: MatcherMode): MatcherSpec {
  if (mode !== 'classic' && (word.startsWith('{') || word.endsWith('}')))
    throw wrong(`unexpected open or close brace: ${word}`);
  return rawMatcher(word, mode) ?? parsedMatcher(word, mode);
}

/** A value without quotes goes to the end of the word, commas and all; the UTF-8 syntax has no such values. */
function rawMatcher(word: string, mode: MatcherMode): MatcherSpec | null {
  const [, name, operator, value = ''] = /^([^=!~"\s]+)(=~|!~|!=|=)(.*)$/s.exec(word) ?? [];
  if (mode === 'utf8' || name === undefined || value.startsWith('"') || !isLabelName(name, mode)) return null;
  return { name, operator: operator as MatcherSpec['operator'], value };
}

function parsedMatcher(word: string, mode: MatcherMode): MatcherSpec {
  const [matcher, ...others] = parseMatchers(word, mode);
  if (matcher && others.length === 0) return matcher;
  throw wrong(`bad matcher format: ${word}`);
}

function isMatcher(word: string, mode: MatcherMode): boolean {
  try {
    return parseMatchers(word, mode).length > 0;
  } catch {
    return false;
  }
}

function wrong(message: string): BarographError {
  return new BarographError(message, { kind: 'bad-request', code: 'amtool-arguments' });
}
