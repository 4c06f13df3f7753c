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

const LOWEST = Number.NEGATIVE_INFINITY;
/** Of files that do not speak of steps, as Grafana has them. */
const USUAL_STEPS: readonly ThresholdStep[] = [
  { from: LOWEST, color: 'green' },
  { from: 80, color: 'red' },
];
/** Of files whose list of steps is empty. */
const NO_STEPS: readonly ThresholdStep[] = [{ from: LOWEST, color: '#808080' }];

/** Reads `fieldConfig.defaults.thresholds`. Without a list of steps it is green, and red from 80 on; an empty one is gray. */
export function parseThresholds(json: Json | undefined): Thresholds {
  const source = object(json);
  const written = source['steps'];
  const steps = objects(written)
    .map((step) => ({ from: number(step['value'], LOWEST), color: text(step['color'], 'green') }))
    .sort((a, b) => a.from - b.from);
  return {
    mode: text(source['mode']) === 'percentage' ? 'percentage' : 'absolute',
    steps: steps.length > 0 ? steps : Array.isArray(written) ? NO_STEPS : USUAL_STEPS,
  };
}

/** The color of a value; percentages are of the way from `min` to `max`. */
export function thresholdColor({ mode, steps }: Thresholds, value: number, min: number, max: number): string {
  const compared = mode === 'percentage' ? ((value - min) / (max - min)) * 100 : value;
  let color = steps[0]!.color;
  for (const step of steps) if (compared >= step.from) color = step.color;
  return color;
}
