import { describe, expect, it } from 'vitest';
import type { Json, Panel } from './dashboard.ts';
import { type JobMetric, jobDashboard } from './job-dashboard.ts';
import { parseDashboard } from './parse.ts';

function metric(name: string, type: JobMetric['type'], labels: readonly string[] = []): JobMetric {
  return { name, type, help: `What ${name} is.`, labels, quantiles: false };
}

const METRICS = [
  metric('http_requests_total', 'counter', ['code', 'handler', 'instance', 'job']),
  metric('http_request_duration_seconds', 'histogram', ['handler']),
  metric('process_cpu_seconds_total', 'counter'),
  metric('process_resident_memory_bytes', 'gauge'),
  metric('process_open_fds', 'gauge'),
  metric('cache_entries', 'gauge'),
  metric('cache_entries_bytes', 'gauge'),
  metric('cache_entries_evicted_total', 'counter'),
  metric('build_info', 'info'),
];

function read(metrics: readonly JobMetric[]) {
  return parseDashboard(jobDashboard('web', metrics) as Json, 'x');
}

function rows(metrics: readonly JobMetric[]) {
  return new Map(read(metrics).rows.map((row) => [row.title, row.panels]));
}

const summary = (panels: readonly Panel[]) =>
  panels.map(({ title, targets }) => [title, ...targets.map(({ expr }) => expr)]);

describe('the dashboard of a job', () => {
  it('shows its targets, even when nothing else is known', () => {
    const { uid, rows: all, variables } = read([]);
    expect([uid, all.map(({ title }) => title), variables.map(({ name }) => name)]).toEqual([
      'job-web',
      ['Targets'],
      ['job', 'instance'],
    ]);
  });

  it('shows rate, errors and duration of requests', () => {
    const of = 'http_requests_total{job="$job",instance=~"$instance"';
    const requests = summary(rows(METRICS).get('Requests')!);
    expect(requests.map(([title]) => title)).toEqual([
      'Http requests per second',
      'Share of Http requests that fail',
      'Http request duration',
      'Http request duration, all',
    ]);
    expect(requests[0]![1]).toBe(`sum by (handler) (rate(${of}}[$__rate_interval]))`);
    expect(requests[1]![1]).toContain(`${of},code=~"5..|`);
    expect(requests[2]!.slice(1)).toHaveLength(3);
    expect(requests[2]![1]).toBe(
      'histogram_quantile(0.5, sum by (le) (rate(http_request_duration_seconds_bucket{job="$job",instance=~"$instance"}[$__rate_interval])))',
    );
  });

  it('shows what it uses, as far as it says', () => {
    expect(
      rows(METRICS)
        .get('What it uses')!
        .map(({ title }) => title),
    ).toEqual(['CPU', 'Memory']);
    const more = [...METRICS, metric('process_max_fds', 'gauge')];
    expect(
      rows(more)
        .get('What it uses')!
        .map(({ title }) => title),
    ).toContain('Open files of those allowed');
  });

  it('has every metric in closed rows, with the unit that its name says', () => {
    const all = rows(METRICS);
    expect([...all.keys()].slice(3)).toEqual(['cache_entries', 'Others']);
    const cache = all.get('cache_entries')!;
    expect(cache.map(({ title, defaults }) => [title, defaults['unit']])).toEqual([
      ['Cache entries', 'short'],
      ['Cache entries', 'bytes'],
      ['Cache entries evicted per second', 'cps'],
    ]);
    expect(
      read(METRICS)
        .rows.filter(({ collapsed }) => collapsed)
        .map(({ title }) => title),
    ).toEqual(['cache_entries', 'Others']);
    expect([...all.values()].flat().some(({ title }) => title.includes('Build'))).toBe(false);
  });

  it('shows the quantiles of a summary, or its mean when it has none', () => {
    const one = metric('wait_time_seconds', 'summary');
    const exprs = (metrics: readonly JobMetric[]) =>
      rows(metrics)
        .get('Requests')!
        .map(({ targets }) => targets[0]!.expr);
    expect(exprs([{ ...one, quantiles: true }])).toEqual(['wait_time_seconds{job="$job",instance=~"$instance"}']);
    expect(exprs([one])[0]).toMatch(/^rate\(wait_time_seconds_sum\{.*\/ rate\(wait_time_seconds_count\{/);
  });

  it('gives every panel an id and a place of its own', () => {
    const { rows: all } = read(METRICS);
    const panels = all.flatMap((row) => row.panels);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const places = panels.map(({ position: { x, y } }) => `${x} ${y}`);
    expect(new Set(places).size).toBe(panels.length);
  });
});
