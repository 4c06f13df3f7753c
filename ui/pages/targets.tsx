import { useDeferredValue, useMemo, useState } from 'react';
import { Link } from 'wouter';
import { usePrometheus } from '../api/answers.ts';
import type { DiscoveryJson, Health, TargetsJson } from '../api/prometheus.ts';
import { FilterInput } from '../parts/filter-input.tsx';
import { Icon } from '../parts/icon.tsx';
import { Segments } from '../parts/segments.tsx';
import { EmptyNote, ErrorNote, LoadingLine } from '../parts/states.tsx';
import { Toolbar } from '../parts/toolbar.tsx';
import { VirtualList } from '../parts/virtual-list.tsx';
import { useSearchState } from '../state/location.ts';
import { GrowingLabels } from '../targets/growing-labels.tsx';
import { quietJobs } from '../targets/quiet-jobs.ts';
import { QuietJobsList } from '../targets/quiet-jobs-list.tsx';
import { relabelUrl } from '../targets/relabel-url.ts';
import { DroppedLine, TargetLine } from '../targets/target-line.tsx';
import { countTargets, type PoolCounts, type PoolRow, targetRows } from '../targets/target-rows.ts';

const NONE: TargetsJson = { activeTargets: [], droppedTargets: [], droppedTargetCounts: {} };

/** What is scraped, by scrape pool, with service discovery's labels and what it dropped. */
export function TargetsPage() {
  const targets = usePrometheus<TargetsJson>('targets', { every: 10_000 });
  const discovery = usePrometheus<{ discovery: readonly DiscoveryJson[] }>('status/discovery', { every: 10_000 });
  const configured = usePrometheus<{ scrapePools: readonly string[] }>('scrape_pools', { every: 10_000 });
  const [search, change] = useSearchState();
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const health = healthOf(search.get('health'));
  const pool = search.get('pool');
  const filter = search.get('filter') ?? '';
  const words = useDeferredValue(filter);
  const data = targets.data?.data ?? NONE;
  const rows = useMemo(() => targetRows(data, { health, pool, words, closed }), [data, health, pool, words, closed]);
  const counts = useMemo(() => countTargets(data), [data]);
  const pools = useMemo(() => poolNames(data), [data]);
  const jobs = configured.data?.data.scrapePools;
  const discoveries = discovery.data?.data.discovery;
  const quiet = useMemo(
    () => (targets.data && jobs && discoveries ? quietJobs({ jobs, discoveries, targets: data }) : []),
    [targets.data, jobs, discoveries, data],
  );
  const now = targets.dataUpdatedAt || Date.now();
  const total = counts.up + counts.down + counts.unknown;
  return (
    <div data-testid="targets">
      <Toolbar>
        <FilterInput
          value={filter}
          placeholder="Filter targets"
          onChange={(text) => change({ filter: text === '' ? null : text })}
        />
      </Toolbar>
      <LoadingLine active={targets.isPending} />
      <div className="list-controls">
        <Segments
          label="Health"
          value={health}
          onChange={(next) => change({ health: next === 'all' ? null : next }, 'push')}
          options={[
            { value: 'all', label: 'All', count: total },
            { value: 'up', label: 'Up', count: counts.up, state: 'good' },
            { value: 'down', label: 'Down', count: counts.down, state: 'bad' },
            { value: 'unknown', label: 'Not scraped yet', count: counts.unknown },
            { value: 'dropped', label: 'Dropped', count: counts.dropped },
          ]}
        />
        <select
          className="select"
          aria-label="Scrape pool"
          data-testid="pool"
          value={pool ?? ''}
          onChange={(event) => change({ pool: event.target.value === '' ? null : event.target.value }, 'push')}
        >
          <option value="">All pools ({pools.length})</option>
          {pools.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
        <Link className="list-controls-end" href={pool === null ? '/targets/relabel' : relabelUrl(pool, {})}>
          Try relabelling rules
        </Link>
      </div>
      {targets.isError ? (
        <ErrorNote
          what="The targets"
          error={targets.error}
          stale={targets.data !== undefined}
          retry={() => void targets.refetch()}
        />
      ) : null}
      <QuietJobsList jobs={quiet.filter(({ job }) => pool === null || job === pool)} now={now} />
      {targets.data !== undefined && rows.length === 0 ? (
        <NoTargets
          why={emptiness({ counts, total, jobs: jobs?.length ?? 0, health })}
          clear={() => change({ filter: null, health: null, pool: null })}
        />
      ) : null}
      <VirtualList items={rows} keyOf={({ key }) => key} estimate={31}>
        {(row) => {
          if (row.kind === 'pool') {
            return (
              <PoolHead row={row} open={!closed.has(row.pool)} toggle={() => setClosed(toggled(closed, row.pool))} />
            );
          }
          const toggle = (): void => setOpen(toggled(open, row.key));
          return row.kind === 'dropped' ? (
            <DroppedLine target={row.target} open={open.has(row.key)} toggle={toggle} />
          ) : (
            <TargetLine target={row.target} now={now} open={open.has(row.key)} toggle={toggle} />
          );
        }}
      </VirtualList>
    </div>
  );
}

function PoolHead({ row: { pool, counts, growth }, open, toggle }: PoolHeadProps) {
  return (
    <>
      <div className="group-line">
        <button type="button" className="group-head" aria-expanded={open} onClick={toggle} data-testid="pool-head">
          <span className={open ? 'turn open' : 'turn'}>
            <Icon name="right" />
          </span>
          <b className="clip">{pool}</b>
          <Counts counts={counts} />
        </button>
        <Link href={`/job/${encodeURIComponent(pool)}`} data-testid="job-dashboard">
          Dashboard
        </Link>
      </div>
      <GrowingLabels growth={growth} />
    </>
  );
}

interface PoolHeadProps {
  readonly row: PoolRow;
  readonly open: boolean;
  readonly toggle: () => void;
}

function healthOf(text: string | null): Health | 'dropped' | 'all' {
  return text === 'up' || text === 'down' || text === 'unknown' || text === 'dropped' ? text : 'all';
}

function poolNames({ activeTargets, droppedTargetCounts }: TargetsJson): string[] {
  return [
    ...new Set([...activeTargets.map(({ scrapePool }) => scrapePool), ...Object.keys(droppedTargetCounts ?? {})]),
  ].sort();
}

function toggled(set: ReadonlySet<string>, one: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(one)) next.add(one);
  return next;
}

function Counts({ counts: { up, down, unknown, dropped } }: { readonly counts: PoolCounts }) {
  return (
    <span className="group-counts">
      <span className={down > 0 ? 'bad' : 'dim'}>
        {up} of {up + down + unknown} up
      </span>
      {unknown > 0 ? <span className="dim">{unknown} not scraped yet</span> : null}
      {dropped > 0 ? <span className="dim">{dropped} dropped</span> : null}
    </span>
  );
}

type Emptiness = 'no job' | 'none found' | 'all dropped' | 'no dropped one' | 'filtered';

function emptiness(known: {
  readonly counts: PoolCounts;
  readonly total: number;
  readonly jobs: number;
  readonly health: Health | 'dropped' | 'all';
}): Emptiness {
  const { counts, total, jobs, health } = known;
  if (total + counts.dropped === 0) return jobs === 0 ? 'no job' : 'none found';
  if (health === 'dropped') return 'no dropped one';
  return total === 0 ? 'all dropped' : 'filtered';
}

function NoTargets({ why, clear }: { readonly why: Emptiness; readonly clear: () => void }) {
  switch (why) {
    case 'no job':
      return (
        <EmptyNote title="There are no targets">
          Add some under <span className="mono">scrape_configs</span> in the configuration and reload. Discovered
          targets appear within seconds.
        </EmptyNote>
      );
    case 'none found':
      return <EmptyNote title="No job has a target">What keeps each of them without stands above.</EmptyNote>;
    case 'all dropped':
      return (
        <EmptyNote title="Relabelling dropped all targets">
          Choose <b>Dropped</b> above to see what discovery said of them, and compare it with the{' '}
          <span className="mono">relabel_configs</span> of their jobs.
        </EmptyNote>
      );
    case 'no dropped one':
      return (
        <EmptyNote title="No dropped target is listed">
          Either relabelling drops none, or the server keeps none of them:{' '}
          <span className="mono">keep_dropped_targets</span> sets how many.
        </EmptyNote>
      );
    default:
      return (
        <EmptyNote title="No target matches">
          <button type="button" className="button" onClick={clear}>
            Show all
          </button>
        </EmptyNote>
      );
  }
}
