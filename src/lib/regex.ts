import { LRUCache } from 'lru-cache';
import { RE2JS } from 're2js';
import { BarographError, errorMessage } from './errors.ts';

/** A compiled pattern with RE2's meaning that answers in time linear in its input. */
export interface Regex {
  /** The pattern as the user wrote it. */
  readonly source: string;
  /** The only strings that can match, when the pattern is a plain alternation of literals; null otherwise. */
  readonly literals: readonly string[] | null;
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

/**
 * Replaces `$1`, `${1}`, `$name`, `${name}` and `$$` in `template` by submatches, as Go's `Regexp.Expand`: a name runs as
 * far as word characters go, so `$1x` is the (absent, hence empty) group `1x`.
 */
export function expandTemplate(regex: Regex, template: string, submatches: readonly string[]): string {
  if (!template.includes('$')) return template;
  return template.replace(/\$(?:\$|\{(\w+)\}|(\w+))?/g, (whole, braced?: string, bare?: string) => {
    if (whole === '$$') return '$';
    const name = braced ?? bare;
    if (name === undefined) return '$';
    const index = /^\d+$/.test(name) ? Number(name) : regex.groups[name];
    return (index === undefined ? undefined : submatches[index]) ?? '';
  });
}

/** A regex that finds matches inside a text instead of matching the whole; `.` does not match a newline, as in Go. */
export function compileSearch(pattern: string): RE2JS {
  return parse(pattern, 0);
}

const compiled = new LRUCache<string, Regex>({ max: 2000 });

function build(pattern: string): Regex {
  // Compiled even when a fast path answers: only the parser knows which patterns are valid.
  const engine = parse(pattern, RE2JS.DOTALL);
  const exec = (text: string): readonly string[] | null => {
    const match = engine.matcher(text);
    if (!match.matches()) return null;
    return Array.from({ length: engine.groupCount() + 1 }, (_, i) => match.group(i) ?? '');
  };
  const literals = literalAlternatives(pattern);
  return {
    source: pattern,
    literals,
    test: fastTest(pattern, literals) ?? slowTest(engine),
    exec,
    groups: engine.namedGroups(),
  };
}

function parse(pattern: string, flags: number): RE2JS {
  try {
    // Without flags first: with them, messages would quote more than the user wrote.
    const plain = RE2JS.compile(pattern);
    return flags === 0 ? plain : RE2JS.compile(pattern, flags);
  } catch (error) {
    throw new BarographError(errorMessage(error), { kind: 'bad-request', code: 'bad-regex', cause: error });
  }
}

function slowTest(engine: RE2JS): (text: string) => boolean {
  const answers = new LRUCache<string, boolean>({ max: 1000 });
  return (text) => {
    let answer = answers.get(text);
    if (answer === undefined) {
      answer = engine.testExact(text);
      answers.set(text, answer);
    }
    return answer;
  };
}

const LITERAL = /^[A-Za-z0-9_\-:/ ,;=@#%&~"'<>!\u0080-\uffff]*$/;

function literalAlternatives(pattern: string): readonly string[] | null {
  const bare = /^\(([^()]*)\)$/.exec(pattern)?.[1] ?? pattern;
  const parts = bare.split('|').map(unescapeLiteral);
  return parts.every((part) => part !== null) ? parts : null;
}

// `\.` and friends are the usual way to write a literal address or path.
function unescapeLiteral(part: string): string | null {
  const plain = part.replace(/\\([.\-/+*?()[\]{}^$|\\])/g, '');
  return LITERAL.test(plain) ? part.replace(/\\(.)/g, '$1') : null;
}

/** Tests that need no regex engine: `.*`, `.+`, literals, and a literal before, after or around one wildcard. */
function fastTest(pattern: string, literals: readonly string[] | null): ((text: string) => boolean) | null {
  if (literals?.length === 1) return (text) => text === literals[0];
  if (literals) {
    const set = new Set(literals);
    return (text) => set.has(text);
  }
  const parts = /^(\.[*+])?((?:[^\\.+*?()[\]{}^$|]|\\[.\-/])*)(\.[*+])?$/.exec(pattern);
  if (!parts) return null;
  const [, before, middle = '', after] = parts;
  const literal = unescapeLiteral(middle);
  if (literal === null || (!before && !after)) return null;
  return around(literal, before === '.+' ? 1 : before ? 0 : -1, after === '.+' ? 1 : after ? 0 : -1);
}

/** Minimum lengths before and after the literal; -1 means that nothing may stand there. */
function around(literal: string, before: number, after: number): (text: string) => boolean {
  const room = literal.length;
  if (before < 0) return (text) => text.startsWith(literal) && text.length >= room + after;
  if (after < 0) return (text) => text.endsWith(literal) && text.length >= room + before;
  return (text) => {
    const found = text.indexOf(literal, before);
    return found >= 0 && found + room + after <= text.length;
  };
}
