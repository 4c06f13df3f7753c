import { LRUCache } from 'lru-cache';
import { RE2JS } from 're2js';
import { BarographError, errorMessage } from './errors.ts';
import { planRegex } from './regex/plan.ts';

/** A compiled pattern with RE2's meaning that answers in time linear in its input. */
export interface Regex {
  /** The pattern as the user wrote it. */
  readonly source: string;
  /** The only strings that can match, when they are few enough to be told; null otherwise. */
  readonly literals: readonly string[] | null;
  /** What every match begins with; '' when that is nothing, or not known. */
  readonly prefix: string;
  /** Whether the whole of `text` matches. */
  test(text: string): boolean;
  /** Submatches of a match of the whole text: index 0 is all of it, a group that took no part is ''. Null: no match. */
  exec(text: string): readonly string[] | null;
  /** Index of each named group in `exec`'s result. */
  readonly groups: Readonly<Record<string, number>>;
}

/**
 * Compiles `pattern` as Prometheus does: anchored at both ends, `.` also matches a newline.
 * Throws `bad-request` with Go's wording (`error parsing regexp: …`) when RE2 refuses the pattern.
 */
export function compileRegex(pattern: string): Regex {
  const known = compiled.get(pattern);
  if (known) return known;
  const regex = build(pattern);
  compiled.set(pattern, regex);
  return regex;
}

/** A regex that finds matches inside a text instead of matching the whole; `.` does not match a newline, as in Go. */
export function compileSearch(pattern: string): RE2JS {
  return parse(pattern, 0);
}

const compiled = new LRUCache<string, Regex>({ max: 2000 });

function build(pattern: string): Regex {
  // Compiled even when a faster way answers: only the parser knows which patterns are valid.
  const engine = parse(pattern, RE2JS.DOTALL);
  const plan = planRegex(pattern);
  const test = plan.test(cached((text) => engine.testExact(text), 1000));
  const submatches = cached((text): readonly string[] => {
    const match = engine.matcher(text);
    return match.matches() ? Array.from({ length: engine.groupCount() + 1 }, (_, i) => match.group(i) ?? '') : [];
  }, 256);
  const exec = (text: string): readonly string[] | null => {
    const found = test(text) ? submatches(text) : [];
    return found.length === 0 ? null : found;
  };
  return { source: pattern, literals: plan.literals, prefix: plan.prefix, test, exec, groups: engine.namedGroups() };
}

function parse(pattern: string, flags: number): RE2JS {
  try {
    return RE2JS.compile(pattern, flags);
  } catch (error) {
    const withFlags = errorMessage(error);
    const message = (withFlags.includes('`') ? messageWithoutFlags(pattern) : null) ?? withFlags;
    throw new BarographError(message, { kind: 'bad-request', code: 'bad-regex', cause: error });
  }
}

/** What is wrong with the pattern; with flags, messages would quote more than the user wrote. */
function messageWithoutFlags(pattern: string): string | null {
  try {
    RE2JS.compile(pattern);
    return null;
  } catch (error) {
    return errorMessage(error);
  }
}

// The same few label values are asked for at every scrape and query.
function cached<T extends boolean | object>(ask: (text: string) => T, max: number): (text: string) => T {
  let answers: LRUCache<string, T> | null = null;
  return (text) => {
    answers ??= new LRUCache({ max });
    let answer = answers.get(text);
    if (answer === undefined) {
      answer = ask(text);
      answers.set(text, answer);
    }
    return answer;
  };
}
