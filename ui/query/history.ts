import { readStored, writeStored } from '../state/preferences.ts';

const STORED = 'barograph.query-history';
const KEPT = 100;

/** The expressions that were run in this browser, newest first. */
export function queryHistory(): readonly string[] {
  try {
    const stored: unknown = JSON.parse(readStored(STORED) ?? '[]');
    return Array.isArray(stored) ? stored.filter((one): one is string => typeof one === 'string') : [];
  } catch {
    return [];
  }
}

/** Puts an expression first; it stands in the history once. */
export function rememberQuery(expr: string): void {
  const text = expr.trim();
  if (text === '') return;
  writeStored(STORED, JSON.stringify(withQuery(queryHistory(), text)));
}

/** The history with an expression put first, cut to the newest hundred. */
export function withQuery(history: readonly string[], expr: string): string[] {
  return [expr, ...history.filter((one) => one !== expr)].slice(0, KEPT);
}
