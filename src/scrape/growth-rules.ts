import type { Labels } from '#model/labels';
import type { GrowingLabel } from './label-growth.ts';

/** Of a larger page it is not found out whether it can do without a label. */
const MOST_SERIES = 100_000;

/**
 * The rule for the end of `metric_relabel_configs` that drops the series with this label, of the metrics that grow most and
 * of no others; ready to be pasted.
 */
export function dropRule({ label, metrics }: Pick<GrowingLabel, 'label' | 'metrics'>): string {
  const name = /^[a-zA-Z_]\w*$/.test(label) ? label : JSON.stringify(label);
  const regex = `'(?:${metrics.map(escapeRegex).join('|')});.+'`;
  return `metric_relabel_configs:\n  - source_labels: [__name__, ${name}]\n    regex: ${regex}\n    action: drop\n`;
}

/** The rule that takes these labels off all series; only for series that are different ones without them. */
export function labelDropRule(labels: readonly string[]): string {
  const regex = `'${labels.map(escapeRegex).join('|')}'`;
  return `metric_relabel_configs:\n  - regex: ${regex}\n    action: labeldrop\n`;
}

/** Whether the series are different ones without these labels too; false where that is too much to find out. */
export function areDistinctWithout(labels: ReadonlySet<string>, series: Iterable<Labels>): boolean {
  const seen = new Set<string>();
  for (const one of series) {
    const { key } = one.without(labels);
    if (seen.has(key) || seen.size >= MOST_SERIES) return false;
    seen.add(key);
  }
  return true;
}

function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll("'", "''");
}
