import { Link } from 'wouter';
import { useAlertmanager, usePrometheus, useVector } from '../api/answers.ts';
import { roughDuration } from '../format/duration.ts';
import { formatBytes, formatCount, formatShare } from '../format/number.ts';
import { ErrorNote, LoadingLine } from '../parts/states.tsx';
import { queryUrl } from '../query/query-url.ts';
import { useTimeZone } from '../state/preferences.ts';
import { formatDateTime } from '../state/time-range.ts';
import { Facts } from './facts.tsx';

type Fields = Readonly<Record<string, string | number | boolean>>;

interface AlertmanagerStatus {
  readonly uptime: string;
  readonly versionInfo: { readonly version: string };
  readonly cluster: ClusterJson;
}

interface ClusterJson {
  /** Of this instance. */
  readonly name?: string;
  readonly status: string;
  readonly peers?: readonly { readonly name: string; readonly address: string }[];
}

const EVERY = 15_000;

/** Runtime, build, the load of the moment, and the Alertmanager. */
export function ServerStatus() {
  const runtime = usePrometheus<Fields>('status/runtimeinfo', { every: EVERY });
  const build = usePrometheus<Fields>('status/buildinfo');
  const own = useAlertmanager<AlertmanagerStatus>('status', { every: EVERY });
  const timeZone = useTimeZone();
  const time = (text: unknown): string | undefined => {
    const millis = Date.parse(String(text));
    return Number.isFinite(millis) && millis > 0
      ? `${formatDateTime(millis, timeZone)} (${roughDuration(Date.now() - millis)} ago)`
      : undefined;
  };
  const data = runtime.data?.data ?? {};
  const built = build.data?.data ?? {};
  const failed = [runtime, build].find(({ isError }) => isError);
  return (
    <div className="facts-page">
      <LoadingLine active={runtime.isPending} />
      {failed === undefined ? null : (
        <ErrorNote
          what="The status"
          error={failed.error}
          retry={() => void failed.refetch()}
          stale={failed.data !== undefined}
        />
      )}
      <Facts
        title="Server"
        facts={[
          ['Version', [built['version'], built['revision']].filter(Boolean).join(', revision ')],
          ['Built', built['buildDate']],
          ['Node.js', built['goVersion']],
          ['Host', data['hostname']],
          ['Working directory', data['CWD']],
          ['Started', time(data['startTime'])],
          ['Configuration loaded', time(data['lastConfigTime'])],
          [
            'Last reload',
            data['reloadConfigSuccess'] === undefined
              ? undefined
              : reloadText(data['reloadConfigSuccess'] === true, String(data['reloadConfigError'] ?? '')),
          ],
          ['Retention', data['storageRetention']],
          [
            'Damaged WAL segments',
            data['corruptionCount'] === undefined ? undefined : corruption(Number(data['corruptionCount'])),
          ],
          ['Server time', time(data['serverTime'])?.replace(/ \(.*/, '')],
        ]}
      />
      <Load />
      <Facts
        title="Alerting"
        facts={[
          [
            'Alertmanager',
            own.data === undefined
              ? own.isError
                ? 'does not answer'
                : undefined
              : `${own.data.versionInfo.version}, up ${roughDuration(Date.now() - Date.parse(own.data.uptime))}`,
          ],
          ['Cluster', own.data && <ClusterState {...own.data.cluster} />],
        ]}
      />
    </div>
  );
}

/** The other instances that share silences and notifications. */
function ClusterState({ status, name, peers = [] }: ClusterJson) {
  if (status === 'disabled') return <>none: this server is alone</>;
  return (
    <>
      <span className={status === 'ready' ? 'good' : 'dim'}>{status}</span>
      {status === 'ready' ? null : ': notifications wait for the state of the others'}
      <ol className="cluster-peers">
        {peers.map((peer) => (
          <li key={peer.name}>
            {peer.name} at {peer.address}
            {peer.name === name ? ' (this server)' : ''}
          </li>
        ))}
      </ol>
    </>
  );
}

function reloadText(succeeded: boolean, error: string) {
  if (succeeded) return <span className="good">succeeded</span>;
  return (
    <>
      <span className="bad">failed: the configuration before it stays in force</span>
      {error === '' ? null : (
        <pre className="reload-error" data-testid="reload-error">
          {error}
        </pre>
      )}
    </>
  );
}

function corruption(count: number) {
  return count === 0 ? 'none' : <span className="bad">{count}</span>;
}

const MEASURES: readonly (readonly [string, string, (value: number) => string])[] = [
  ['Queries running', 'sum(prometheus_engine_queries)', formatCount],
  ['Maximum concurrent queries', 'max(prometheus_engine_queries_concurrent_max)', formatCount],
  [
    'Memory',
    'max by () (process_resident_memory_bytes * on (instance, job) group_left () prometheus_build_info)',
    formatBytes,
  ],
  [
    'CPU',
    'max by () (rate(process_cpu_seconds_total[2m]) * on (instance, job) group_left () prometheus_build_info)',
    formatShare,
  ],
  ['Open files', 'max by () (process_open_fds * on (instance, job) group_left () prometheus_build_info)', formatCount],
];

/** What the server says of its own load: its metrics, so each leads to its history. */
function Load() {
  return (
    <section className="facts">
      <h2>Load</h2>
      <table className="table">
        <tbody>
          {MEASURES.map(([name, query, format]) => (
            <Measure key={name} name={name} query={query} format={format} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Measure({
  name,
  query,
  format,
}: {
  readonly name: string;
  readonly query: string;
  readonly format: (value: number) => string;
}) {
  const value = Number(useVector(query, { every: EVERY }).data?.[0]?.value?.[1] ?? Number.NaN);
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        {Number.isNaN(value) ? (
          <span className="dim" title={query}>
            not known: nothing scraped has it
          </span>
        ) : (
          <Link href={queryUrl([query], { tab: 'graph' })}>{format(value)}</Link>
        )}
      </td>
    </tr>
  );
}
