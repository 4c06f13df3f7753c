import type { LabelSet } from '../api/prometheus.ts';
import { quotedText } from '../format/label-text.ts';

export type PastedLabels =
  | { readonly labels: LabelSet; readonly error: null }
  | { readonly labels: null; readonly error: string };

const METRIC = /^\s*([a-zA-Z_:][\w:]*)\s*(?=\{|$)/;
/** A metric whose name needs quotes stands among its labels. */
const QUOTED_METRIC = /[\s,]*"((?:[^"\\]|\\.)*)"\s*(?=,|$)/y;
const LABEL = /[\s,]*(?:"((?:[^"\\]|\\.)*)"|([^\s=:,{}"]+))\s*(?:=|:)[^\S\n]*(?:"((?:[^"\\]|\\.)*)"|([^\n,]*))/y;

/**
 * Reads labels as people have them at hand: a JSON object, a series as a query shows it (`up{job="a"}`), or lines of
 * `name="value"`, `name=value` or `name: value`.
 */
export function parsePastedLabels(text: string): PastedLabels {
  const json = jsonLabels(text);
  if (json !== null) return { labels: json, error: null };
  const metric = METRIC.exec(text);
  const inner = (metric === null ? text : text.slice(metric[0].length)).trim().replace(/^\{|\}$/g, '');
  const labels: Record<string, string> = metric === null ? {} : { __name__: metric[1]! };
  let at = 0;
  while (/[^\s,]/.test(inner.slice(at))) {
    const label = matchAt(LABEL, inner, at);
    const name = label === null ? matchAt(QUOTED_METRIC, inner, at) : null;
    if (label !== null) labels[unescaped(label[1]) ?? label[2]!] = unescaped(label[3]) ?? label[4]!.trim();
    else if (name !== null) labels['__name__'] = unescaped(name[1])!;
    else return unreadable(inner.slice(at));
    at += (label ?? name)![0].length;
  }
  return { labels, error: null };
}

/** Labels as `parsePastedLabels` reads them again: one to a line, in the order of their names. */
export function labelLines(labels: LabelSet): string {
  return Object.keys(labels)
    .sort()
    .map((name) => `${/^[^\s=:,{}"]+$/.test(name) ? name : quotedText(name)}=${quotedText(labels[name]!)}`)
    .join('\n');
}

function jsonLabels(text: string): LabelSet | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    return Object.values(value).every((one) => typeof one === 'string') ? (value as LabelSet) : null;
  } catch {
    return null;
  }
}

function matchAt(sticky: RegExp, text: string, at: number): RegExpExecArray | null {
  sticky.lastIndex = at;
  return sticky.exec(text);
}

function unescaped(text: string | undefined): string | undefined {
  return text?.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
}

function unreadable(rest: string): PastedLabels {
  const line = rest.trim().split('\n', 1)[0]!.slice(0, 60);
  return { labels: null, error: `“${line}” is no label: write name="value", one to a line` };
}
