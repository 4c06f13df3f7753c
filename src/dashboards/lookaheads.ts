/** What a pattern asks of the text from its start on, besides what it matches. */
export interface Lookaheads {
  /** Patterns that must be found, or must not. */
  readonly ahead: readonly { readonly source: string; readonly wanted: boolean }[];
  /** The pattern without them. */
  readonly rest: string;
}

/**
 * Takes apart `^(?!a)(?=b)c`, which dashboards write to leave values out, and `^((?!a).)*$`, the same for what stands
 * anywhere. Null for patterns that do not look ahead, or do so elsewhere, or with groups whose numbers would be lost.
 */
export function lookaheadsOf(body: string): Lookaheads | null {
  const nowhere = /^\^\(\?:\(\?!(.*)\)\.\)\*\$$|^\^\(\(\?!(.*)\)\.\)\*\$$/s.exec(body);
  const inner = nowhere?.[1] ?? nowhere?.[2];
  if (inner !== undefined && closing(`(${inner})`, 0) === inner.length + 1 && isPlain(inner)) {
    return { ahead: [{ source: inner, wanted: false }], rest: '^.*$' };
  }
  return body.startsWith('^') ? ofStart(body) : null;
}

function ofStart(body: string): Lookaheads | null {
  const ahead: { source: string; wanted: boolean }[] = [];
  let at = 1;
  while (body.startsWith('(?!', at) || body.startsWith('(?=', at)) {
    const end = closing(body, at);
    const source = body.slice(at + 3, end);
    if (end < 0 || !isPlain(source)) return null;
    ahead.push({ source: `^(?:${source})`, wanted: body[at + 2] === '=' });
    at = end + 1;
  }
  const rest = body.slice(at);
  // A choice at the top would have the condition for its first part only.
  return ahead.length === 0 || hasChoice(rest) ? null : { ahead, rest: `^${rest}` };
}

/** Without groups that are counted. */
function isPlain(source: string): boolean {
  return !/\((?!\?:)/.test(source.replace(/\\./g, ''));
}

/** Where the bracket at a place is closed; -1 where it is not. */
function closing(source: string, from: number): number {
  let depth = 0;
  for (let i = from; i < source.length; i++) {
    if (source[i] === '\\') i++;
    else if (source[i] === '[') i = endOfClass(source, i);
    else if (source[i] === '(') depth++;
    else if (source[i] === ')' && --depth === 0) return i;
  }
  return -1;
}

function hasChoice(source: string): boolean {
  for (let i = 0; i < source.length; i++) {
    if (source[i] === '\\') i++;
    else if (source[i] === '[') i = endOfClass(source, i);
    else if (source[i] === '|') return true;
    else if (source[i] === '(') {
      const end = closing(source, i);
      if (end < 0) return true;
      i = end;
    }
  }
  return false;
}

function endOfClass(source: string, from: number): number {
  let i = source[from + 1] === '^' ? from + 2 : from + 1;
  // A bracket that comes first stands for itself in RE2.
  if (source[i] === ']') i++;
  while (i < source.length && source[i] !== ']') i += source[i] === '\\' ? 2 : 1;
  return i;
}
