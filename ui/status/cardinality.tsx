import { useDeferredValue, useState } from 'react';
import { Link } from 'wouter';
import { usePrometheus } from '../api/answers.ts';
import type { CardinalityJson } from '../api/prometheus.ts';
import { quotedText } from '../format/label-text.ts';
import { formatCount } from '../format/number.ts';
import { FilterInput } from '../parts/filter-input.tsx';
import { Icon } from '../parts/icon.tsx';
import { Segments } from '../parts/segments.tsx';
import { ErrorNote, LoadingLine } from '../parts/states.tsx';
import { queryUrl } from '../query/query-url.ts';
import { useSearchState } from '../state/location.ts';
import { listedMetrics, type MetricOrder, type MetricShare } from './metric-list.ts';

const ASKED = 1000;
const SHOWN = 100;

/** Which metrics there are, how fast they get new series, who uses them, and how to drop what nobody does. */
export function Cardinality() {
  const [search, change] = useSearchState();
  const answer = usePrometheus<CardinalityJson>('status/cardinality', { params: { limit: ASKED }, every: 30_000 });
  const filter = search.get('filter') ?? '';
  const words = useDeferredValue(filter);
  const order = orderOf(search.get('sort'));
  const data = answer.data?.data;
  if (data === undefined) {
    return answer.isError ? (
      <ErrorNote what="The cardinality" error={answer.error} retry={() => void answer.refetch()} />
    ) : (
      <LoadingLine active />
    );
  }
  const { rows, matching } = listedMetrics(data, { words, order, most: SHOWN });
  return (
    <section className="cardinality" data-testid="cardinality">
      <div className="list-controls">
        <h2>Metrics</h2>
        <Segments
          label="Order"
          value={order}
          onChange={(next) => change({ sort: next === 'series' ? null : next }, 'push')}
          options={[
            { value: 'series', label: 'Most series' },
            { value: 'new', label: 'Most new series' },
            { value: 'unused', label: 'Not used', count: data.unused.metrics, state: 'warn' },
          ]}
        />
        <FilterInput
          value={filter}
          placeholder="Filter metrics"
          onChange={(text) => change({ filter: text === '' ? null : text })}
        />
      </div>
      {order === 'unused' ? <Unused data={data} /> : null}
      <MetricTable rows={rows} />
      {matching > rows.length ? <p className="quiet-line">{formatCount(matching - rows.length)} more.</p> : null}
    </section>
  );
}

function orderOf(text: string | null): MetricOrder {
  return text === 'new' || text === 'unused' ? text : 'series';
}

function MetricTable({ rows }: { readonly rows: readonly MetricShare[] }) {
  if (rows.length === 0) return <p className="quiet-line">No metric is like that.</p>;
  return (
    <div className="table-scroll">
      <table className="table">
        <thead>
          <tr>
            <th>Metric</th>
            <th className="number">Series</th>
            <th className="number">Share</th>
            <th className="number">New within the hour</th>
            <th>Used by</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, series, share, newPerHour, usedBy }) => (
            <tr key={name} data-testid="metric-row">
              <td className="mono">
                <Link href={queryUrl([`count({__name__=${quotedText(name)}})`], { tab: 'table' })}>{name}</Link>
              </td>
              <td className="number">{formatCount(series)}</td>
              <td className="number dim">{Math.round(share * 100)} %</td>
              <td className="number">{newPerHour === 0 ? '' : formatCount(newPerHour)}</td>
              <td className={usedBy.length === 0 ? 'dim' : ''}>
                {usedBy.length === 0 ? 'nothing' : usedBy.join(', ')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Unused({ data: { unused, usesSince } }: { readonly data: CardinalityJson }) {
  const [copied, setCopied] = useState(false);
  if (unused.metrics === 0) return <p className="quiet-line">Every metric is used by something.</p>;
  const copy = async () => {
    await navigator.clipboard.writeText(unused.rule);
    setCopied(true);
  };
  return (
    <div className="unused-metrics" data-testid="unused-metrics">
      <p>
        {formatCount(unused.metrics)} metrics with {formatCount(unused.series)} series are in no dashboard and no rule,
        and nobody has asked for them since {usesSince.slice(0, 16).replace('T', ' ')} UTC. This rule under{' '}
        <code>metric_relabel_configs</code> of their jobs drops{' '}
        {unused.top.length === unused.metrics ? 'them' : 'the largest'}:
      </p>
      <pre className="mono" data-testid="unused-rule">
        {unused.rule}
      </pre>
      <button type="button" className="button" onClick={() => void copy()}>
        <Icon name="copy" /> {copied ? 'Copied' : 'Copy the rule'}
      </button>
    </div>
  );
}
