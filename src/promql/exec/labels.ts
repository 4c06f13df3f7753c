import { isLegacyLabelName, type Labels, METRIC_NAME } from '#model/labels';
import { goQuote } from '../syntax/quote.ts';

/** Labels that say what metric a value is of, and no longer fit when it is another quantity. */
const METADATA: ReadonlySet<string> = new Set([METRIC_NAME, '__type__', '__unit__']);

// Storage gives the same labels again for the same series, and so does this: what is known of them stays known.
const unnamed = new WeakMap<Labels, Labels>();

/** Without the metric's name, type and unit. */
export function withoutMetadata(labels: Labels): Labels {
  let without = unnamed.get(labels);
  if (without === undefined) {
    without = labels.without(METADATA);
    unnamed.set(labels, without);
  }
  return without;
}

/** A text that is equal for labels that are equal apart from these names. */
export function keyWithout({ pairs }: Labels, names: ReadonlySet<string>): string {
  let key = '';
  for (let i = 0; i < pairs.length; i += 2) {
    const name = pairs[i]!;
    const value = pairs[i + 1]!;
    if (!names.has(name)) key += `${name.length}:${name}${value.length}:${value}`;
  }
  return key;
}

/** A text that is equal for labels that have the same values of these names. */
export function keyOfValues(labels: Labels, names: Iterable<string>): string {
  let key = '';
  for (const name of names) {
    const value = labels.get(name);
    key += `${value.length}:${value}`;
  }
  return key;
}

/** As Prometheus prints labels in errors: `{__name__="a", b="c"}`. */
export function labelsText(labels: Labels): string {
  const texts: string[] = [];
  for (const [name, value] of labels.entries()) {
    texts.push(`${isLegacyLabelName(name) ? name : goQuote(name)}=${goQuote(value)}`);
  }
  return `{${texts.join(', ')}}`;
}
