import { useMemo } from 'react';
import { Link } from 'wouter';
import { type AlertCounts, type AlertEntry, alertEntries, countAlerts } from '../alerts/alert-rows.ts';
import type { AlertJson } from '../api/alertmanager.ts';
import { useAlertmanager, usePrometheus, useVector } from '../api/answers.ts';
import type { LabelSet, RuleGroupJson, TargetsJson } from '../api/prometheus.ts';
import { agoText, parseDurationText } from '../format/duration.ts';
import { formatBytes, formatCount, formatShare, formatShort } from '../format/number.ts';
import { FailingNote } from '../home/failing-note.tsx';
import { FiringList, TargetList } from '../home/lists.tsx';
import {
  chooseMachine,
  type Machine,
  machineQueries,
  machinesOf,
  machinesParams,
  shortestMounts,
} from '../home/machine.ts';
import { MachineCharts } from '../home/machine-charts.tsx';
import { Stat } from '../home/tile.tsx';
import { withRateInterval } from '../parts/chart-query.ts';
import { ReloadNote } from '../parts/reload-note.tsx';
import { ErrorNote, LoadingLine } from '../parts/states.tsx';
import { TimeRangePicker } from '../parts/time-range-picker.tsx';
import { Toolbar } from '../parts/toolbar.tsx';
import { queryUrl } from '../query/query-url.ts';
import { useSearchState } from '../state/location.ts';
import { refreshMillis, useTimeRange } from '../state/time-range-state.ts';

/** This machine and this server at a glance. Everything on it leads to where it comes from. */
export function HomePage() {
  const tsdb = usePrometheus<{ headStats: { minTime: number } }>('status/tsdb', { params: { limit: 1 } });
  const started = tsdb.data?.data.headStats.minTime;
  // Decided once per visit: a range that grew by itself would redraw every chart.
  const from = useMemo(() => (started === undefined ? null : fittingRange(started, Date.now())), [started]);
  if (tsdb.isPending) return <LoadingLine active />;
  return <Overview from={from ?? 'now-1h'} />;
}

/** A server that is young gets a range that its graphs fill. */
function fittingRange(started: number, now: number): string {
  const age = started > 0 ? now - started : Number.POSITIVE_INFINITY;
  const ranges: readonly (readonly [number, string])[] = [
    [4, 'now-5m'],
    [13, 'now-15m'],
    [26, 'now-30m'],
  ];
  return ranges.find(([minutes]) => age < minutes * 60_000)?.[1] ?? 'now-1h';
}

function Overview({ from }: { readonly from: string }) {
  const time = useTimeRange({ from, to: 'now', refresh: '15s' });
  const every = refreshMillis(time.refresh) || false;
  const seen = usePrometheus<readonly LabelSet[]>('series', {
    params: machinesParams(time.resolve()),
    every,
    soonWhile: (series) => series.length === 0,
  });
  const machines = machinesOf(seen.data?.data ?? []);
  const targets = usePrometheus<TargetsJson>('targets', {
    params: { state: 'active' },
    every,
    soonWhile: ({ activeTargets }) =>
      activeTargets.length === 0 || activeTargets.some(({ health }) => health === 'unknown'),
  });
  const rules = usePrometheus<{ groups: readonly RuleGroupJson[] }>('rules', { params: { type: 'alert' }, every });
  const received = useAlertmanager<readonly AlertJson[]>('alerts', { every });
  const groups = rules.data?.data.groups;
  // Without Alertmanager's word all that fires would count, also what is silenced; without its answer it must.
  const entries = useMemo(
    () => (groups === undefined || received.isPending ? undefined : alertEntries(groups, received.data ?? [])),
    [groups, received.isPending, received.data],
  );
  const [search, change] = useSearchState();
  const live = useVector('node_uname_info', { every }).data;
  const answers = ({ instance }: Machine): boolean =>
    live?.some(({ metric }) => metric['instance'] === instance) ?? true;
  const machine = chooseMachine(machines, search.get('instance'), answers);
  const failed = [targets, rules].find(({ isError }) => isError);
  return (
    <div className="home" data-testid="home">
      <Toolbar>
        {machines.length > 1 ? (
          <select
            className="select"
            aria-label="Machine"
            data-testid="machine-choice"
            value={machine?.instance}
            onChange={(event) => change({ instance: event.target.value })}
          >
            {machines.map((one) => (
              <option key={`${one.job} ${one.instance}`} value={one.instance}>
                {one.name === one.instance ? one.name : `${one.name} (${one.instance})`}
                {answers(one) ? '' : ', no samples now'}
              </option>
            ))}
          </select>
        ) : null}
        <TimeRangePicker state={time} />
      </Toolbar>
      <LoadingLine active={targets.isFetching && targets.data === undefined} />
      {failed === undefined ? null : (
        <ErrorNote
          what="A part of this page"
          error={failed.error}
          stale={failed.data !== undefined}
          retry={() => void failed.refetch()}
        />
      )}
      <ReloadNote every={every} />
      <FailingNote every={every} />
      <div className="stats">
        <ServerStats targets={targets.data?.data} groups={groups} entries={entries} every={every} />
        {machine === undefined ? null : <MachineStats machine={machine} every={every} />}
      </div>
      {machine === undefined ? (
        <NoMachine targets={targets.data?.data} />
      ) : (
        <MachineCharts
          machine={machine}
          time={time}
          scrapeInterval={scrapeIntervalOf(targets.data?.data, machine)}
          lastScrape={lastScrapeOf(targets.data?.data, machine)}
        />
      )}
      <div className="home-lists">
        <FiringList entries={entries} hasRules={groups?.some(({ rules: own }) => own.length > 0) ?? false} />
        <TargetList targets={targets.data?.data} />
      </div>
    </div>
  );
}

function targetOf(targets: TargetsJson | undefined, { instance, job }: Machine) {
  return targets?.activeTargets.find(({ labels }) => labels['instance'] === instance && labels['job'] === job);
}

function scrapeIntervalOf(targets: TargetsJson | undefined, machine: Machine): number {
  return parseDurationText(targetOf(targets, machine)?.scrapeInterval ?? '') ?? 15_000;
}

function lastScrapeOf(targets: TargetsJson | undefined, machine: Machine): number | null {
  const last = Date.parse(targetOf(targets, machine)?.lastScrape ?? '');
  return Number.isFinite(last) && last > 0 ? last : null;
}

interface ServerStatsProps {
  readonly targets: TargetsJson | undefined;
  readonly groups: readonly RuleGroupJson[] | undefined;
  readonly entries: readonly AlertEntry[] | undefined;
  readonly every: number | false;
}

/** Between the last two scrapes: `rate` is low until the samples fill its window. */
const INGESTED = 'sum(irate(prometheus_tsdb_head_samples_appended_total[5m]))';
const SERIES = 'sum(prometheus_tsdb_head_series)';

function ServerStats({ targets, groups, entries, every }: ServerStatsProps) {
  const ingested = useFirst(INGESTED, every);
  const series = useFirst(SERIES, every);
  const active = targets?.activeTargets;
  const down = active?.filter(({ health }) => health === 'down').length ?? 0;
  const waiting = active?.filter(({ health }) => health === 'unknown').length ?? 0;
  const alerts = entries === undefined ? null : countAlerts(entries);
  return (
    <>
      <Stat
        title="Targets up"
        href={down > 0 ? '/targets?health=down' : '/targets'}
        value={active === undefined ? null : `${active.length - down - waiting} / ${active.length}`}
        detail={targetDetail(active?.length, { down, waiting })}
        {...(active === undefined ? {} : { state: down > 0 ? 'bad' : active.length > waiting ? 'good' : 'warn' })}
        testId="stat-targets"
      />
      <Stat
        title="Firing alerts"
        href="/alerts?state=firing"
        value={alerts === null ? null : formatCount(alerts.firing)}
        detail={alerts === null ? null : alertDetail(groups, alerts)}
        {...(alerts === null ? {} : { state: alerts.firing > 0 ? 'bad' : 'good' })}
        testId="stat-firing"
      />
      <Stat
        title="Samples per second"
        href={queryUrl([INGESTED], { tab: 'graph' })}
        value={ingested === null ? null : formatShort(ingested)}
        detail={ingested === null ? 'after two scrapes' : 'ingested'}
        testId="stat-ingested"
      />
      <Stat
        title="Series"
        href="/status?tab=tsdb"
        value={series === null ? null : formatCount(series)}
        detail="in the head"
        testId="stat-series"
      />
    </>
  );
}

function targetDetail(
  count: number | undefined,
  { down, waiting }: { readonly down: number; readonly waiting: number },
) {
  if (count === undefined) return null;
  if (down > 0) return `${down} down`;
  if (waiting > 0) return `${waiting} not scraped yet`;
  return count === 0 ? 'none yet' : 'all answer';
}

function alertDetail(groups: readonly RuleGroupJson[] | undefined, { pending, suppressed }: AlertCounts): string {
  const rest = [
    ...(pending > 0 ? [`${pending} pending`] : []),
    ...(suppressed > 0 ? [`${suppressed} suppressed`] : []),
  ];
  if (rest.length > 0) return rest.join(', ');
  return groups?.length === 0 ? 'no rules loaded' : 'none pending';
}

function MachineStats({ machine, every }: { readonly machine: Machine; readonly every: number | false }) {
  const queries = machineQueries(machine);
  const cpuNow = withRateInterval(queries.cpu, 15_000, 15_000);
  const cpu = useFirst(cpuNow, every);
  const cpus = useFirst(queries.cpuCount, every);
  const load = useFirst(queries.load, every);
  const memory = useFirst(queries.memoryShare, every);
  const total = useFirst(queries.memoryTotal, every);
  const uptime = useFirst(queries.uptime, every);
  const disks = shortestMounts(useVector(queries.diskShare, { every }).data ?? []);
  const fullest = disks.toSorted((a, b) => Number(b.value?.[1]) - Number(a.value?.[1]))[0];
  const fullestShare = fullest === undefined ? null : Number(fullest.value?.[1]);
  return (
    <>
      <Stat
        title="CPU"
        href={queryUrl([cpuNow], { tab: 'graph' })}
        value={cpu === null ? null : formatShare(cpu)}
        detail={
          cpu === null
            ? 'after two scrapes'
            : `${cpus === null ? '' : `of ${cpus} CPUs, `}${load === null ? '' : `load ${formatShort(load)}`}`
        }
        {...shareState(cpu, 0.9)}
        testId="stat-cpu"
      />
      <Stat
        title="Memory"
        href={queryUrl([queries.memoryShare], { tab: 'graph' })}
        value={memory === null ? null : formatShare(memory)}
        detail={total === null ? null : `of ${formatBytes(total)}`}
        {...shareState(memory, 0.85)}
        testId="stat-memory"
      />
      <Stat
        title="Fullest disk"
        href={queryUrl([queries.diskShare], { tab: 'graph' })}
        value={fullestShare === null ? null : formatShare(fullestShare)}
        detail={fullest?.metric['mountpoint'] ?? 'no file system seen'}
        {...shareState(fullestShare, 0.8)}
        testId="stat-disk"
      />
      <Stat
        title={machine.name}
        href={queryUrl([queries.uptime], { tab: 'graph' })}
        value={uptime === null ? null : agoText(Date.now() - uptime * 1000, Date.now()).replace(' ago', '')}
        detail="since it booted"
        testId="stat-uptime"
      />
    </>
  );
}

function shareState(share: number | null, warn: number): { state?: 'warn' | 'bad' } {
  if (share === null || share < warn) return {};
  return { state: share < (1 + warn) / 2 ? 'warn' : 'bad' };
}

/** The value of a query with one result, or null while there is none. */
function useFirst(query: string, every: number | false): number | null {
  const value = Number(useVector(query, { every }).data?.[0]?.value?.[1] ?? Number.NaN);
  return Number.isFinite(value) ? value : null;
}

function NoMachine({ targets }: { readonly targets: TargetsJson | undefined }) {
  if (targets === undefined) return null;
  const waiting = targets.activeTargets.every(({ health }) => health === 'unknown');
  return (
    <div className="note-box" data-testid="no-machine">
      <b>{waiting ? 'Waiting for the first scrape.' : 'No machine shows itself here.'}</b>
      {waiting ? (
        <p>
          The server has just started or has no targets. <Link href="/targets">See the targets</Link>.
        </p>
      ) : (
        <p>
          Nothing scraped has <span className="mono">node_uname_info</span>. Add a target that speaks node_exporter's
          metrics to <span className="mono">scrape_configs</span>. <Link href="/targets">See the targets</Link>.
        </p>
      )}
    </div>
  );
}
