import { Link } from 'wouter';
import { usePrometheus } from '../api/answers.ts';
import type { TopEntry, TsdbStatus } from '../api/prometheus.ts';
import { RequestError } from '../api/server.ts';
import { roughDuration } from '../format/duration.ts';
import { labelNameText, quotedText } from '../format/label-text.ts';
import { formatBytes, formatCount } from '../format/number.ts';
import { ErrorNote, LoadingLine } from '../parts/states.tsx';
import { queryUrl } from '../query/query-url.ts';
import { useSearchState } from '../state/location.ts';
import { useTimeZone } from '../state/preferences.ts';
import { formatDateTime } from '../state/time-range.ts';
import { Cardinality } from './cardinality.tsx';
import { Facts } from './facts.tsx';

interface BlockMeta {
  readonly ulid: string;
  readonly minTime: number;
  readonly maxTime: number;
  readonly stats?: { readonly numSamples?: number; readonly numSeries?: number; readonly numChunks?: number };
  readonly compaction?: { readonly level?: number };
}

const LIMITS = [10, 25, 100] as const;

/** How much is in memory, what makes the most series, and the blocks on disk. */
export function TsdbStatusView() {
  const [search, change] = useSearchState();
  const limit = LIMITS.find((one) => String(one) === search.get('limit')) ?? 10;
  const status = usePrometheus<TsdbStatus>('status/tsdb', { params: { limit }, every: 30_000 });
  const timeZone = useTimeZone();
  const data = status.data?.data;
  if (data === undefined) {
    return status.isError ? (
      <ErrorNote what="The storage's status" error={status.error} retry={() => void status.refetch()} />
    ) : (
      <LoadingLine active />
    );
  }
  const { headStats } = data;
  const started = headStats.minTime > 0 && headStats.minTime < 8e15;
  return (
    <div>
      {status.isError ? (
        <ErrorNote what="The storage's status" error={status.error} stale retry={() => void status.refetch()} />
      ) : null}
      <div className="facts-page wide">
        <Facts
          title="In memory"
          facts={[
            ['Series', formatCount(headStats.numSeries)],
            ['Chunks', formatCount(headStats.chunkCount)],
            ['Label pairs', formatCount(headStats.numLabelPairs)],
            ['From', started ? formatDateTime(headStats.minTime, timeZone) : 'no samples yet'],
            ['To', started ? formatDateTime(headStats.maxTime, timeZone) : undefined],
            ['Spans', started ? roughDuration(headStats.maxTime - headStats.minTime) : undefined],
          ]}
        />
        <Blocks />
      </div>
      <div className="list-controls">
        <h2>Highest cardinality</h2>
        <select
          className="select"
          aria-label="How many"
          value={limit}
          onChange={(event) => change({ limit: event.target.value })}
        >
          {LIMITS.map((one) => (
            <option key={one} value={one}>
              {one} entries
            </option>
          ))}
        </select>
      </div>
      <div className="facts-page wide">
        <TopList
          title="Series by metric"
          entries={data.seriesCountByMetricName}
          total={headStats.numSeries}
          format={formatCount}
          queryOf={(name) => `count(${nameSelector(name)})`}
        />
        <TopList
          title="Series by label pair"
          entries={data.seriesCountByLabelValuePair}
          total={headStats.numSeries}
          format={formatCount}
          queryOf={pairQuery}
        />
        <TopList
          title="Values by label"
          entries={data.labelValueCountByLabelName}
          format={formatCount}
          queryOf={(name) => countBy(name)}
        />
        <TopList
          title="Memory of values by label"
          entries={data.memoryInBytesByLabelName}
          format={formatBytes}
          queryOf={(name) => countBy(name)}
        />
      </div>
      <Cardinality />
    </div>
  );
}

function nameSelector(name: string): string {
  return `{__name__=${quotedText(name)}}`;
}

function countBy(label: string): string {
  return `topk(20, count by (${labelNameText(label)}) ({${labelNameText(label)}!=""}))`;
}

/** The server writes a pair as `name=value`. */
function pairQuery(pair: string): string {
  const at = pair.indexOf('=');
  return `topk(20, count by (__name__) ({${labelNameText(pair.slice(0, at))}=${quotedText(pair.slice(at + 1))}}))`;
}

interface TopListProps {
  readonly title: string;
  readonly entries: readonly TopEntry[];
  /** What all entries are a part of, for shares. */
  readonly total?: number;
  readonly format: (value: number) => string;
  readonly queryOf: (name: string) => string;
}

function TopList({ title, entries, total, format, queryOf }: TopListProps) {
  const largest = Math.max(1, ...entries.map(({ value }) => value));
  return (
    <section className="facts" data-testid="top-list">
      <h2>{title}</h2>
      {entries.length === 0 ? <p className="quiet-line">Nothing yet.</p> : null}
      {entries.map(({ name, value }) => (
        <div key={name} className="top-row">
          <Link href={queryUrl([queryOf(name)], { tab: 'table' })} className="clip mono" title={name}>
            {name}
          </Link>
          <span className="bar">
            <span className="bar-fill" style={{ width: `${(100 * value) / largest}%` }} />
          </span>
          <span className="number">{format(value)}</span>
          <span className="number dim">
            {total === undefined || total === 0 ? '' : `${Math.round((100 * value) / total)} %`}
          </span>
        </div>
      ))}
    </section>
  );
}

function Blocks() {
  const blocks = usePrometheus<{ blocks: readonly BlockMeta[] }>('status/tsdb/blocks', { every: 60_000 });
  const timeZone = useTimeZone();
  const list = [...(blocks.data?.data.blocks ?? [])].sort((a, b) => b.minTime - a.minTime);
  return (
    <section className="facts blocks" data-testid="blocks">
      <h2>Blocks on disk{list.length === 0 ? '' : ` (${list.length})`}</h2>
      {blocks.isError ? <BlocksProblem error={blocks.error} /> : null}
      {blocks.data !== undefined && list.length === 0 ? (
        <p className="quiet-line">None yet: the first is written after about three hours of samples.</p>
      ) : null}
      {list.length === 0 ? null : (
        <div className="table-scroll">
          <table className="table">
            <thead>
              <tr>
                <th>From</th>
                <th className="number">Spans</th>
                <th className="number">Series</th>
                <th className="number">Samples</th>
                <th className="number">Level</th>
                <th>ULID</th>
              </tr>
            </thead>
            <tbody>
              {list.slice(0, 200).map(({ ulid, minTime, maxTime, stats, compaction }) => (
                <tr key={ulid}>
                  <td>{formatDateTime(minTime, timeZone)}</td>
                  <td className="number">{roughDuration(maxTime - minTime)}</td>
                  <td className="number">{formatCount(stats?.numSeries ?? 0)}</td>
                  <td className="number">{formatCount(stats?.numSamples ?? 0)}</td>
                  <td className="number">{compaction?.level ?? ''}</td>
                  <td className="mono dim">{ulid}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function BlocksProblem({ error }: { readonly error: Error }) {
  if (error instanceof RequestError && error.status === 404)
    return <p className="quiet-line">This server does not list its blocks.</p>;
  return <ErrorNote what="The blocks" error={error} />;
}
