import { createMatcher, type Matcher, type MatcherSpec } from '#model/matcher';
import { badRequest } from '../errors.ts';

/** One operator, and a value that may stand in double quotes with Go's escapes. */
const MATCHER = /^\s*("(?:[^"\\]|\\.)*"|[^\s"=~!{},]+)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|[^"]*?)\s*$/s;

/** Parses the `filter` parameters of Alertmanager's API: each is a matcher, or several in braces. */
export function parseFilters(filters: readonly string[]): Matcher[] {
  return filters.flatMap(splitMatchers).map((text) => createMatcher(parseMatcher(text)));
}

function parseMatcher(text: string): MatcherSpec {
  const match = MATCHER.exec(text);
  if (!match) throw badRequest(`bad matcher format: ${text}`);
  const [, name = '', operator = '=', value = ''] = match;
  return { name: unquoted(name), operator: operator as MatcherSpec['operator'], value: unquoted(value) };
}

/** `{a="x", b="y"}` holds several; commas in quotes separate nothing. */
function splitMatchers(text: string): string[] {
  const trimmed = text.trim();
  const inside = trimmed.startsWith('{') && trimmed.endsWith('}') ? trimmed.slice(1, -1) : trimmed;
  return (inside.match(/(?:[^,"]|"(?:[^"\\]|\\.)*")+/g) ?? []).filter((part) => part.trim() !== '');
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

function unquoted(text: string): string {
  if (!text.startsWith('"')) return text;
  return text.slice(1, -1).replace(/\\(.)/gs, (_, char: string) => ESCAPES[char] ?? char);
}
