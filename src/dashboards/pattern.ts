import { type PlainRegex, plainRegex } from '#lib/plain-regex';
import type { Pattern } from './compiled-pattern.ts';

type Engine = typeof import('./pattern-engine.ts');

let engine: Engine | null = null;

/** A pattern needs the engine that is not loaded yet; `withPatterns` waits for it. */
export class PatternEngineAbsent extends Error {
  override readonly name = 'PatternEngineAbsent';

  constructor() {
    super('The engine for this pattern is still on its way.');
  }
}

/** Loads the engine for all patterns: a browser can do without it while patterns are plain. */
export async function loadPatternEngine(): Promise<void> {
  engine ??= await import('./pattern-engine.ts');
}

/** What `build` gives; where it meets a pattern that needs the engine, it is run once more when that is loaded. */
export async function withPatterns<T>(build: () => T | Promise<T>): Promise<T> {
  try {
    return await build();
  } catch (error) {
    if (!(error instanceof PatternEngineAbsent)) throw error;
    await loadPatternEngine();
    return build();
  }
}

const MOST_KEPT = 500;
const kept = new Map<string, Pattern | null>();

/**
 * Compiles `/…/i` or a bare pattern. Null for one that RE2 refuses: such a pattern matches nothing, and the dashboard
 * still opens. Throws `PatternEngineAbsent` when the pattern is not plain and the engine is not loaded.
 */
export function compilePattern(source: string): Pattern | null {
  const [, body = source, flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(source) ?? [];
  return compiled(body, flags, false);
}

/** The same for a pattern that must match the whole text, where `.` takes newlines too. */
export function compileWholePattern(body: string): Pattern | null {
  return compiled(body, '', true);
}

function compiled(body: string, flags: string, whole: boolean): Pattern | null {
  const key = `${whole} ${flags} ${body}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  if (kept.size >= MOST_KEPT) kept.clear();
  const plain = /[sm]/.test(flags) ? null : plainRegex(body, { foldsCase: flags.includes('i'), whole });
  const exact = (): Pattern | null => exactPattern(body, flags, whole);
  const pattern = plain === null ? exact() : plainPattern(plain, flags.includes('g'), exact);
  kept.set(key, pattern);
  return pattern;
}

/** Long texts, and replacements that are written in RE2's own way, go to the engine. */
function plainPattern({ regex, maxLength }: PlainRegex, global: boolean, exact: () => Pattern | null): Pattern {
  const every = global ? new RegExp(regex.source, `${regex.flags}g`) : regex;
  const groups = namedGroups(regex.source);
  const count = groupCount(regex);
  return {
    groups,
    find: (text) => (text.length <= maxLength ? regex.test(text) : (exact()?.find(text) ?? false)),
    match: (text) => {
      if (text.length > maxLength) return exact()?.match(text) ?? null;
      const match = regex.exec(text);
      return match && Array.from(match, (group: string | undefined) => group ?? null);
    },
    replace: (text, replacement) =>
      text.length <= maxLength && isPlainReplacement(replacement, count)
        ? text.replace(every, replacement)
        : (exact()?.replace(text, replacement) ?? text),
  };
}

function isPlainReplacement(replacement: string, groups: number): boolean {
  if (/\\|\$(?![1-9](?!\d))/.test(replacement)) return false;
  return [...replacement.matchAll(/\$(\d)/g)].every(([, index]) => Number(index) <= groups);
}

function groupCount(regex: RegExp): number {
  return new RegExp(`${regex.source}|`, regex.flags).exec('')!.length - 1;
}

function namedGroups(source: string): Readonly<Record<string, number>> {
  const opened = [...source.matchAll(/\((?!\?:)(?:\?<(\w+)>)?/g)].map(([, name]) => name);
  return Object.fromEntries(opened.flatMap((name, i) => (name === undefined ? [] : [[name, i + 1]])));
}

function exactPattern(body: string, flags: string, whole: boolean): Pattern | null {
  if (engine === null) throw new PatternEngineAbsent();
  return engine.exactPattern(body, flags, whole);
}
