import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Millis } from '#model/time';
import type { TimeRangeState } from '../state/time-range-state.ts';
import { type ChartData, isEmpty } from './chart-data.ts';
import type { ChartOptions } from './chart-options.ts';
import { type ChartQuery, queryChart } from './chart-query.ts';
import { createTimeSeriesChart, type TimeSeriesChart } from './time-series-chart.ts';

export interface QueryChartProps {
  /** Compared by content: a new array with equal expressions does not ask again. */
  readonly queries: readonly ChartQuery[];
  readonly time: TimeRangeState;
  readonly options: ChartOptions;
  readonly scrapeInterval: Millis;
  /** Said when the answer is empty: why, and what would change it. */
  readonly empty: ReactNode;
  readonly legend?: boolean;
}

interface LegendEntry {
  readonly name: string;
  readonly color: string;
}

type Status = { readonly kind: 'loading' | 'ready' | 'empty' } | { readonly kind: 'error'; readonly message: string };

/** A chart that asks its own queries on every beat of the time range. A refresh that changes values only renders nothing. */
export function QueryChart({ queries, time, options, scrapeInterval, empty, legend = true }: QueryChartProps) {
  const root = useRef<HTMLDivElement>(null);
  const chart = useRef<TimeSeriesChart | null>(null);
  const latest = useRef({ queries, options });
  const [status, setStatus] = useState<Status>({ kind: 'loading' });
  const [entries, setEntries] = useState<readonly LegendEntry[]>([]);
  latest.current = { queries, options };

  useEffect(() => {
    chart.current = createTimeSeriesChart(root.current!, latest.current.options);
    return () => chart.current?.destroy();
  }, []);

  const expressions = queries.map(({ expr }) => expr).join('\n');
  // The expressions stand for the queries; the rest is read when it is needed.
  // biome-ignore lint/correctness/useExhaustiveDependencies(expressions): another expression asks again
  useEffect(() => {
    let running: AbortController | null = null;
    const show = (data: ChartData): void => {
      chart.current?.setData(data);
      const kind = isEmpty(data) ? 'empty' : 'ready';
      setStatus((before) => (before.kind === kind ? before : { kind }));
      setEntries((before) =>
        sameLegend(before, data.series) ? before : data.series.map(({ name, color }) => ({ name, color })),
      );
    };
    const ask = async (): Promise<void> => {
      // The answer on its way is about as new as one asked for now.
      if (running !== null) return;
      const mine = new AbortController();
      running = mine;
      const pixels = root.current?.clientWidth ?? 600;
      try {
        const data = await queryChart(latest.current.queries, {
          range: time.resolve(),
          pixels,
          scrapeInterval,
          signal: mine.signal,
        });
        if (!mine.signal.aborted) show(data);
      } catch (error) {
        if (!mine.signal.aborted)
          setStatus({ kind: 'error', message: error instanceof Error ? error.message : String(error) });
      } finally {
        if (running === mine) running = null;
      }
    };
    void ask();
    const stop = time.refresher.subscribe(() => void ask());
    return () => {
      stop();
      running?.abort();
    };
  }, [expressions, time, scrapeInterval]);

  return (
    <div className="query-chart" data-state={status.kind}>
      <div className="query-chart-plot">
        <div ref={root} className="chart" />
        {status.kind === 'empty' ? <div className="chart-cover">{empty}</div> : null}
        {status.kind === 'error' ? (
          <div className="chart-problem" role="alert" title={status.message}>
            {status.message}
          </div>
        ) : null}
      </div>
      {legend && entries.length > 1 && status.kind === 'ready' ? (
        <ChartLegend entries={entries} highlight={(i) => chart.current?.highlight(i)} />
      ) : null}
    </div>
  );
}

function sameLegend(before: readonly LegendEntry[], after: readonly LegendEntry[]): boolean {
  return (
    before.length === after.length &&
    before.every(({ name, color }, i) => name === after[i]!.name && color === after[i]!.color)
  );
}

const LEGEND_ENTRIES = 12;

function ChartLegend({
  entries,
  highlight,
}: {
  readonly entries: readonly LegendEntry[];
  readonly highlight: (i: number | null) => void;
}) {
  return (
    <div className="chart-legend">
      {entries.slice(0, LEGEND_ENTRIES).map(({ name, color }, i) => (
        <button
          type="button"
          // Two series may carry one name: the place is what tells them apart.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          key={i}
          className="chart-legend-entry"
          onMouseEnter={() => highlight(i)}
          onMouseLeave={() => highlight(null)}
          onFocus={() => highlight(i)}
          onBlur={() => highlight(null)}
        >
          <i className="swatch" style={{ background: color }} />
          <span className="clip">{name}</span>
        </button>
      ))}
      {entries.length > LEGEND_ENTRIES ? <span className="dim">{entries.length - LEGEND_ENTRIES} more</span> : null}
    </div>
  );
}
