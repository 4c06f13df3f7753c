import { useEffect, useMemo, useRef, useState } from 'react';
import { formatSampleValue } from '#lib/go-format';
import type { TimeRange } from '#model/time';
import type { MatrixSeries } from '../api/prometheus.ts';
import { seriesText } from '../format/label-text.ts';
import { formatTick } from '../format/number.ts';
import type { ChartData, ChartExemplar } from '../parts/chart-data.ts';
import type { ChartOptions } from '../parts/chart-options.ts';
import { columnOf, stepTimes } from '../parts/matrix-columns.ts';
import { seriesColor } from '../parts/series-color.ts';
import { EmptyNote } from '../parts/states.tsx';
import { createTimeSeriesChart, type TimeSeriesChart } from '../parts/time-series-chart.ts';
import { VirtualBox } from '../parts/virtual-list.tsx';
import { SeriesLabel } from './series-label.tsx';

export interface ResultGraphProps {
  readonly series: readonly MatrixSeries[];
  /** What was asked for; `step` in ms. */
  readonly range: TimeRange;
  readonly step: number;
  readonly exemplars: readonly ChartExemplar[];
  readonly stacked: boolean;
  readonly fromZero: boolean;
  readonly onZoom: (range: TimeRange) => void;
  readonly onZoomOut: () => void;
}

/** More lines than this are a block of colour and take seconds to draw. */
const SERIES_DRAWN = 500;

/** The answer of a range query as a chart with a legend: a click shows one series alone, with Ctrl it adds or removes it. */
export function ResultGraph(props: ResultGraphProps) {
  const { series, range, step, exemplars, stacked, fromZero } = props;
  const root = useRef<HTMLDivElement>(null);
  const chart = useRef<TimeSeriesChart | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const [only, setOnly] = useState<ReadonlySet<string> | null>(null);
  const [all, setAll] = useState(false);
  const shown = useMemo(() => (all ? series : series.slice(0, SERIES_DRAWN)), [all, series]);
  const names = useMemo(() => shown.map(({ metric }) => seriesText(metric)), [shown]);

  useEffect(() => {
    chart.current = createTimeSeriesChart(root.current!, {
      axes: [valueAxis(fromZero)],
      tooltip: 'all',
      onZoom: (zoomed) => latest.current.onZoom(zoomed),
      onZoomOut: () => latest.current.onZoomOut(),
    } satisfies ChartOptions);
    return () => chart.current?.destroy();
  }, [fromZero]);

  // Another axis is another chart, which has to be given the data again.
  // biome-ignore lint/correctness/useExhaustiveDependencies(fromZero): see above
  useEffect(() => {
    const data: ChartData = {
      times: stepTimes(range, step),
      range,
      exemplars,
      series: shown.map((one, i) => ({
        name: names[i]!,
        color: seriesColor(i),
        values: columnOf(one, range, step),
        hidden: only !== null && !only.has(names[i]!),
        ...(stacked ? { stack: 'all', fill: 0.5 } : shown.length === 1 ? { fill: 0.12 } : {}),
      })),
    };
    chart.current?.setData(data);
  }, [shown, names, range, step, exemplars, stacked, fromZero, only]);

  const toggle = (name: string, adding: boolean): void => {
    setOnly((before) => {
      if (!adding) return before?.size === 1 && before.has(name) ? null : new Set([name]);
      const next = new Set(before ?? names);
      if (!next.delete(name)) next.add(name);
      return next.size === names.length ? null : next;
    });
  };
  return (
    <div data-testid="query-graph">
      <div className="query-graph-plot">
        <div ref={root} className="chart" />
        {series.length === 0 ? (
          <div className="chart-cover">
            <EmptyNote title="No samples in this range">
              The expression is valid, but nothing matched it between these times. Try a longer range, or browse the
              metrics.
            </EmptyNote>
          </div>
        ) : null}
      </div>
      {series.length > SERIES_DRAWN ? (
        <p className="partial-note">
          {all
            ? `All ${series.length} series are drawn.`
            : `The first ${SERIES_DRAWN} of ${series.length} series are drawn.`}{' '}
          <button type="button" className="button quiet" onClick={() => setAll(!all)}>
            {all ? 'Draw fewer' : 'Draw all'}
          </button>
        </p>
      ) : null}
      <VirtualBox
        items={shown}
        keyOf={(_one, i) => String(i)}
        estimate={22}
        className={shown.length > 12 ? 'graph-legend long' : 'graph-legend'}
      >
        {({ metric }, i) => (
          <button
            type="button"
            className={only !== null && !only.has(names[i]!) ? 'graph-legend-row off' : 'graph-legend-row'}
            aria-pressed={only === null || only.has(names[i]!)}
            title="Click: this one alone. Ctrl-click: add or remove."
            onClick={(event) => toggle(names[i]!, event.ctrlKey || event.metaKey)}
            onMouseEnter={() => chart.current?.highlight(i)}
            onMouseLeave={() => chart.current?.highlight(null)}
          >
            <i className="swatch" style={{ background: seriesColor(i) }} />
            <SeriesLabel labels={metric} />
          </button>
        )}
      </VirtualBox>
    </div>
  );
}

function valueAxis(fromZero: boolean): ChartOptions['axes'][number] {
  // The axis is for an overview, the tooltip for the number itself.
  const format = (value: number, step?: number): string =>
    step === undefined ? formatSampleValue(Number(value.toPrecision(10))) : formatTick(value, step);
  return { id: 'value', format, ...(fromZero ? { softMin: 0, softMax: 0 } : {}) };
}
