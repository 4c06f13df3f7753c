import { compileSearch } from '#lib/regex';

/** A pattern of a dashboard: found anywhere in a text. */
export interface Pattern {
  find(text: string): boolean;
  /** The text with every match replaced, `$1` being the first group. */
  replace(text: string, replacement: string): string;
}

const MOST_KEPT = 500;
const kept = new Map<string, Pattern | null>();

/**
 * Compiles `/…/i` or a bare pattern. Null for one that RE2 refuses: such a pattern matches nothing, and the dashboard
 * still opens.
 */
export function compilePattern(source: string): Pattern | null {
  const known = kept.get(source);
  if (known !== undefined) return known;
  if (kept.size >= MOST_KEPT) kept.clear();
  const pattern = compiled(source);
  kept.set(source, pattern);
  return pattern;
}

function compiled(source: string): Pattern | null {
  const [, body = source, flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(source) ?? [];
  const options = ['i', 's', 'm'].filter((flag) => flags.includes(flag)).join('');
  try {
    const regex = compileSearch((options === '' ? '' : `(?${options})`) + body.replace(/\(\?<(?![=!])/g, '(?P<'));
    return {
      find: (text) => regex.matcher(text).find(),
      replace: (text, replacement) => {
        const matcher = regex.matcher(text);
        const global = flags.includes('g');
        return global ? matcher.replaceAll(replacement) : matcher.replaceFirst(replacement);
      },
    };
  } catch {
    return null;
  }
}
