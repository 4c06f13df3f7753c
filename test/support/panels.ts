import type { Json, JsonObject, Panel } from '#dashboards/dashboard';
import type { DataFrame, Field } from '#dashboards/frames';
import { parseDashboard } from '#dashboards/parse';

/** Colors of a dark page. */
export const DARK = { text: '#dde0e6', background: '#0e1014' };

/** A panel of a type with these options, field defaults and whatever else is given. */
export function panelOf(
  type: string,
  options: JsonObject = {},
  defaults: JsonObject = {},
  rest: JsonObject = {},
): Panel {
  const written = { type, options, fieldConfig: { defaults, overrides: [] }, ...rest };
  return parseDashboard({ panels: [written] } as Json, 'u').panels[0]!;
}

/** A series: its name and labels, and points as [time, value]. */
export function series(
  name: string,
  points: readonly (readonly [time: number, value: number])[],
  labels: Readonly<Record<string, string>> = {},
): DataFrame {
  const fields: Field[] = [
    { name: 'Time', labels: {}, type: 'time', values: Float64Array.from(points, ([time]) => time) },
    { name, labels, type: 'number', values: Float64Array.from(points, ([, value]) => value) },
  ];
  return { refId: 'A', fields, length: points.length };
}

/** A table of these columns. */
export function tableOf(columns: Readonly<Record<string, readonly (number | string)[]>>): DataFrame {
  const fields = Object.entries(columns).map(([name, values]): Field => {
    if (values.some((value) => typeof value === 'string')) {
      return { name, labels: {}, type: 'string', values: values.map(String) };
    }
    return {
      name,
      labels: {},
      type: name === 'Time' ? 'time' : 'number',
      values: Float64Array.from(values.map(Number)),
    };
  });
  return { refId: 'A', fields, length: fields[0]?.values.length ?? 0 };
}
