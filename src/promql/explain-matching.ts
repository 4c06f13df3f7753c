import { type Labels, METRIC_NAME } from '#model/labels';
import type { VectorMatching } from './ast.ts';

/** How one label stands on the two sides of an operation. */
export interface LabelComparison {
  readonly name: string;
  /** `shared`: some value is on both sides. */
  readonly verdict: 'shared' | 'other-values' | 'only-left' | 'only-right';
  /** Some of the values. */
  readonly left: readonly string[];
  readonly right: readonly string[];
}

/** Why no element of one side found a partner on the other. */
export interface NoMatch {
  /** One sentence or two: what was compared, what kept the sides apart, what to write instead. */
  readonly text: string;
  readonly compared: readonly LabelComparison[];
}

const VALUES_SHOWN = 3;

/** Explains two sides of which no series match; null when some do, and then a filter or missing samples are the reason. */
export function explainMatching(
  matching: VectorMatching,
  left: readonly Labels[],
  right: readonly Labels[],
): NoMatch | null {
  const names = comparedNames(matching, [...left, ...right]);
  const keys = new Set(left.map((labels) => signature(labels, names)));
  if (right.some((labels) => keys.has(signature(labels, names)))) return null;
  const compared = names.map((name) => compare(name, left, right));
  return { text: sentence(matching, compared), compared };
}

function comparedNames({ on, labels }: VectorMatching, series: readonly Labels[]): readonly string[] {
  if (on) return labels;
  const names = new Set(series.flatMap((one) => [...one.entries()].map(([name]) => name)));
  for (const ignored of [...labels, METRIC_NAME]) names.delete(ignored);
  return [...names].sort();
}

function signature(labels: Labels, names: readonly string[]): string {
  return JSON.stringify(names.map((name) => labels.get(name)));
}

function compare(name: string, left: readonly Labels[], right: readonly Labels[]): LabelComparison {
  const [ours, theirs] = [valuesOf(name, left), valuesOf(name, right)];
  const shown = { left: ours.slice(0, VALUES_SHOWN), right: theirs.slice(0, VALUES_SHOWN) };
  if (ours.some((value) => theirs.includes(value))) return { name, verdict: 'shared', ...shown };
  if (theirs.length === 0) return { name, verdict: 'only-left', ...shown };
  if (ours.length === 0) return { name, verdict: 'only-right', ...shown };
  return { name, verdict: 'other-values', ...shown };
}

function valuesOf(name: string, series: readonly Labels[]): string[] {
  const values = new Set(series.map((labels) => labels.get(name)));
  values.delete('');
  return [...values];
}

function sentence({ on, labels }: VectorMatching, compared: readonly LabelComparison[]): string {
  const how = on
    ? `by on(${labels.join(', ')})`
    : `by all labels but the name${labels.length > 0 ? ` and ${labels.join(', ')}` : ''}`;
  const apart = compared.filter(({ verdict }) => verdict !== 'shared').map(reason);
  const shared = compared.filter(({ verdict }) => verdict === 'shared').map(({ name }) => name);
  const why = apart.length > 0 ? ` ${apart.join('; ')}.` : ' Each label has values on both sides, but no combination.';
  const advice =
    apart.length > 0 && shared.length > 0 ? ` on(${shared.join(', ')}) compares what both sides have.` : '';
  return `No series match: they are compared ${how}.${why}${advice}`;
}

function reason({ name, verdict, left, right }: LabelComparison): string {
  if (verdict === 'only-left') return `${name} is on the left side only`;
  if (verdict === 'only-right') return `${name} is on the right side only`;
  return `${name} is ${quoted(left)} on the left, ${quoted(right)} on the right`;
}

function quoted([first = '', ...more]: readonly string[]): string {
  return `${JSON.stringify(first)}${more.length > 0 ? ' …' : ''}`;
}
