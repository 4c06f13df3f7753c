import { formatDuration } from '#lib/duration';
import { formatFloatE } from '#lib/go-format';
import type { Labels } from '#model/labels';
import { quote } from '#template/quote';

/** An alert as tests compare it. */
export interface SeenAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
}

/** A sample as tests compare it: a histogram in the test language, or a number. */
export interface SeenSample {
  readonly labels: Labels;
  readonly value: number;
  readonly histogram: string;
}

/** What an alert test says when it fails, as promtool says it. */
export function alertMismatch(
  { name, alertname, evalTime }: { readonly name: string; readonly alertname: string; readonly evalTime: number },
  expected: readonly SeenAlert[],
  got: readonly SeenAlert[],
): string {
  const group = name === '' ? '' : `    name: ${name},\n`;
  const time = formatDuration(evalTime);
  const shown = (alerts: readonly SeenAlert[]) => indented(alertsText(alerts), '            ');
  return `${group}    alertname: ${alertname}, time: ${time}, \n        exp:${shown(expected)}, \n        got:${shown(got)}`;
}

/** What an expression test says when it fails. */
export function sampleMismatch(
  { expr, evalTime }: { readonly expr: string; readonly evalTime: number },
  expected: readonly SeenSample[],
  got: readonly SeenSample[],
): string {
  const head = `    expr: ${quote(expr)}, time: ${formatDuration(evalTime)},`;
  return `${head}\n        exp: ${samplesText(expected)}\n        got: ${samplesText(got)}`;
}

/** Labels as Go's labels package prints them. */
export function labelsText(labels: Labels): string {
  const pairs = [...labels.entries()].map(([name, value]) => {
    return `${/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : quote(name)}=${quote(value)}`;
  });
  return `{${pairs.join(', ')}}`;
}

function alertsText(alerts: readonly SeenAlert[]): string {
  if (alerts.length === 0) return '[]';
  const each = alerts.map(({ labels, annotations }, i) => {
    const text = `\nLabels:${labelsText(labels)}\nAnnotations:${labelsText(annotations)}`;
    return `\n${i}:${indented(text, '  ')}`;
  });
  return `[${each.join(',')}\n]`;
}

function samplesText(samples: readonly SeenSample[]): string {
  if (samples.length === 0) return 'nil';
  return samples
    .map(
      ({ labels, value, histogram }) => `${labelsText(labels)} ${histogram || formatFloatE(value).replace('e', 'E')}`,
    )
    .join(', ');
}

function indented(text: string, indent: string): string {
  return text.replaceAll('\n', `\n${indent}`);
}
