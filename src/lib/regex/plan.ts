import { withoutAnchors } from './anchors.ts';
import { backtrackingRegex } from './backtracking.ts';
import { literalsOf, prefixOf, suffixOf } from './literals.ts';
import { parseSyntax } from './syntax.ts';
import { wildcardTest } from './wildcard.ts';

type Test = (text: string) => boolean;

/** How a pattern is best answered. */
export interface RegexPlan {
  readonly literals: readonly string[] | null;
  readonly prefix: string;
  /** The fastest test that is right; it asks `engine`, which knows every pattern, for what it cannot tell itself. */
  test(engine: Test): Test;
}

/**
 * Plans the test of whole texts against a valid pattern: a set of literals, else a search for literals between wildcards,
 * else V8's own engine while it cannot take long, else the engine whose time is linear.
 */
export function planRegex(pattern: string): RegexPlan {
  const syntax = parseSyntax(pattern);
  const node = syntax && withoutAnchors(syntax);
  if (node === null) return { literals: null, prefix: '', test: (engine) => engine };
  const literals = literalsOf(node);
  if (literals) return { literals, prefix: prefixOf(node), test: () => literalTest(literals) };
  const prefix = prefixOf(node);
  const wildcard = wildcardTest(node);
  if (wildcard) return { literals, prefix, test: () => wildcard };
  const edges = { prefix, suffix: suffixOf(node) };
  const backtracking = backtrackingRegex(node);
  if (backtracking === null) return { literals, prefix, test: (engine) => withEdges(edges, engine) };
  const { regex, maxLength } = backtracking;
  const test =
    (engine: Test): Test =>
    (text) =>
      text.length <= maxLength ? regex.test(text) : engine(text);
  return { literals, prefix, test: (engine) => withEdges(edges, test(engine)) };
}

function literalTest(literals: readonly string[]): Test {
  if (literals.length === 1) return (text) => text === literals[0];
  const set = new Set(literals);
  return (text) => set.has(text);
}

/** Most texts can be told by how they begin or end. */
function withEdges({ prefix, suffix }: { readonly prefix: string; readonly suffix: string }, test: Test): Test {
  if (prefix === '' && suffix === '') return test;
  return (text) => text.startsWith(prefix) && text.endsWith(suffix) && test(text);
}
