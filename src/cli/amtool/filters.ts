import { parseMatchers } from '#alertmanager/matcher-syntax';
import { BarographError } from '#lib/errors';
import type { MatcherSpec } from '#model/matcher';

/** Arguments as filters of the API: a first word that is no matcher is the name of an alert. */
export function filtersOf(words: readonly string[]): readonly string[] {
  const [first, ...rest] = words;
  if (first === undefined) return [];
  return [isMatcher(first) ? first : `alertname=${JSON.stringify(first)}`, ...rest];
}

/** The matchers of the arguments. Throws for words that are none. */
export function matchersOf(words: readonly string[]): readonly MatcherSpec[] {
  return filtersOf(words).flatMap((word) => parseMatchers(word));
}

/** Labels of `name=value` arguments; the first may be a name of an alert alone. Throws for anything else. */
export function labelsOf(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    filtersOf(words).map((word) => {
      const matcher = single(word);
      if (matcher.operator === '=') return [matcher.name, matcher.value];
      throw wrong(`${word}: labels must be specified as equality`);
    }),
  );
}

/** Like `labelsOf`, without the name of an alert. */
export function plainLabelsOf(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const { name, value } = single(word);
      return [name, value];
    }),
  );
}

function single(word: string): MatcherSpec {
  if (word.startsWith('{') || word.endsWith('}')) throw wrong(`unexpected open or close brace: ${word}`);
  // A value without quotes goes to the end of the word, commas and all.
  const [, name, operator, value = ''] = /^([^=!~"\s]+)(=~|!~|!=|=)(.*)$/s.exec(word) ?? [];
  if (name !== undefined && !value.startsWith('"'))
    return { name, operator: operator as MatcherSpec['operator'], value };
  const [matcher, ...others] = parseMatchers(word);
  if (matcher && others.length === 0) return matcher;
  throw wrong(`bad matcher format: ${word}`);
}

function isMatcher(word: string): boolean {
  try {
    return parseMatchers(word).length > 0;
  } catch {
    return false;
  }
}

function wrong(message: string): BarographError {
  return new BarographError(message, { kind: 'bad-request', code: 'amtool-arguments' });
}
