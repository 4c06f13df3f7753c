import { at, type JsonObject, number, objects, text } from './dashboard.ts';
import { optional } from './migrate-parts.ts';

const SINGLESTAT_CALCS: Readonly<Record<string, string>> = {
  avg: 'mean',
  current: 'lastNotNull',
  total: 'sum',
  name: 'lastNotNull',
  first: 'first',
};

/** A singlestat of before Grafana 7 as a stat or a gauge. */
export function migrateSinglestat(panel: JsonObject): JsonObject {
  const gauge = at(panel, 'gauge', 'show') === true;
  const valueName = text(panel['valueName'], 'avg');
  const background = panel['colorBackground'] === true;
  const colored = background || panel['colorValue'] === true;
  const mappings = [...valueMaps(panel), ...rangeMaps(panel)];
  return {
    ...panel,
    type: gauge ? 'gauge' : 'stat',
    fieldConfig: {
      defaults: {
        unit: text(panel['format'], 'none'),
        ...optional('decimals', panel['decimals']),
        ...(gauge
          ? { min: number(at(panel, 'gauge', 'minValue'), 0), max: number(at(panel, 'gauge', 'maxValue'), 100) }
          : {}),
        ...optional('noValue', panel['nullText']),
        mappings,
        color: { mode: 'thresholds' },
        thresholds: { mode: 'absolute', steps: singlestatSteps(panel) },
      },
      overrides: [],
    },
    options: {
      reduceOptions: { calcs: [SINGLESTAT_CALCS[valueName] ?? valueName], fields: '', values: false },
      colorMode: background ? 'background' : colored ? 'value' : 'none',
      graphMode: at(panel, 'sparkline', 'show') === true ? 'area' : 'none',
      textMode: valueName === 'name' ? 'name' : 'auto',
    },
  };
}

function valueMaps(panel: JsonObject): JsonObject[] {
  return objects(panel['valueMaps']).map((map) => {
    const result = { text: text(map['text']) };
    const value = text(map['value']);
    return value === 'null'
      ? { type: 'special', options: { match: 'null', result } }
      : { type: 'value', options: { [value]: result } };
  });
}

function rangeMaps(panel: JsonObject): JsonObject[] {
  return objects(panel['rangeMaps']).map(({ from = null, to = null, text: shown = '' }) => {
    if (from === 'null') return { type: 'special', options: { match: 'null', result: { text: shown } } };
    return { type: 'range', options: { from, to, result: { text: shown } } };
  });
}

/** `thresholds: "80,90"` with one color more than numbers. */
function singlestatSteps(panel: JsonObject): JsonObject[] {
  const colors = Array.isArray(panel['colors']) ? panel['colors'] : [];
  const limits = text(panel['thresholds'])
    .split(',')
    .map((limit) => limit.trim())
    .filter((limit) => limit !== '');
  return ['', ...limits].map((limit, i) => ({
    value: i === 0 ? null : number(limit, 0),
    color: colors[i] ?? ['green', 'orange', 'red'][Math.min(i, 2)]!,
  }));
}
