import type { PictureAnswer } from '#dashboards/picture';
import { encodeAnswer, STREAM_TYPE } from '#wire/query-stream';

/** The moment at which everything was recorded: 2026-03-05 12:00 UTC. */
export const RECORDED_AT = Date.UTC(2026, 2, 5, 12);
const HOUR = 3_600_000;

interface RecordedSeries {
  readonly labels: Readonly<Record<string, string>>;
  /** Null: no sample. Hours before the end of the recording. */
  readonly at: (hours: number) => number | null;
}

const noise = (hours: number, seed: number): number => {
  const x = Math.sin(Math.round(hours * 240) * 12.9898 + seed * 78.233) * 43758.5453;
  return x - Math.floor(x);
};

const wave = (seed: number, scale = 1): ((hours: number) => number) => {
  return (hours) => scale * (2 + seed + Math.sin(hours * 1.3 + seed) + 0.3 * noise(hours, seed));
};

const named = (count: number, label: string, scale = 1): RecordedSeries[] =>
  Array.from({ length: count }, (_, i) => ({ labels: { [label]: `${label}-${i + 1}` }, at: wave(i, scale) }));

const LE = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '+Inf'];

/** What each metric of the recording is. */
const METRICS: Readonly<Record<string, readonly RecordedSeries[]>> = {
  waves: named(3, 'node'),
  one: named(1, 'node'),
  many: named(40, 'pod'),
  memory_bytes: named(4, 'host', 1.2e9),
  seconds: named(2, 'path', 0.004),
  ratio: named(3, 'core', 0.18),
  growth: [
    { labels: { kind: 'slow' }, at: (hours) => 10 ** (3 - hours / 3) },
    { labels: { kind: 'fast' }, at: (hours) => 10 ** (6 - hours) },
  ],
  gaps: [{ labels: { node: 'a' }, at: (hours) => (Math.floor(hours * 2) % 3 === 0 ? null : wave(1)(hours)) }],
  traffic: [
    { labels: { direction: 'in' }, at: wave(1, 3e6) },
    { labels: { direction: 'out' }, at: wave(2, 2e6) },
  ],
  zero: [{ labels: { node: 'a' }, at: () => 0 }],
  sparse: [{ labels: { job: 'backup' }, at: (hours) => (Math.abs(hours % 1) < 0.02 ? 4 + Math.floor(hours) : null) }],
  up: ['api', 'db', 'web'].map((job, i) => ({
    labels: { job },
    at: (hours) => (Math.floor(hours * 1.7 + i * 1.3) % 4 === 0 ? 0 : 1),
  })),
  requests: ['GET', 'POST', 'PUT', 'DELETE'].map((method, i) => ({
    labels: { method },
    at: () => [812, 344, 96, 21][i]!,
  })),
  latency_bucket: LE.map((le, i) => ({
    labels: { le },
    at: (hours) => [3, 9, 30, 64, 90, 110, 118, 121, 122, 122][i]! * (1.2 + Math.sin(hours)) + i * noise(hours, 1),
  })),
  nothing: [],
  log: [
    { labels: { level: 'info', line: 'started <server> & listening on :9090' }, at: () => 1 },
    { labels: { level: 'error', line: 'could not reach 10.0.0.7: connection refused' }, at: () => 1 },
    { labels: { level: 'warning', line: 'slow query: 2.4 s' }, at: () => 1 },
  ],
};

/** The answers of a server that has the recording, whatever asks it: a picture, or the page in a browser. */
export function recordedAnswer(url: string, body: string | null): PictureAnswer {
  const { pathname, searchParams } = new URL(url, 'http://recorded');
  const params = new URLSearchParams([
    ...searchParams,
    ...new URLSearchParams(body?.startsWith('{') ? '' : (body ?? '')),
  ]);
  const path = pathname.replace(/^\/api\/(v1\/)?/, '');
  if (path === 'query_stream') return streamedAnswer(body ?? '{}');
  if (path === 'query_range' || path === 'query') return queryAnswer(params, path === 'query');
  if (path === 'status/config') return success({ yaml: 'global:\n  scrape_interval: 15s\n' });
  if (path === 'label/__name__/values') return success(Object.keys(METRICS).filter((name) => name !== 'nothing'));
  if (path === 'series') return success([]);
  if (path === 'rules') return success(RULES);
  if (path === 'datasources')
    return json([{ uid: 'barograph', name: 'Barograph', type: 'prometheus', isDefault: true }]);
  if (path === 'search') return json(DASHBOARDS);
  return json({ message: `not recorded: ${path}` }, 404);
}

function json(value: unknown, status = 200): PictureAnswer {
  return { status, contentType: 'application/json', body: new TextEncoder().encode(JSON.stringify(value)) };
}

function success(data: unknown): PictureAnswer {
  return json({ status: 'success', data });
}

/** Several queries at once, as panels ask. */
function streamedAnswer(body: string): PictureAnswer {
  const { queries } = JSON.parse(body) as { readonly queries: readonly Readonly<Record<string, string | number>>[] };
  const pieces = queries.map((query) => {
    const params = new URLSearchParams(
      Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
    );
    const { status, body: answered } = queryAnswer(params, query['time'] !== undefined);
    const { data, errorType, error } = JSON.parse(new TextDecoder().decode(answered)) as Record<string, unknown>;
    const failed = status !== 200;
    const head = { id: String(query['id']), kind: failed ? 'error' : 'json', warnings: [], infos: [] } as const;
    return encodeAnswer(head, new TextEncoder().encode(JSON.stringify(failed ? { status, errorType, error } : data)));
  });
  return { status: 200, contentType: STREAM_TYPE, body: new Uint8Array(Buffer.concat(pieces)) };
}

function queryAnswer(params: URLSearchParams, instant: boolean): PictureAnswer {
  const query = params.get('query') ?? '';
  const series = Object.hasOwn(METRICS, query) ? METRICS[query] : undefined;
  if (series === undefined) {
    return json({ status: 'error', errorType: 'bad_data', error: `1:5: parse error: unexpected end of input` }, 400);
  }
  const [start, end, step] = ['start', 'end', 'step'].map((name) => Number(params.get(name)));
  const time = Number(params.get('time'));
  const at = ({ at: value }: RecordedSeries, seconds: number): [number, string][] => {
    const found = value((RECORDED_AT - seconds * 1000) / HOUR);
    return found === null ? [] : [[seconds, String(found)]];
  };
  const metric = ({ labels }: RecordedSeries) => ({ __name__: query, ...labels });
  if (instant) {
    const result = series.flatMap((one) => at(one, time).map((value) => ({ metric: metric(one), value })));
    return success({ resultType: 'vector', result });
  }
  const times = Array.from({ length: Math.floor((end! - start!) / step!) + 1 }, (_, i) => start! + i * step!);
  const result = series.map((one) => ({ metric: metric(one), values: times.flatMap((seconds) => at(one, seconds)) }));
  return success({ resultType: 'matrix', result });
}

const RULES = {
  groups: [
    {
      rules: [
        {
          ...{ type: 'alerting', name: 'DiskFull', labels: { severity: 'critical' }, annotations: {} },
          alerts: [
            {
              state: 'firing',
              labels: { alertname: 'DiskFull', severity: 'critical' },
              annotations: { summary: 'The disk of db-1 is 97 % full' },
              activeAt: new Date(RECORDED_AT - 2 * HOUR).toISOString(),
            },
          ],
        },
        {
          ...{ type: 'alerting', name: 'SlowQueries', labels: { severity: 'warning' }, annotations: {} },
          alerts: [
            {
              state: 'pending',
              labels: { alertname: 'SlowQueries', severity: 'warning' },
              annotations: { summary: 'One query in a hundred takes longer than 2 s' },
              activeAt: new Date(RECORDED_AT - 240_000).toISOString(),
            },
          ],
        },
      ],
    },
  ],
};

const DASHBOARDS = [
  { uid: 'a', title: 'Host', tags: ['linux'], folderUid: 'f', folderTitle: 'Machines' },
  { uid: 'b', title: 'Service', tags: ['http', 'grpc'], folderUid: '', folderTitle: '' },
];
