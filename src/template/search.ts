import { errorMessage } from '#lib/errors';
import { compileSearch } from '#lib/regex';
import { expandTemplate } from '#lib/regex-template';
import { quoteRaw } from './quote.ts';

/** Whether the pattern (RE2) matches somewhere in the text. Throws Go's `error parsing regexp: …`. */
export function matches(pattern: string, text: string): boolean {
  return compileSearch(pattern).matcher(text).find();
}

/**
 * Replaces every match as Go's `ReplaceAllString`: `$1`, `${name}` are submatches; an empty match right behind the one
 * before is none. A bad pattern throws as `MustCompile` panics.
 */
export function replaceAll(pattern: string, replacement: string, text: string): string {
  const matcher = mustCompile(pattern).matcher(text);
  const groups = compileSearch(pattern).namedGroups();
  let out = '';
  let copied = 0;
  let lastEnd = -1;
  while (matcher.find()) {
    const [start, end] = [matcher.start(), matcher.end()];
    if (start === end && start === lastEnd) continue;
    const submatches = Array.from({ length: matcher.groupCount() + 1 }, (_, i) => matcher.group(i) ?? '');
    out += text.slice(copied, start) + expandTemplate({ ...EXPANDER, groups }, replacement, submatches);
    copied = end;
    lastEnd = end;
  }
  return out + text.slice(copied);
}

// Only the groups matter to expansion.
const EXPANDER = { source: '', literals: null, prefix: '', test: () => false, exec: () => null };

function mustCompile(pattern: string): ReturnType<typeof compileSearch> {
  try {
    return compileSearch(pattern);
  } catch (error) {
    throw new Error(`regexp: Compile(${quoteRaw(pattern)}): ${errorMessage(error)}`, { cause: error });
  }
}
