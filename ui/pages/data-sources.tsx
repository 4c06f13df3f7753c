import '../sources/sources.css';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { queryClient } from '../api/query-client.ts';
import { Icon } from '../parts/icon.tsx';
import { ErrorNote, LoadingLine } from '../parts/states.tsx';
import { Toolbar } from '../parts/toolbar.tsx';
import type { SourceJson } from '../sources/source-draft.ts';
import { loadAllSources } from '../sources/sources-api.ts';

/** Where panels can get their data. */
export function DataSourcesPage() {
  const { data, error, isPending, refetch } = useQuery(
    {
      queryKey: ['sources'],
      queryFn: ({ signal }) => loadAllSources(signal),
    },
    queryClient,
  );
  return (
    <div className="sources" data-testid="sources">
      <Toolbar>
        <Link className="button" href="/datasources/new" data-testid="new-source">
          <Icon name="add" /> New data source
        </Link>
      </Toolbar>
      <LoadingLine active={isPending} />
      {error === null ? null : (
        <ErrorNote what="The data sources" error={error} retry={() => void refetch()} stale={data !== undefined} />
      )}
      {(data ?? []).map((source) => (
        <SourceLine key={source.uid} source={source} />
      ))}
    </div>
  );
}

function SourceLine({ source: { uid, name, type, url, isDefault, readOnly } }: { readonly source: SourceJson }) {
  return (
    <Link className="source-line" href={`/datasources/edit/${encodeURIComponent(uid)}`} data-testid="source-line">
      <b className="clip">{name}</b>
      <span className="dim">{type}</span>
      <span className="clip dim mono">{url === '' ? 'this server' : url}</span>
      <span className="source-badges">
        {isDefault ? <span className="badge">default</span> : null}
        {readOnly && url !== '' ? <span className="badge">from a file</span> : null}
      </span>
    </Link>
  );
}
