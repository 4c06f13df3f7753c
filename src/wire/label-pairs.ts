import { BarographError } from '#lib/errors';
import type { TextTable } from '#lib/text-table';
import { compareUtf8 } from '#lib/utf8';
import { METRIC_NAME } from '#model/labels';

const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/** Label texts while they are read. */
export class LabelTexts {
  /** name, value, … */
  readonly texts: string[] = [];
  /** False once a text was not UTF-8. */
  valid = true;

  /** Adds the text in `[start, end)`. What is not UTF-8 gets replacement characters, for messages only. */
  read(bytes: DataView, range: { readonly start: number; readonly end: number }, table: TextTable): void {
    const { start, end } = range;
    this.add(table.text(bytes, start, end), () => new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start));
  }

  /** The same for a text that was tried before: null is one that is not UTF-8. */
  add(text: string | null, bytes: () => Uint8Array): void {
    if (text === null) this.valid = false;
    this.texts.push(text ?? lenient.decode(bytes()));
  }
}

/**
 * The labels of a series as storage wants them: sorted by name, without empty values. Throws `bad-request` with Prometheus'
 * words when a text is not UTF-8, a name is empty or there twice, or the metric has no name.
 */
export function seriesPairs({ texts, valid }: LabelTexts): string[] {
  if (valid && isStorable(texts)) return texts;
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

/** Whether they are as storage wants them already, as nearly all are. */
function isStorable(texts: readonly string[]): boolean {
  let named = false;
  for (let i = 0; i < texts.length; i += 2) {
    const name = texts[i]!;
    if (name === '' || texts[i + 1] === '') return false;
    if (i > 0 && compareUtf8(texts[i - 2]!, name) >= 0) return false;
    if (name === METRIC_NAME) named = true;
  }
  return named;
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
