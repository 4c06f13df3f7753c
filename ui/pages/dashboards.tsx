import '../dashboard/dashboard.css';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { type DashboardHit, dashboardFaults, searchDashboards } from '../dashboard/search-dashboards.ts';
import { FilterInput } from '../parts/filter-input.tsx';
import { EmptyNote, ErrorNote, LoadingLine } from '../parts/states.tsx';
import { containsWords } from '../parts/text-match.ts';
import { Toolbar } from '../parts/toolbar.tsx';
import { useSearchState } from '../state/location.ts';

/** All dashboards by folder, and the files that are none. */
export function DashboardsPage() {
  const [search, change] = useSearchState();
  const filter = search.get('filter') ?? '';
  const tag = search.get('tag');
  const found = useQuery({
    queryKey: ['dashboards'],
    queryFn: ({ signal }) => searchDashboards(signal),
    refetchInterval: 30_000,
  });
  const faults = useQuery({ queryKey: ['dashboard-faults'], queryFn: ({ signal }) => dashboardFaults(signal) });
  const all = found.data ?? [];
  const shown = all.filter(({ title, tags, folderTitle }) => {
    return (tag === null || tags.includes(tag)) && containsWords(filter, [title, folderTitle, ...tags].join(' '));
  });
  const folders = [...new Set(shown.map(({ folderTitle }) => folderTitle))].sort();
  return (
    <div className="dashboards" data-testid="dashboards">
      <Toolbar>
        <FilterInput
          value={filter}
          placeholder="Filter dashboards"
          onChange={(text) => change({ filter: text === '' ? null : text })}
        />
      </Toolbar>
      <LoadingLine active={found.isPending} />
      {found.isError ? (
        <ErrorNote
          what="The dashboards"
          error={found.error}
          retry={() => void found.refetch()}
          stale={all.length > 0}
        />
      ) : null}
      {tag === null ? null : (
        <p className="list-controls">
          Tagged <b>{tag}</b>
          <button type="button" className="button" onClick={() => change({ tag: null }, 'push')}>
            Show all
          </button>
        </p>
      )}
      {found.data !== undefined && shown.length === 0 ? (
        <EmptyNote title={all.length === 0 ? 'No dashboards' : 'No dashboard matches'}>
          {all.length === 0
            ? 'Put Grafana dashboards as JSON files into the folder of --dashboards.path; they appear here at once.'
            : 'All words must stand in the title, the folder or the tags.'}
        </EmptyNote>
      ) : null}
      {folders.map((folder) => (
        <section key={folder} className="dashboards-folder">
          {folder === '' ? null : <h2>{folder}</h2>}
          {shown
            .filter(({ folderTitle }) => folderTitle === folder)
            .map((hit) => (
              <DashboardLine key={hit.uid} hit={hit} choose={(chosen) => change({ tag: chosen }, 'push')} />
            ))}
        </section>
      ))}
      {(faults.data ?? []).length === 0 ? null : (
        <section className="dashboards-folder" data-testid="dashboard-faults">
          <h2>Files that are no dashboards</h2>
          {faults.data?.map(({ path, message }) => (
            <p key={path} className="dashboards-fault">
              <span className="mono">{path}</span> {message}
            </p>
          ))}
        </section>
      )}
    </div>
  );
}

function DashboardLine({
  hit: { uid, title, tags },
  choose,
}: {
  readonly hit: DashboardHit;
  readonly choose: (tag: string) => void;
}) {
  return (
    <div className="dashboards-line" data-testid="dashboard-line">
      <Link href={`/d/${encodeURIComponent(uid)}`} className="clip">
        {title}
      </Link>
      <span className="chips">
        {tags.map((tag) => (
          <button type="button" key={tag} className="chip" onClick={() => choose(tag)}>
            {tag}
          </button>
        ))}
      </span>
    </div>
  );
}
