import '../dashboard/dashboard.css';
import '../library/library.css';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import { Link } from 'wouter';
import { queryClient } from '../api/query-client.ts';
import { type DashboardHit, dashboardFaults, searchDashboards } from '../dashboard/search-dashboards.ts';
import { createFolder, loadUses, type UsesLine } from '../library/library-api.ts';
import { recentDashboards } from '../library/recents.ts';
import { FilterInput } from '../parts/filter-input.tsx';
import { Icon } from '../parts/icon.tsx';
import { EmptyNote, ErrorNote, LoadingLine } from '../parts/states.tsx';
import { containsWords } from '../parts/text-match.ts';
import { Toolbar } from '../parts/toolbar.tsx';
import { useSearchState } from '../state/location.ts';
import type { PageProps } from './page-props.ts';

/** All dashboards by folder, found by title, tags, panels and metrics; and the files that are none. */
export function DashboardsPage({ params }: PageProps) {
  const folder = params['folder'] ?? null;
  const [search, change] = useSearchState();
  const filter = search.get('filter') ?? '';
  const tag = search.get('tag');
  const starred = search.get('starred') !== null;
  const query = useDeferredValue(filter.trim());
  const found = useQuery(
    {
      queryKey: ['dashboards', query],
      queryFn: ({ signal }) => searchDashboards(signal, query),
      placeholderData: keepPreviousData,
      refetchInterval: 30_000,
    },
    queryClient,
  );
  const uses = useQuery(
    {
      queryKey: ['dashboards', 'uses', query],
      queryFn: ({ signal }) => loadUses(query, signal),
      enabled: query.length > 2,
    },
    queryClient,
  );
  const faults = useQuery(
    { queryKey: ['dashboard-faults'], queryFn: ({ signal }) => dashboardFaults(signal) },
    queryClient,
  );
  const shown = (found.data ?? []).filter((hit) => {
    const { tags, isStarred, folderUid } = hit;
    return (tag === null || tags.includes(tag)) && (!starred || isStarred) && (folder === null || folderUid === folder);
  });
  const narrowed = filter !== '' || tag !== null || starred || folder !== null;
  const folders = [...new Set(shown.map(({ folderTitle }) => folderTitle))].sort();
  return (
    <div className="dashboards" data-testid="dashboards">
      <Toolbar>
        <FilterInput
          value={filter}
          placeholder="Title, tag, panel or metric"
          onChange={(text) => change({ filter: text === '' ? null : text })}
        />
        <button
          type="button"
          className={starred ? 'button icon quiet starred' : 'button icon quiet'}
          aria-pressed={starred}
          aria-label="Starred only"
          title="Starred only"
          onClick={() => change({ starred: starred ? null : '1' }, 'push')}
          data-testid="starred-only"
        >
          <Icon name="star" />
        </button>
        <Link className="button wide-only" href="/dashboards/import" data-testid="import-link">
          Import
        </Link>
        <Link className="button wide-only" href="/datasources" data-testid="sources-link">
          Data sources
        </Link>
        <NewFolder />
      </Toolbar>
      <LoadingLine active={found.isPending} />
      {found.isError ? (
        <ErrorNote
          what="The dashboards"
          error={found.error}
          retry={() => void found.refetch()}
          stale={shown.length > 0}
        />
      ) : null}
      {folder === null && tag === null ? null : (
        <p className="list-controls">
          {folder === null ? null : (
            <>
              In the folder <b>{shown[0]?.folderTitle ?? folder}</b>
            </>
          )}
          {tag === null ? null : (
            <>
              Tagged <b>{tag}</b>
            </>
          )}
          {folder === null ? (
            <button type="button" className="button" onClick={() => change({ tag: null }, 'push')}>
              Show all
            </button>
          ) : (
            <Link className="button" href="/dashboards">
              Show all
            </Link>
          )}
        </p>
      )}
      {narrowed ? null : <Recents known={found.data ?? []} />}
      {found.data !== undefined && shown.length === 0 ? <NothingFound narrowed={narrowed} /> : null}
      {folders.map((title) => (
        <section key={title} className="dashboards-folder">
          {title === '' ? null : <h2>{title}</h2>}
          {shown
            .filter(({ folderTitle }) => folderTitle === title)
            .map((hit) => (
              <DashboardLine
                key={hit.uid}
                hit={hit}
                uses={usesOf(hit, query, uses.data)}
                choose={(chosen) => change({ tag: chosen }, 'push')}
              />
            ))}
        </section>
      ))}
      {(faults.data ?? []).length === 0 ? null : (
        <section className="dashboards-folder" data-testid="dashboard-faults">
          <h2>Files that are not shown</h2>
          {faults.data?.map(({ path, message }) => (
            <p key={`${path} ${message}`} className="dashboards-fault">
              <span className="mono">{path}</span> {message}
            </p>
          ))}
        </section>
      )}
    </div>
  );
}

function NothingFound({ narrowed }: { readonly narrowed: boolean }) {
  if (narrowed) {
    return (
      <EmptyNote title="No dashboard matches">
        All words must stand in the title, the tags, the panels, their queries or the folder.
      </EmptyNote>
    );
  }
  return (
    <EmptyNote title="No dashboards">
      Import one, or put Grafana dashboards as JSON files into the folder of --dashboards.path; they appear here at
      once.
    </EmptyNote>
  );
}

/** Why a dashboard was found when its title does not say it: the queries that hold the text. */
function usesOf({ uid, title }: DashboardHit, query: string, all: readonly UsesLine[] | undefined): UsesLine['uses'] {
  if (query === '' || containsWords(query, title)) return [];
  return all?.find((line) => line.uid === uid)?.uses ?? [];
}

function Recents({ known }: { readonly known: readonly DashboardHit[] }) {
  const titles = new Map(known.map(({ uid, title }) => [uid, title]));
  const recent = recentDashboards().filter(({ uid }) => titles.has(uid));
  if (recent.length === 0) return null;
  return (
    <p className="library-chips" data-testid="recents">
      <span className="dim">Recent</span>
      {recent.map(({ uid }) => (
        <Link key={uid} href={`/d/${encodeURIComponent(uid)}`}>
          {titles.get(uid)}
        </Link>
      ))}
    </p>
  );
}

function NewFolder() {
  const make = async () => {
    const title = window.prompt('Title of the new folder')?.trim() ?? '';
    if (title === '') return;
    try {
      await createFolder(title);
      await queryClient.invalidateQueries({ queryKey: ['folders'] });
    } catch (error) {
      window.alert(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <button type="button" className="button wide-only" onClick={() => void make()}>
      New folder
    </button>
  );
}

/** Queries that are named below a dashboard that was found by them. */
const SHOWN_USES = 3;

interface DashboardLineProps {
  readonly hit: DashboardHit;
  readonly uses: UsesLine['uses'];
  readonly choose: (tag: string) => void;
}

function DashboardLine({ hit: { uid, title, tags, isStarred }, uses, choose }: DashboardLineProps) {
  const path = `/d/${encodeURIComponent(uid)}`;
  return (
    <>
      <div className="dashboards-line" data-testid="dashboard-line">
        <Link href={path} className="clip">
          {title}
        </Link>
        {isStarred ? (
          <span className="button icon quiet starred">
            <Icon name="star" />
          </span>
        ) : null}
        <span className="chips">
          {tags.map((tag) => (
            <button type="button" key={tag} className="chip" onClick={() => choose(tag)}>
              {tag}
            </button>
          ))}
        </span>
      </div>
      {uses.length === 0 ? null : (
        <ul className="library-uses" data-testid="uses">
          {uses.slice(0, SHOWN_USES).map(({ panelId, title: panel, expr }) => (
            <li key={`${panelId} ${expr}`}>
              <Link href={panelId === 0 ? path : `${path}?viewPanel=${panelId}`}>
                {panel === '' ? `Panel ${panelId}` : panel}
              </Link>
              <span className="mono clip dim">{expr}</span>
            </li>
          ))}
          {uses.length > SHOWN_USES ? <li className="dim">and {uses.length - SHOWN_USES} more</li> : null}
        </ul>
      )}
    </>
  );
}
