import type { LabelSet } from '../api/prometheus.ts';

const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** A series as PromQL writes it: `up{instance="a:80",job="node"}`. Names outside of the old character set are quoted. */
export function seriesText(labels: LabelSet): string {
  const { __name__: name = '', ...rest } = labels;
  const pairs = Object.entries(rest).map(([label, value]) => `${labelNameText(label)}=${quotedText(value)}`);
  const plain = name === '' || METRIC_NAME.test(name);
  const inside = plain ? pairs : [quotedText(name), ...pairs];
  if (inside.length === 0) return plain && name !== '' ? name : '{}';
  return `${plain ? name : ''}{${inside.join(', ')}}`;
}

/** A label's name in a selector, in quotes where the grammar asks for them. */
export function labelNameText(name: string): string {
  return LABEL_NAME.test(name) ? name : quotedText(name);
}

/** A PromQL string with double quotes. */
export function quotedText(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  return `"${escaped}"`;
}
