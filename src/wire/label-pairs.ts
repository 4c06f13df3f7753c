import { BarographError } from '#lib/errors';
import { compareUtf8 } from '#lib/utf8';
import { METRIC_NAME } from '#model/labels';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/** Label texts while they are read; `valid` says whether all of them were UTF-8. */
export interface LabelTexts {
  /** name, value, … */
  readonly texts: string[];
  valid: boolean;
}

/** Reads one text; what is not UTF-8 comes out with replacement characters, for messages only. */
export function readText(into: LabelTexts, bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    into.valid = false;
    return lenient.decode(bytes);
  }
}

/**
 * The labels of a series as storage wants them: sorted by name, without empty values. Throws `bad-request` with Prometheus'
 * words when a text is not UTF-8, a name is empty or there twice, or the metric has no name.
 */
export function seriesPairs({ texts, valid }: LabelTexts): string[] {
  const pairs = sortedPairs(texts);
  let named = false;
  for (let i = 0; i < pairs.length; i += 2) {
    if (pairs[i] === '') throw invalidNames(texts);
    if (pairs[i] === METRIC_NAME) named = true;
    if (i > 0 && pairs[i] === pairs[i - 2]) throw duplicateName(texts, pairs[i]!);
  }
  if (!valid || !named) throw invalidNames(texts);
  return pairs;
}

/** Sorted by name and without empty values; not checked. Senders must sort, but not all do. */
function sortedPairs(texts: readonly string[]): string[] {
  const order: number[] = [];
  for (let i = 0; i < texts.length; i += 2) if (texts[i + 1] !== '') order.push(i);
  const isSorted = order.every((at, i) => i === 0 || compareUtf8(texts[order[i - 1]!]!, texts[at]!) <= 0);
  if (!isSorted) order.sort((a, b) => compareUtf8(texts[a]!, texts[b]!));
  const pairs: string[] = [];
  for (const at of order) pairs.push(texts[at]!, texts[at + 1]!);
  return pairs;
}

/** Labels as Prometheus' messages show them: `{__name__="up", job="x"}`. */
export function labelsText(texts: readonly string[]): string {
  const parts: string[] = [];
  for (let i = 0; i < texts.length; i += 2) parts.push(`${nameText(texts[i]!)}=${JSON.stringify(texts[i + 1])}`);
  return `{${parts.join(', ')}}`;
}

function nameText(name: string): string {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : JSON.stringify(name);
}

function invalidNames(texts: readonly string[]): BarographError {
  return refused(`invalid metric name or labels, got ${labelsText(texts)}`);
}

function duplicateName(texts: readonly string[], name: string): BarographError {
  return refused(`invalid labels for series, labels ${labelsText(texts)}, duplicated label ${name}`);
}

function refused(message: string): BarographError {
  return new BarographError(message, { kind: 'bad-request', code: 'bad-labels' });
}
