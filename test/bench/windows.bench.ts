import { bench, describe } from 'vitest';
import { Annotations } from '#promql/annotations';
import { WINDOW_FUNCTIONS } from '#promql/fn/window-functions';
import type { Windows } from '#promql/fn/windows';
import { random } from './random.ts';

const STEPS = 241;
const INTERVAL = 15_000;

interface Shape {
  readonly range: number;
  readonly step: number;
  /** 1: whole numbers. */
  readonly unit: number;
  /** The series before had the same timestamps. */
  readonly isKnown?: boolean;
}

/** A series that is scraped every 15 s, as the windows of 241 steps see it; half of the time it rises. */
function series({ range, step, unit, isKnown = false }: Shape): Windows {
  const next = random(3);
  const ends = Float64Array.from({ length: STEPS }, (_, i) => range + i * step);
  const count = Math.floor(ends[STEPS - 1]! / INTERVAL);
  const t = Float64Array.from({ length: count }, (_, i) => i * INTERVAL + 7);
  let value = 1e5;
  const v = Float64Array.from({ length: count }, () => {
    if (next() < 0.5) value += Math.floor(next() * 20);
    return value * unit;
  });
  const upTo = (time: number) => Math.min(count, Math.floor((time - 7) / INTERVAL) + 1);
  return {
    t,
    v,
    from: Int32Array.from(ends, (end) => upTo(end - range)),
    to: Int32Array.from(ends, upTo),
    ends,
    range,
    times: ends,
    args: [new Float64Array(STEPS).fill(0.9)],
    boundary: 'plain',
    ...(isKnown ? { version: 1 } : {}),
  };
}

function measure(func: string, name: string, shape: Shape): void {
  const windows = series(shape);
  const columns = { values: new Float64Array(STEPS), present: new Uint8Array(STEPS), histograms: null };
  const notes = { annotations: new Annotations('x'), span: { start: 0, end: 1 } };
  bench(`${func} ${name}`, () => WINDOW_FUNCTIONS[func]!(windows, { columns, base: 0 }, notes));
}

describe(`one series at ${STEPS} steps`, () => {
  const short = { range: 300_000, step: INTERVAL, unit: 1 };
  const long = { range: 3_600_000, step: 360_000, unit: 0.1 };
  measure('rate', '[5m], every 15 s', short);
  measure('rate', '[5m], every 15 s, timestamps known', { ...short, isKnown: true });
  measure('sum_over_time', '[5m], every 15 s, whole numbers', short);
  measure('avg_over_time', '[10m], every 90 s, with decimals', { range: 600_000, step: 90_000, unit: 0.1 });
  measure('max_over_time', '[5m], every 15 s', short);
  measure('quantile_over_time', '[1h], every 6 min', long);
  measure('quantile_over_time', '[1h], every 15 s', { ...long, step: INTERVAL });
  measure('stddev_over_time', '[1h], every 6 min', long);
});
