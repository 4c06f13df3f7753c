import { useMemo } from 'react';
import type { Millis } from '#model/time';
import { useVector } from '../api/answers.ts';
import { formatByteRate, formatBytes, formatShare, formatShort } from '../format/number.ts';
import type { ChartAxis } from '../parts/chart-options.ts';
import type { ChartQuery } from '../parts/chart-query.ts';
import { withRateInterval } from '../parts/chart-query.ts';
import { QueryChart } from '../parts/query-chart.tsx';
import type { TimeRangeState } from '../state/time-range-state.ts';
import { byLabel, cpuModeStyle, type Machine, machineQueries, shortestMounts } from './machine.ts';
import { Tile } from './tile.tsx';

export interface MachineChartsProps {
  readonly machine: Machine;
  readonly time: TimeRangeState;
  readonly scrapeInterval: Millis;
  /** Null while none is known of. */
  readonly lastScrape: Millis | null;
}

interface ChartTile {
  readonly id: string;
  readonly title: string;
  readonly queries: readonly ChartQuery[];
  readonly axis: ChartAxis;
}

const SHARE: ChartAxis = { id: 'share', format: formatShare, softMin: 0, softMax: 1, max: 1 };
const BYTES: ChartAxis = { id: 'bytes', format: formatBytes, softMin: 0, binary: true };
const BYTE_RATE: ChartAxis = { id: 'byte-rate', format: (value) => formatByteRate(Math.abs(value)), binary: true };
const NUMBER: ChartAxis = { id: 'number', format: formatShort, softMin: 0 };

/** The live graphs of one machine. */
export function MachineCharts({ machine, time, scrapeInterval, lastScrape }: MachineChartsProps) {
  const { instance, job, name } = machine;
  // The machine is another object after every answer; what it is called stays.
  const tiles = useMemo(() => chartTiles({ instance, job, name }), [instance, job, name]);
  return (
    <div className="tiles" data-testid="machine">
      {tiles.map(({ id, title, queries, axis }) => (
        <Tile
          key={id}
          title={title}
          testId={`tile-${id}`}
          expressions={queries.map(({ expr }) => withRateInterval(expr, scrapeInterval, scrapeInterval))}
        >
          <QueryChart
            key={`${machine.job} ${machine.instance}`}
            queries={queries}
            time={time}
            scrapeInterval={scrapeInterval}
            options={{ axes: [axis], crosshair: 'home', onZoom: time.zoom, onZoomOut: time.zoomOut }}
            empty={<Collecting lastScrape={lastScrape} scrapeInterval={scrapeInterval} />}
          />
        </Tile>
      ))}
      <DiskSpace machine={machine} time={time} />
    </div>
  );
}

function chartTiles(machine: Machine): ChartTile[] {
  const queries = machineQueries(machine);
  const area = { fill: 0.14 };
  return [
    {
      id: 'cpu',
      title: 'CPU',
      axis: SHARE,
      queries: [{ expr: queries.cpuModes, name: byLabel('mode'), style: cpuModeStyle }],
    },
    {
      id: 'memory',
      title: 'Memory',
      axis: BYTES,
      queries: [
        { expr: queries.memoryUsed, name: () => 'used', style: { color: '#3f8ee8', fill: 0.55, stack: 'memory' } },
        { expr: queries.memoryCached, name: () => 'cache', style: { color: '#5f7fbf', fill: 0.2, stack: 'memory' } },
        { expr: queries.memoryTotal, name: () => 'total', style: { color: '#888f9b', dash: [4, 4] } },
        { expr: `${queries.swapUsed} > 0`, name: () => 'swap used', style: { color: '#dd5454' } },
      ],
    },
    {
      id: 'network',
      title: 'Network: received above, sent below',
      axis: BYTE_RATE,
      queries: [
        { expr: queries.received, name: byLabel('device', ' received'), style: area },
        { expr: queries.sent, name: byLabel('device', ' sent'), style: { ...area, negate: true } },
      ],
    },
    {
      id: 'disk-io',
      title: 'Disk: read above, written below',
      axis: BYTE_RATE,
      queries: [
        { expr: queries.diskRead, name: byLabel('device', ' read'), style: area },
        { expr: queries.diskWritten, name: byLabel('device', ' written'), style: { ...area, negate: true } },
      ],
    },
    {
      id: 'load',
      title: 'Load',
      axis: NUMBER,
      queries: [
        { expr: queries.load, name: () => 'load, 1 min', style: { color: '#3f8ee8' } },
        { expr: queries.cpuCount, name: () => 'CPUs', style: { color: '#888f9b', dash: [4, 4] } },
      ],
    },
  ];
}

function Collecting({
  lastScrape,
  scrapeInterval,
}: {
  readonly lastScrape: Millis | null;
  readonly scrapeInterval: Millis;
}) {
  const seconds = Math.round(scrapeInterval / 1000);
  const fresh = lastScrape === null || Date.now() - lastScrape < 3 * scrapeInterval;
  if (!fresh) return <>No samples in this range: this machine was not scraped then.</>;
  return <>Collecting: the first graph in {seconds} s. A rate needs two scrapes.</>;
}

/** How full each file system is: the present, because nobody reads a file system off a line. */
function DiskSpace({ machine, time }: { readonly machine: Machine; readonly time: TimeRangeState }) {
  const queries = machineQueries(machine);
  const every = time.refresh === '' ? false : 60_000;
  const shares = useVector(queries.diskShare, { every });
  const sizes = useVector(queries.diskSize, { every }).data ?? [];
  const mounts = shortestMounts(shares.data ?? []);
  return (
    <Tile title="Disk space" testId="tile-disk-space" expressions={[queries.diskShare]} range="1d">
      <div
        className="bars"
        data-panel-ready={shares.data === undefined ? undefined : mounts.length === 0 ? 'empty' : ''}
      >
        {mounts.length === 0 && shares.data !== undefined ? (
          <div className="chart-cover">No file system is exposed by this machine.</div>
        ) : null}
        {mounts.map(({ metric, value }) => {
          const share = Number(value?.[1]);
          const size = sizes.find(
            (one) => one.metric['device'] === metric['device'] && one.metric['mountpoint'] === metric['mountpoint'],
          );
          return (
            <div key={`${metric['device']} ${metric['mountpoint']}`} className="bar-row">
              <span className="clip" title={metric['device']}>
                {metric['mountpoint']}
              </span>
              <span className="bar">
                <span
                  className={share > 0.9 ? 'bar-fill bad' : share > 0.8 ? 'bar-fill warn' : 'bar-fill'}
                  style={{ width: `${Math.min(100, share * 100)}%` }}
                />
              </span>
              <span className="number">{formatShare(share)}</span>
              <span className="number dim">
                {size === undefined ? '' : `of ${formatBytes(Number(size.value?.[1]))}`}
              </span>
            </div>
          );
        })}
      </div>
    </Tile>
  );
}
