import { type Json, number, object, objects, text } from './dashboard.ts';

/** A color from a value on. The first step begins at -Infinity. */
export interface ThresholdStep {
  readonly from: number;
  readonly color: string;
}

export interface Thresholds {
  readonly mode: 'absolute' | 'percentage';
  readonly steps: readonly ThresholdStep[];
}

/** Reads `fieldConfig.defaults.thresholds`; without steps everything is green. */
export function parseThresholds(json: Json | undefined): Thresholds {
  const source = object(json);
  const steps = objects(source['steps'])
    .map((step) => ({ from: number(step['value'], Number.NEGATIVE_INFINITY), color: text(step['color'], 'green') }))
    .sort((a, b) => a.from - b.from);
  return {
    mode: text(source['mode']) === 'percentage' ? 'percentage' : 'absolute',
    steps: steps.length > 0 ? steps : [{ from: Number.NEGATIVE_INFINITY, color: 'green' }],
  };
}

/** The color of a value; percentages are of the way from `min` to `max`. */
export function thresholdColor({ mode, steps }: Thresholds, value: number, min: number, max: number): string {
  const compared = mode === 'percentage' ? ((value - min) / (max - min)) * 100 : value;
  let color = steps[0]!.color;
  for (const step of steps) if (compared >= step.from) color = step.color;
  return color;
}
