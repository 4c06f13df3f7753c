import { useQuery } from '@tanstack/react-query';
import { queryClient } from '../api/query-client.ts';
import { Icon } from '../parts/icon.tsx';
import type { TraceDraft } from './source-draft.ts';
import { loadAllSources } from './sources-api.ts';

export interface TraceFieldsProps {
  readonly traces: readonly TraceDraft[];
  readonly change: (traces: readonly TraceDraft[]) => void;
}

const OTHER_KINDS: readonly string[] = ['prometheus', 'alertmanager'];

/** Where the labels of exemplars lead: an address with `${__value.raw}` for the id, or a data source of traces. */
export function TraceFields({ traces, change }: TraceFieldsProps) {
  const { data = [] } = useQuery(
    { queryKey: ['sources'], queryFn: ({ signal }) => loadAllSources(signal) },
    queryClient,
  );
  const keepers = data.filter(({ type }) => !OTHER_KINDS.includes(type));
  const replace = (at: number, fields: Partial<TraceDraft>): void =>
    change(traces.map((one, i) => (i === at ? { ...one, ...fields } : one)));
  return (
    <>
      <h2>Traces of exemplars</h2>
      {traces.map(({ label, url, sourceUid, title }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a link is its place while it is typed
        <div key={i} className="source-trace">
          <label className="field">
            Label
            <input
              className="input mono"
              value={label}
              placeholder="trace_id"
              onChange={(event) => replace(i, { label: event.target.value })}
              data-testid="source-trace-label"
            />
          </label>
          <label className="field">
            Leads to
            <select
              className="select"
              value={sourceUid}
              onChange={(event) => replace(i, { sourceUid: event.target.value })}
            >
              <option value="">an address</option>
              {keepers.map((source) => (
                <option key={source.uid} value={source.uid}>
                  {source.name}
                </option>
              ))}
            </select>
          </label>
          {sourceUid === '' ? (
            <label className="field">
              Address
              <input
                className="input mono"
                value={url}
                placeholder="http://jaeger:16686/trace/${__value.raw}"
                onChange={(event) => replace(i, { url: event.target.value })}
                data-testid="source-trace-url"
              />
            </label>
          ) : null}
          <label className="field">
            Called
            <input
              className="input"
              value={title}
              placeholder="Open the trace"
              onChange={(event) => replace(i, { title: event.target.value })}
            />
          </label>
          <button
            type="button"
            className="button icon quiet"
            aria-label={`Remove the link of ${label}`}
            onClick={() => change(traces.filter((_one, at) => at !== i))}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
      <button
        type="button"
        className="button quiet"
        onClick={() => change([...traces, { label: 'trace_id', url: '', sourceUid: '', title: '' }])}
        data-testid="source-add-trace"
      >
        <Icon name="add" /> Link
      </button>
    </>
  );
}
