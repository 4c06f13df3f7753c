import { compileRegex, type Regex } from '#lib/regex';

const MOST_TEXTS = 20_000;
const WORD = /[a-zA-Z_:][a-zA-Z0-9_:.]*/g;
const PATTERN = /__name__\s*=~\s*["'`]((?:[^"'`\\]|\\.)*)/g;
/** What selects this selects everything: whoever asked so did not mean a metric. */
const NO_METRIC = 'no_metric_is_called_so';

/**
 * Which metrics some texts speak of: expressions, or files with expressions in them. A metric counts as used when its name
 * is a word of a text, or a pattern for names matches it; so it is rather used too often than not at all.
 */
export class MetricUses {
  private readonly words = new Set<string>();
  private readonly patterns = new Map<string, Regex>();
  private readonly seen = new Set<string>();

  /** Takes note of a text; the same one again costs nothing. */
  add(text: string): void {
    if (this.seen.has(text) || this.seen.size >= MOST_TEXTS) return;
    this.seen.add(text);
    // Within JSON, quotes are escaped.
    const plain = text.replaceAll('\\"', '"');
    for (const [word] of plain.matchAll(WORD)) this.words.add(word);
    for (const [, pattern] of plain.matchAll(PATTERN)) this.addPattern(pattern!);
  }

  uses(metric: string): boolean {
    if (this.words.has(metric)) return true;
    return [...this.patterns.values()].some((pattern) => pattern.test(metric));
  }

  private addPattern(source: string): void {
    if (this.patterns.has(source)) return;
    try {
      const regex = compileRegex(source.replaceAll('\\\\', '\\'));
      if (!regex.test(NO_METRIC)) this.patterns.set(source, regex);
    } catch {
      // A template, not a pattern: it selects nothing as it stands.
    }
  }
}
