import '../sources/sources.css';
import { useQuery } from '@tanstack/react-query';
import { queryClient } from '../api/query-client.ts';
import { RequestError } from '../api/server.ts';
import { EmptyNote, ErrorNote, LoadingLine } from '../parts/states.tsx';
import { draftOf, NEW_DRAFT } from '../sources/source-draft.ts';
import { SourceForm } from '../sources/source-form.tsx';
import { loadSource } from '../sources/sources-api.ts';
import type { PageProps } from './page-props.ts';

/** One data source, by the uid in its path, or a new one. */
export function DataSourcePage({ params }: PageProps) {
  const { uid } = params;
  const { data, error, isPending, refetch } = useQuery(
    {
      queryKey: ['source', uid],
      queryFn: ({ signal }) => loadSource(uid!, signal),
      enabled: uid !== undefined,
      refetchOnWindowFocus: false,
    },
    queryClient,
  );
  if (uid === undefined) return <SourceForm before={null} initial={NEW_DRAFT} />;
  if (error instanceof RequestError && error.status === 404) {
    return (
      <EmptyNote title="There is no such data source">
        None has the uid <span className="mono">{uid}</span>.
      </EmptyNote>
    );
  }
  return (
    <>
      <LoadingLine active={isPending} />
      {error === null ? null : <ErrorNote what="The data source" error={error} retry={() => void refetch()} />}
      {data === undefined ? null : (
        <SourceForm key={`${data.uid} ${data.version}`} before={data} initial={draftOf(data)} />
      )}
    </>
  );
}
