import { useState } from 'react';
import type { HistogramJson, QueryResult, SamplePair } from '../api/prometheus.ts';
import { Icon } from '../parts/icon.tsx';
import { EmptyNote } from '../parts/states.tsx';
import { VirtualList } from '../parts/virtual-list.tsx';
import { useTimeZone } from '../state/preferences.ts';
import { formatDateTime } from '../state/time-range.ts';
import { type ResultRow, type RowOrder, resultRows, sortRows } from './result-rows.ts';
import { SeriesLabel } from './series-label.tsx';

/** The answer of an instant query, a series per row. Draws only the rows in sight. */
export function ResultTable({ result }: { readonly result: QueryResult }) {
  const [order, setOrder] = useState<RowOrder>('none');
  if (result.resultType === 'scalar' || result.resultType === 'string') {
    return (
      <div className="result-table" data-testid="query-table">
        <div className="result-row">
          <span className="dim">{result.resultType}</span>
          <span className="result-value mono">{result.result[1]}</span>
        </div>
      </div>
    );
  }
  const rows = sortRows(resultRows(result), order);
  if (rows.length === 0) {
    return (
      <EmptyNote title="No series">
        Nothing has this name and these labels at this moment. A series ends five minutes after its last sample; look at
        the graph to see whether there was one, or browse the metrics.
      </EmptyNote>
    );
  }
  return (
    <div className="result-table" data-testid="query-table">
      <div className="result-head">
        <span>Series</span>
        <button
          type="button"
          className="button quiet"
          onClick={() => setOrder(NEXT_ORDER[order])}
          title="Sort by value"
          data-testid="sort-value"
        >
          Value {order === 'up' ? '↑' : order === 'down' ? '↓' : ''}
        </button>
      </div>
      <VirtualList items={rows} keyOf={({ key }) => key} estimate={26}>
        {(row) => <Row row={row} />}
      </VirtualList>
    </div>
  );
}

const NEXT_ORDER: Readonly<Record<RowOrder, RowOrder>> = { none: 'down', down: 'up', up: 'none' };

function Row({ row }: { readonly row: ResultRow }) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(row.text);
    setCopied(true);
  };
  return (
    <div className="result-row" data-testid="query-row">
      <SeriesLabel labels={row.labels} />
      <button
        type="button"
        className="button icon quiet row-action"
        aria-label="Copy the series"
        title={copied ? 'Copied' : 'Copy'}
        onClick={() => void copy()}
      >
        <Icon name="copy" />
      </button>
      <span className="result-value mono">
        {row.histogram === null ? null : <Histogram histogram={row.histogram} />}
        {row.samples.length === 1 && row.histogram === null ? row.samples[0]![1] : null}
        {row.samples.length > 1 ? <Samples samples={row.samples} /> : null}
      </span>
    </div>
  );
}

const SAMPLES_SHOWN = 200;

function Samples({ samples }: { readonly samples: readonly SamplePair[] }) {
  const timeZone = useTimeZone();
  return (
    <span className="result-samples">
      {samples.slice(0, SAMPLES_SHOWN).map(([seconds, value]) => (
        <span key={seconds}>
          {value} <span className="dim">@ {formatDateTime(seconds * 1000, timeZone)}</span>
        </span>
      ))}
      {samples.length > SAMPLES_SHOWN ? <span className="dim">{samples.length - SAMPLES_SHOWN} more</span> : null}
    </span>
  );
}

function Histogram({ histogram: { count, sum, buckets = [] } }: { readonly histogram: HistogramJson }) {
  const largest = Math.max(...buckets.map(([, , , value]) => Number(value)), 0);
  return (
    <details className="histogram">
      <summary>
        count {count}, sum {sum}
      </summary>
      {buckets.map(([rule, low, high, value]) => (
        <span key={low} className="histogram-row">
          <span>
            {rule === 1 || rule === 3 ? '[' : '('}
            {low}, {high}
            {rule === 0 || rule === 3 ? ']' : ')'}
          </span>
          <span className="bar">
            <span className="bar-fill" style={{ width: `${largest > 0 ? (100 * Number(value)) / largest : 0}%` }} />
          </span>
          <span>{value}</span>
        </span>
      ))}
    </details>
  );
}
