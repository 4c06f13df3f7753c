import { isLegacyLabelName, type Labels, METRIC_NAME } from '#model/labels';
import { goQuote } from '../syntax/quote.ts';

/** Labels that say what metric a value is of, and no longer fit when it is another quantity. */
const METADATA: ReadonlySet<string> = new Set([METRIC_NAME, '__type__', '__unit__']);

/** Without the metric's name, type and unit. */
export function withoutMetadata(labels: Labels): Labels {
  return labels.without(METADATA);
}

/** As Prometheus prints labels in errors: `{__name__="a", b="c"}`. */
export function labelsText(labels: Labels): string {
  const texts: string[] = [];
  for (const [name, value] of labels.entries()) {
    texts.push(`${isLegacyLabelName(name) ? name : goQuote(name)}=${goQuote(value)}`);
  }
  return `{${texts.join(', ')}}`;
}
