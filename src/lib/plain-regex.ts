import { lengthOfSearch } from './regex/backtracking.ts';
import { type Node, parseSyntax } from './regex/syntax.ts';

/** A pattern of RE2 that JavaScript's own engine answers just the same. */
export interface PlainRegex {
  /** Sticky and global flags are off: it keeps no state. */
  readonly regex: RegExp;
  /** In code units. In texts up to there a match is found, or not, in a few milliseconds whatever the text is. */
  readonly maxLength: number;
}

export interface PlainOptions {
  readonly foldsCase: boolean;
  /** The whole text must match and `.` takes a newline, as in matchers of labels; else a match is searched for in it. */
  readonly whole: boolean;
}

/**
 * The same pattern for JavaScript's engine. Null when it cannot be told that both mean the same, groups and their choice
 * among several matches included, or that it is quick: then only the engine of `lib/regex` knows the answer, also about
 * patterns that are not valid.
 */
export function plainRegex(pattern: string, { foldsCase, whole }: PlainOptions): PlainRegex | null {
  const source = translated(pattern, foldsCase, whole);
  if (source === null) return null;
  const node = parseSyntax(`(?${foldsCase ? 'i' : ''}${whole ? '' : '-s'})`.replace('(?)', '') + pattern);
  const maxLength = node === null || repeatsNothing(node) ? 0 : lengthOfSearch(node);
  if (maxLength === 0) return null;
  try {
    return { regex: new RegExp(whole ? `^(?:${source})$` : source, foldsCase ? 'iu' : 'u'), maxLength };
  } catch {
    return null;
  }
}

// Repetitions of repetitions, and what stands before none of them, JavaScript refuses itself.
const TOKENS =
  /\\(?<class>[dDwWs])|\\(?<escaped>[!-/:-@[-`{-~])|\((?<open>\?:|\?P?<(?<name>[A-Za-z_]\w*)>)?|\[(?<negated>\^?)(?<members>(?:[^\\[\]^-]|\\[dws]|\\[!-/:-@[-`{-~])(?:[^\\[\]]|\\[dws]|\\[!-/:-@[-`{-~])*)\]|\{(?<min>\d{1,3})(?:,(?<max>\d{0,3}))?\}|(?<mark>[)|^$*+?])|(?<dot>\.)|(?<char>[^\\()[\]{}|^$*+?.])/uy;

const SPACES = '\\t\\n\\f\\r ';

function translated(pattern: string, foldsCase: boolean, whole: boolean): string | null {
  // What folding does to classes differs.
  if (foldsCase && /\\[dDwWs]|\[\^|[^\0-\x7f]/.test(pattern)) return null;
  let source = '';
  TOKENS.lastIndex = 0;
  while (TOKENS.lastIndex < pattern.length) {
    const token = TOKENS.exec(pattern);
    if (token === null) return null;
    source += written(token[0], token.groups!, whole);
  }
  return source;
}

function written(token: string, groups: Readonly<Record<string, string | undefined>>, whole: boolean): string {
  const { escaped, name, negated, members } = groups;
  if (groups['class'] === 's') return `[${SPACES}]`;
  if (escaped !== undefined) return code(escaped);
  if (name !== undefined) return `(?<${name}>`;
  if (members !== undefined) {
    const same = members.replace(/\\(.)/g, (both, char: string) =>
      char === 's' ? SPACES : /\w/.test(char) ? both : code(char),
    );
    return `[${negated}${same}]`;
  }
  if (groups['dot'] !== undefined) return whole ? '[^]' : '[^\\n]';
  return token;
}

function code(char: string): string {
  return `\\u{${char.codePointAt(0)!.toString(16)}}`;
}

/** JavaScript forgets a group that was repeated over nothing, RE2 does not. */
function repeatsNothing(node: Node): boolean {
  switch (node.kind) {
    case 'concat':
      return node.items.some(repeatsNothing);
    case 'alternate':
      return node.branches.some(repeatsNothing);
    case 'repeat':
      return canBeEmpty(node.item) || repeatsNothing(node.item);
    default:
      return false;
  }
}

function canBeEmpty(node: Node): boolean {
  switch (node.kind) {
    case 'char':
      return false;
    case 'concat':
      return node.items.every(canBeEmpty);
    case 'alternate':
      return node.branches.some(canBeEmpty);
    case 'repeat':
      return node.min === 0 || canBeEmpty(node.item);
    default:
      return true;
  }
}
