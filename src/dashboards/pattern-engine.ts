import { compileSearch } from '#lib/regex';
import type { Pattern } from './compiled-pattern.ts';
import { type Lookaheads, lookaheadsOf } from './lookaheads.ts';

/** A pattern in RE2's engine, with RE2's replacements; null where RE2 refuses it and it only looks ahead at no start. */
export function exactPattern(body: string, flags: string, whole: boolean): Pattern | null {
  const options = ['i', 's', 'm'].filter((flag) => flags.includes(flag)).join('');
  const looking = whole || flags.includes('m') ? null : lookaheadsOf(body);
  if (looking !== null) return lookingAhead(looking, flags);
  // RE2 writes named groups with a P.
  const source = body.replace(/\(\?<(?![=!])/g, '(?P<');
  try {
    const regex = compileSearch(whole ? `(?s)^(?:${source})$` : (options && `(?${options})`) + source);
    return {
      groups: regex.namedGroups(),
      find: (text) => regex.matcher(text).find(),
      match: (text) => {
        const match = regex.matcher(text);
        return match.find() ? Array.from({ length: regex.groupCount() + 1 }, (_, i) => match.group(i)) : null;
      },
      replace: (text, replacement) => {
        const matcher = regex.matcher(text);
        return flags.includes('g') ? matcher.replaceAll(replacement) : matcher.replaceFirst(replacement);
      },
    };
  } catch {
    return null;
  }
}

/** What is looked for ahead of the start is asked for by patterns of its own: RE2 has no word for it. */
function lookingAhead({ ahead, rest }: Lookaheads, flags: string): Pattern | null {
  const pattern = exactPattern(rest, flags, false);
  const conditions = ahead.map(({ source, wanted }) => ({ wanted, pattern: exactPattern(source, flags, false) }));
  if (pattern === null || conditions.some((condition) => condition.pattern === null)) return null;
  const holds = (text: string): boolean => conditions.every((one) => one.pattern!.find(text) === one.wanted);
  return {
    groups: pattern.groups,
    find: (text) => holds(text) && pattern.find(text),
    match: (text) => (holds(text) ? pattern.match(text) : null),
    replace: (text, replacement) => (holds(text) ? pattern.replace(text, replacement) : text),
  };
}
