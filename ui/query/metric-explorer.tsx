import { useState } from 'react';
import { usePrometheus } from '../api/answers.ts';
import type { MetadataEntry } from '../api/prometheus.ts';
import { labelNameText, quotedText } from '../format/label-text.ts';
import { Dialog } from '../parts/dialog.tsx';
import { EmptyNote, ErrorNote, LoadingLine } from '../parts/states.tsx';
import { matchRank } from '../parts/text-match.ts';
import { VirtualBox } from '../parts/virtual-list.tsx';

export interface MetricExplorerProps {
  readonly close: () => void;
  /** Takes the chosen expression. */
  readonly insert: (expr: string) => void;
}

interface Metric {
  readonly name: string;
  readonly type: string;
  readonly help: string;
}

/** All metric names with their type and help, and the labels of one. */
export function MetricExplorer({ close, insert }: MetricExplorerProps) {
  const names = usePrometheus<readonly string[]>('label/__name__/values');
  const metadata = usePrometheus<Readonly<Record<string, readonly MetadataEntry[]>>>('metadata', {
    params: { limit_per_metric: 1 },
  });
  const [search, setSearch] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const metrics = (names.data?.data ?? []).map((name): Metric => describe(name, metadata.data?.data ?? {}));
  const found = filterMetrics(metrics, search);
  return (
    <Dialog title="Metrics" close={close} wide testId="metric-explorer">
      <LoadingLine active={names.isFetching} />
      <div className="explorer-search">
        <input
          className="input"
          autoFocus
          placeholder="Search names and descriptions"
          aria-label="Search metrics"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          data-testid="metric-search"
        />
        <span className="dim">
          {found.length} of {metrics.length}
        </span>
      </div>
      {names.isError ? (
        <ErrorNote what="The metric names" error={names.error} retry={() => void names.refetch()} />
      ) : null}
      {names.data !== undefined && metrics.length === 0 ? (
        <EmptyNote title="No metrics yet">
          They appear with the first scrape. See the targets page for what is scraped.
        </EmptyNote>
      ) : null}
      {metrics.length > 0 && found.length === 0 ? <EmptyNote title={`No metric contains “${search}”`} /> : null}
      <div className="explorer">
        <VirtualBox items={found} keyOf={({ name }) => name} estimate={44} className="explorer-list">
          {({ name, type, help }) => (
            <button
              type="button"
              className={name === chosen ? 'explorer-row chosen' : 'explorer-row'}
              onClick={() => setChosen(name)}
              onDoubleClick={() => insert(name)}
              data-testid="metric-row"
            >
              <span className="explorer-name">
                <b className="mono">{name}</b>
                {type === '' ? null : <span className="badge">{type}</span>}
              </span>
              <span className="dim clip">{help === '' ? 'No description is exposed.' : help}</span>
            </button>
          )}
        </VirtualBox>
        {chosen === null ? null : (
          <MetricDetails metric={describe(chosen, metadata.data?.data ?? {})} insert={insert} />
        )}
      </div>
    </Dialog>
  );
}

/** Histograms and summaries are described under the name without their suffix. */
function describe(name: string, metadata: Readonly<Record<string, readonly MetadataEntry[]>>): Metric {
  const base = name.replace(/_(bucket|count|sum|total)$/, '');
  const entry = metadata[name]?.[0] ?? metadata[base]?.[0];
  return { name, type: entry?.type ?? '', help: entry?.help ?? '' };
}

function filterMetrics(metrics: readonly Metric[], search: string): readonly Metric[] {
  if (search.trim() === '') return metrics;
  return metrics
    .map((metric) => ({
      metric,
      rank: matchRank(search, metric.name) ?? (matchRank(search, metric.help) === 0 ? 9 : null),
    }))
    .filter((one): one is { metric: Metric; rank: number } => one.rank !== null)
    .sort((a, b) => a.rank - b.rank)
    .map(({ metric }) => metric);
}

function MetricDetails({
  metric: { name, type, help },
  insert,
}: {
  readonly metric: Metric;
  readonly insert: (expr: string) => void;
}) {
  const selector = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name) ? name : `{${quotedText(name)}}`;
  const labels = usePrometheus<readonly string[]>('labels', { params: { 'match[]': selector } });
  const [label, setLabel] = useState<string | null>(null);
  const values = usePrometheus<readonly string[]>(`label/${encodeURIComponent(label ?? 'job')}/values`, {
    params: { 'match[]': selector },
    enabled: label !== null,
  });
  const rate = type === 'counter' || /_(total|count|sum)$/.test(name) ? `rate(${selector}[5m])` : null;
  const quantile = /_bucket$/.test(name) ? `histogram_quantile(0.95, sum by (le) (rate(${selector}[5m])))` : null;
  return (
    <aside className="explorer-details" data-testid="metric-details">
      <h3 className="mono">{name}</h3>
      <p className="dim">{help}</p>
      <div className="explorer-inserts">
        {[selector, rate, quantile]
          .filter((expr) => expr !== null)
          .map((expr) => (
            <button type="button" key={expr} className="button mono" onClick={() => insert(expr)}>
              <span className="clip">{expr}</span>
            </button>
          ))}
      </div>
      <h3>Labels</h3>
      <div className="explorer-labels">
        {(labels.data?.data ?? [])
          .filter((one) => one !== '__name__')
          .map((one) => (
            <button
              type="button"
              key={one}
              className="segment mono"
              aria-pressed={one === label}
              onClick={() => setLabel(one === label ? null : one)}
            >
              {one}
            </button>
          ))}
      </div>
      {label === null ? null : (
        <div className="explorer-values">
          {(values.data?.data ?? []).slice(0, 500).map((value) => (
            <button
              type="button"
              key={value}
              className="row mono"
              onClick={() => insert(withMatcher(selector, `${labelNameText(label)}=${quotedText(value)}`))}
            >
              <span className="clip">{value}</span>
            </button>
          ))}
        </div>
      )}
    </aside>
  );
}

function withMatcher(selector: string, matcher: string): string {
  return selector.endsWith('}') ? `${selector.slice(0, -1)}, ${matcher}}` : `${selector}{${matcher}}`;
}
