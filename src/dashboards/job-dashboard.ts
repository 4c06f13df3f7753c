import type { MetricType } from '#model/metadata';
import type { Json, JsonObject } from './dashboard.ts';

/** A metric family of a job, as its metadata and its series say. */
export interface JobMetric {
  /** Of the family: a histogram's without `_bucket`. */
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  /** Names of the labels of its series, `le` and `quantile` left out. */
  readonly labels: readonly string[];
  /** A summary has series of its quantiles, not only its sum and count. */
  readonly quantiles: boolean;
}

/** A group of panels under one heading. */
interface Section {
  readonly title: string;
  readonly collapsed: boolean;
  readonly panels: readonly JsonObject[];
}

const RATE = '$__rate_interval';
const WIDTH = 8;
const HEIGHT = 7;
const PER_LINE = 24 / WIDTH;

/**
 * A dashboard of one job: what is asked of it, what fails and how long it takes (rate, errors, duration), what it uses
 * (utilisation, saturation), then a panel per metric in closed rows by the first words of its name.
 */
export function jobDashboard(job: string, metrics: readonly JobMetric[]): JsonObject {
  const sections: Section[] = [
    { title: 'Targets', collapsed: false, panels: targetPanels() },
    { title: 'Requests', collapsed: false, panels: requestPanels(metrics) },
    { title: 'What it uses', collapsed: false, panels: resourcePanels(metrics) },
    ...metricSections(metrics),
  ];
  return {
    uid: `job-${job}`,
    title: `Job ${job}`,
    description: `Made from the metrics that ${job} has.`,
    tags: ['generated'],
    schemaVersion: 41,
    graphTooltip: 1,
    time: { from: 'now-1h', to: 'now' },
    refresh: '30s',
    templating: { list: [variable('job', job), instanceVariable()] },
    annotations: { list: [] },
    panels: placed(sections.filter(({ panels }) => panels.length > 0)),
  };
}

function variable(name: string, value: string): JsonObject {
  return { name, type: 'constant', query: value, hide: 2, current: { text: value, value } };
}

function instanceVariable(): JsonObject {
  const all = { text: 'All', value: '$__all' };
  const query = { query: 'label_values(up{job="$job"}, instance)', refId: 'instance' };
  const more = { multi: true, includeAll: true, allValue: '.*', refresh: 2, sort: 1, current: all };
  return { name: 'instance', label: 'Instance', type: 'query', query, ...more };
}

/** Rows one below the other, panels side by side. */
function placed(sections: readonly Section[]): JsonObject[] {
  let id = 0;
  let y = 0;
  return sections.flatMap(({ title, collapsed, panels }): JsonObject[] => {
    const row = { id: ++id, type: 'row', title, collapsed, gridPos: { x: 0, y, w: 24, h: 1 } };
    y += 1;
    const inside = panels.map((panel, i): JsonObject => {
      const gridPos = { x: (i % PER_LINE) * WIDTH, y: y + Math.floor(i / PER_LINE) * HEIGHT, w: WIDTH, h: HEIGHT };
      return { id: ++id, ...panel, gridPos };
    });
    y += Math.ceil(panels.length / PER_LINE) * HEIGHT;
    return collapsed ? [{ ...row, panels: inside }] : [{ ...row, panels: [] }, ...inside];
  });
}

const SELECTOR = '{job="$job",instance=~"$instance"}';

/** A selector with more matchers than those of the job. */
function selecting(name: string, more = ''): string {
  return `${name}{job="$job",instance=~"$instance"${more === '' ? '' : `,${more}`}}`;
}

interface Drawn {
  readonly expr: string;
  readonly legend?: string;
}

function chart(title: string, queries: readonly Drawn[], unit: string, description = ''): JsonObject {
  return {
    type: 'timeseries',
    title,
    description,
    targets: queries.map(({ expr, legend = '__auto' }, i) => ({
      refId: String.fromCharCode(65 + i),
      expr,
      legendFormat: legend,
      range: true,
    })),
    fieldConfig: { defaults: { unit, custom: { fillOpacity: 10, lineWidth: 1, showPoints: 'never' } }, overrides: [] },
    options: {
      legend: { showLegend: true, displayMode: 'list', placement: 'bottom', calcs: [] },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  };
}

function targetPanels(): JsonObject[] {
  const states = { '0': { text: 'down', color: 'red', index: 1 }, '1': { text: 'up', color: 'green', index: 0 } };
  const up: JsonObject = {
    type: 'state-timeline',
    title: 'Up',
    targets: [{ refId: 'A', expr: `up${SELECTOR}`, legendFormat: '{{instance}}', range: true }],
    fieldConfig: {
      defaults: { color: { mode: 'thresholds' }, mappings: [{ type: 'value', options: states }] },
      overrides: [],
    },
    options: { mergeValues: true, showValue: 'never', rowHeight: 0.8, legend: { showLegend: true } },
  };
  return [
    up,
    chart('Scrapes take', [{ expr: `scrape_duration_seconds${SELECTOR}`, legend: '{{instance}}' }], 's'),
    chart('Samples per scrape', [{ expr: `scrape_samples_scraped${SELECTOR}`, legend: '{{instance}}' }], 'short'),
  ];
}

const REQUESTS = /(^|_)(requests|calls|rpcs?|queries|handled|jobs|messages|operations|ops)_total$/;
const DURATIONS = /(^|_)(duration|latency|time|delay)(_\w+)?_(seconds|milliseconds|ms)$|_(seconds|milliseconds)$/;
const STATUS = ['code', 'status', 'status_code', 'http_status', 'grpc_code', 'result'];
const NAMED = ['handler', 'route', 'path', 'method', 'endpoint', 'operation', 'service'];

function requestPanels(metrics: readonly JobMetric[]): JsonObject[] {
  const counters = metrics.filter(({ name, type }) => type === 'counter' && REQUESTS.test(name));
  const durations = metrics.filter(({ name, type }) => {
    return (type === 'histogram' || type === 'summary') && DURATIONS.test(name);
  });
  // With many of them, those that have a status or a name say most.
  const told = (metric: JobMetric): number =>
    -metric.labels.filter((label) => [...STATUS, ...NAMED].includes(label)).length;
  return [
    ...counters
      .toSorted((a, b) => told(a) - told(b))
      .slice(0, 3)
      .flatMap(rateAndErrors),
    ...durations
      .toSorted((a, b) => told(a) - told(b))
      .slice(0, 3)
      .flatMap(durationPanels),
  ];
}

function rateAndErrors({ name, help, labels }: JobMetric): JsonObject[] {
  const by = labels.find((label) => NAMED.includes(label));
  const status = labels.find((label) => STATUS.includes(label));
  const rate = `sum${by === undefined ? '' : ` by (${by})`} (rate(${selecting(name)}[${RATE}]))`;
  const panels = [
    chart(`${words(name)} per second`, [{ expr: rate, ...(by === undefined ? { legend: 'all' } : {}) }], 'reqps', help),
  ];
  if (status === undefined) return panels;
  const failed = `sum(rate(${selecting(name, `${status}=~"5..|[Ee]rror.*|[Ff]ail.*|Internal|Unknown|Unavailable"`)}[${RATE}]))`;
  const share = { expr: `(${failed} or vector(0)) / sum(rate(${selecting(name)}[${RATE}]))`, legend: 'failed' };
  return [
    ...panels,
    chart(`Share of ${words(name)} that fail`, [share], 'percentunit', `Those whose ${status} says so.`),
  ];
}

/** How long things take: three quantiles and, where there are buckets, all of them. */
function durationPanels(metric: JobMetric): JsonObject[] {
  const { name, type, help } = metric;
  const unit = /milliseconds$|_ms$/.test(name) ? 'ms' : /_seconds$/.test(name) ? 's' : unitOf(name);
  if (type === 'summary') {
    const mean = `rate(${selecting(`${name}_sum`)}[${RATE}]) / rate(${selecting(`${name}_count`)}[${RATE}])`;
    const drawn = metric.quantiles
      ? { expr: selecting(name), legend: '{{quantile}} {{instance}}' }
      : { expr: mean, legend: '__auto' };
    return [chart(words(name) + (metric.quantiles ? '' : ', mean'), [drawn], unit, help)];
  }
  const quantiles = [0.5, 0.95, 0.99].map((quantile) => ({
    expr: `histogram_quantile(${quantile}, sum by (le) (rate(${selecting(`${name}_bucket`)}[${RATE}])))`,
    legend: `p${quantile * 100}`,
  }));
  return [chart(words(name), quantiles, unit, help), heatmap(metric, unit)];
}

function heatmap({ name, help }: JobMetric, unit: string): JsonObject {
  const expr = `sum by (le) (increase(${selecting(`${name}_bucket`)}[${RATE}]))`;
  return {
    type: 'heatmap',
    title: `${words(name)}, all`,
    description: help,
    targets: [{ refId: 'A', expr, format: 'heatmap', legendFormat: '{{le}}', range: true }],
    fieldConfig: { defaults: {}, overrides: [] },
    options: { calculate: false, yAxis: { unit }, color: { mode: 'scheme', scheme: 'Oranges', steps: 64 }, cellGap: 1 },
  };
}

/** What every process says of itself, where it does. */
const USES: readonly {
  readonly title: string;
  readonly unit: string;
  readonly needs: readonly string[];
  readonly expr: string;
}[] = [
  {
    title: 'CPU',
    unit: 'short',
    needs: ['process_cpu_seconds_total'],
    expr: `rate(process_cpu_seconds_total${SELECTOR}[${RATE}])`,
  },
  {
    title: 'Memory',
    unit: 'bytes',
    needs: ['process_resident_memory_bytes'],
    expr: `process_resident_memory_bytes${SELECTOR}`,
  },
  {
    title: 'Open files of those allowed',
    unit: 'percentunit',
    needs: ['process_open_fds', 'process_max_fds'],
    expr: `process_open_fds${SELECTOR} / process_max_fds${SELECTOR}`,
  },
  { title: 'Goroutines', unit: 'short', needs: ['go_goroutines'], expr: `go_goroutines${SELECTOR}` },
  {
    title: 'Event loop lag',
    unit: 's',
    needs: ['nodejs_eventloop_lag_seconds'],
    expr: `nodejs_eventloop_lag_seconds${SELECTOR}`,
  },
  {
    title: 'Java heap used of its limit',
    unit: 'percentunit',
    needs: ['jvm_memory_used_bytes', 'jvm_memory_max_bytes'],
    expr: `sum by (instance) (${selecting('jvm_memory_used_bytes', 'area="heap"')}) / sum by (instance) (${selecting('jvm_memory_max_bytes', 'area="heap"')})`,
  },
  {
    title: 'Collecting garbage, share of time',
    unit: 'percentunit',
    needs: ['go_gc_duration_seconds'],
    expr: `rate(go_gc_duration_seconds_sum${SELECTOR}[${RATE}])`,
  },
];

function resourcePanels(metrics: readonly JobMetric[]): JsonObject[] {
  const names = new Set(metrics.map(({ name }) => name));
  return USES.filter(({ needs }) => needs.every((name) => names.has(name))).map(({ title, unit, expr }) =>
    chart(title, [{ expr, legend: '{{instance}}' }], unit),
  );
}

/** Fewer metrics than this do not make a row of their own. */
const LEAST_TOGETHER = 3;

function metricSections(metrics: readonly JobMetric[]): Section[] {
  const groups = new Map<string, JobMetric[]>();
  for (const metric of metrics.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (metric.type === 'info' || metric.name === 'up' || metric.name.startsWith('scrape_')) continue;
    const prefix = metric.name.split('_').slice(0, 2).join('_');
    groups.set(prefix, [...(groups.get(prefix) ?? []), metric]);
  }
  const others: JobMetric[] = [];
  const sections = [...groups].flatMap(([prefix, members]): Section[] => {
    if (members.length >= LEAST_TOGETHER) return [{ title: prefix, collapsed: true, panels: members.map(metricPanel) }];
    others.push(...members);
    return [];
  });
  return others.length === 0
    ? sections
    : [...sections, { title: 'Others', collapsed: true, panels: others.map(metricPanel) }];
}

function metricPanel(metric: JobMetric): JsonObject {
  const { name, type, help } = metric;
  if (type === 'histogram' || type === 'summary') return durationPanels(metric)[0]!;
  const unit = unitOf(name);
  if (type === 'counter') {
    const perSecond = PER_SECOND[unit] ?? 'cps';
    return chart(`${words(name)} per second`, [{ expr: `rate(${selecting(name)}[${RATE}])` }], perSecond, help);
  }
  return chart(words(name), [{ expr: selecting(name) }], unit, help);
}

/** The unit that a name ends with, as Prometheus' conventions have it. */
function unitOf(name: string): string {
  const plain = name.replace(/_total$/, '');
  if (/_timestamp_seconds$|_time_seconds$/.test(plain)) return 'none';
  const ending = /_(seconds|milliseconds|bytes|ratio|percent|celsius|volts|amperes|joules|hertz|info)$/.exec(
    plain,
  )?.[1];
  return (ending === undefined ? undefined : UNITS[ending]) ?? 'short';
}

const UNITS: Readonly<Record<string, string>> = {
  ...{ seconds: 's', milliseconds: 'ms', bytes: 'bytes', ratio: 'percentunit', percent: 'percent', celsius: 'celsius' },
  ...{ volts: 'volt', amperes: 'amp', joules: 'joule', hertz: 'hertz' },
};

/** What a counter's unit becomes when it is counted per second. */
const PER_SECOND: Readonly<Record<string, string>> = { bytes: 'binBps', s: 'percentunit', joule: 'watt' };

/** `http_requests_total` as people say it: `Http requests`. */
function words(name: string): string {
  const plain = name
    .replace(/_(total|seconds|milliseconds|bytes)$/, '')
    .replace(/_(total|seconds|bytes)$/, '')
    .replaceAll('_', ' ')
    .trim();
  return plain.slice(0, 1).toUpperCase() + plain.slice(1);
}

/** The dashboard's JSON as a file has it. */
export function dashboardText(dashboard: Json): string {
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}
