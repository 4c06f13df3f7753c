import type { Millis } from '#model/time';
import { type PrometheusData, sampleValue } from './frames.ts';

/** A frame as Grafana's clients read it. */
interface FrameJson {
  readonly schema: object;
  readonly data: { readonly values: readonly (readonly (number | string | null)[])[] };
}

/** What the frames of one query share. */
export interface FrameOrigin {
  readonly refId: string;
  readonly expr: string;
  readonly step: Millis;
  /** The name of a series by its labels. */
  readonly nameOf: (labels: Readonly<Record<string, string>>) => string;
}

/** An answer of Prometheus' query API as Grafana's frames, one for each series. */
export function queryFrames(data: PrometheusData, origin: FrameOrigin): FrameJson[] {
  if (data.resultType === 'matrix') {
    return data.result.map(({ metric, values = [] }) => frame(metric, values, { ...origin, kind: 'matrix' }));
  }
  if (data.resultType === 'vector') {
    return data.result.flatMap(({ metric, value }) =>
      value === undefined ? [] : [frame(metric, [value], { ...origin, kind: 'vector' })],
    );
  }
  if (data.resultType === 'scalar') return [frame({}, [data.result], { ...origin, kind: 'scalar' })];
  return [textFrame(data.result, origin)];
}

type Samples = readonly (readonly [number, string])[];

function frame(
  labels: Readonly<Record<string, string>>,
  samples: Samples,
  { refId, expr, step, nameOf, kind }: FrameOrigin & { readonly kind: string },
): FrameJson {
  const type = kind === 'matrix' ? 'timeseries-multi' : 'numeric-multi';
  const meta = { type, typeVersion: [0, 1], custom: { resultType: kind }, executedQueryString: executed(expr, step) };
  const name = nameOf(labels);
  const time = { name: 'Time', type: 'time', typeInfo: { frame: 'time.Time' }, config: { interval: step } };
  const value = { name: 'Value', type: 'number', typeInfo: { frame: 'float64' }, labels };
  const values = samples.map(([, text]) => finite(sampleValue(text)));
  return {
    schema: { refId, name, meta, fields: [time, { ...value, config: { displayNameFromDS: name } }] },
    data: { values: [samples.map(([seconds]) => Math.round(seconds * 1000)), values] },
  };
}

function textFrame([seconds, text]: readonly [number, string], { refId, expr, step }: FrameOrigin): FrameJson {
  const fields = [
    { name: 'Time', type: 'time', typeInfo: { frame: 'time.Time' } },
    { name: 'Value', type: 'string', typeInfo: { frame: 'string' } },
  ];
  const meta = { custom: { resultType: 'string' }, executedQueryString: executed(expr, step) };
  return { schema: { refId, meta, fields }, data: { values: [[Math.round(seconds * 1000)], [text]] } };
}

function executed(expr: string, step: Millis): string {
  return `Expr: ${expr}\nStep: ${step / 1000}s`;
}

/** JSON has no infinity and no NaN. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
