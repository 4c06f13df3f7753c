import { formatFloatG } from '#lib/go-format';
import { METRIC_NAME } from '#model/labels';
import type { MetricType } from '#model/metadata';
import { interned } from './interned-text.ts';
import { goFloat } from './text/float.ts';
import { unescapeLabel } from './text/metadata.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * The labels of a series text that a parser has accepted, as name, value, … pairs in the order of the text. The metric's name
 * is the pair of `__name__`. Empty values are kept, they mean something to `honor_labels`; a name that is there twice is
 * there twice. `le` of histograms and `quantile` of summaries come out as floats: `1` as `1.0`.
 */
export function seriesPairs(bytes: Uint8Array, type: MetricType = 'unknown'): string[] {
  const text = decoder.decode(bytes);
  const brace = text.indexOf('{');
  const name = (brace < 0 ? text : text.slice(0, brace)).trim();
  const pairs = name === '' ? [] : [METRIC_NAME, interned(name)];
  if (brace < 0) return pairs;
  const part = /\s*(?:"([^"\\]*(?:\\[\s\S][^"\\]*)*)"|([^\s"=,}]+))\s*(=?)\s*,?/y;
  part.lastIndex = brace + 1;
  for (let found = part.exec(text); found; found = part.exec(text)) {
    const [, quoted, bare, equals] = found;
    const label = quoted === undefined ? bare! : unescapeLabel(quoted);
    if (equals === '') {
      pairs.push(METRIC_NAME, interned(label));
      continue;
    }
    const value = unescapeLabel(part.exec(text)![1]!);
    pairs.push(interned(label), interned(normalized(type, label, value)));
  }
  return pairs;
}

function normalized(type: MetricType, label: string, value: string): string {
  const isBound = (type === 'histogram' && label === 'le') || (type === 'summary' && label === 'quantile');
  if (!isBound) return value;
  const number = /[pP_]/.test(value) ? value : goFloat(value);
  return typeof number === 'string' ? value : floatLabel(number);
}

/** A float as label value (`le`, `quantile`), the same for all formats: always with a point or an exponent. */
export function floatLabel(value: number): string {
  const text = formatFloatG(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
