// A million samples a minute from 50 pods, a tenth of which is replaced in each minute:
//   node --import tsx test/soak/ingest.ts [minutes = 30] [interval, seconds = 15] [pods replaced a minute = 5]
// Prints a line a minute. Ends with 1 when a scrape or a sample was missed, when the main thread stood still for more than
// 100 ms, or when the memory grew by more than 1 % in ten minutes, the first ten left out.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { missedScrapes, startPods } from '#test/pods';
import { scratch, startServer } from '#test/process';

const MINUTES = Number(process.argv[2] ?? 30);
const INTERVAL = Number(process.argv[3] ?? 15);
const PODS = 50;
const SAMPLES_A_MINUTE = 1_000_000;
const SERIES = Math.round((SAMPLES_A_MINUTE * INTERVAL) / 60 / PODS);
const REPLACED = Number(process.argv[4] ?? PODS / 10);
const WARM_UP = 10;
const LOOK = 10_000;

interface Look {
  readonly minute: number;
  readonly residentMb: number;
  readonly stallMs: number;
}

const folder = scratch();
const server = await startServer({
  dir: folder.dir,
  config: JSON.stringify({
    global: { scrape_interval: `${INTERVAL}s`, scrape_timeout: `${Math.min(10, INTERVAL)}s` },
    scrape_configs: [{ job_name: 'soak', file_sd_configs: [{ files: ['pods.json'] }] }],
  }),
});
const pods = await startPods({ count: PODS, series: SERIES, file: join(folder.dir, 'pods.json') });
const start = Date.now();
const looks: Look[] = [];
const failures: string[] = [];
await readMetrics();
for (let minute = 1; minute <= MINUTES; minute++) {
  while (Date.now() < start + minute * 60_000) {
    await sleep(LOOK);
    const own = await readMetrics();
    looks.push({
      minute: (Date.now() - start) / 60_000,
      residentMb: (own.get('process_resident_memory_bytes') ?? 0) / 2 ** 20,
      stallMs: (own.get('nodejs_eventloop_lag_max_seconds') ?? 0) * 1000,
    });
  }
  const own = await readMetrics();
  console.log(
    JSON.stringify({
      minute,
      residentMb: Math.round(looks.at(-1)?.residentMb ?? 0),
      heapMb: Math.round((own.get('nodejs_heap_size_used_bytes') ?? 0) / 2 ** 20),
      series: own.get('prometheus_tsdb_head_series'),
      cpuSeconds: own.get('process_cpu_seconds_total'),
      worstStallMs: Math.round(Math.max(...looks.slice(-6).map((look) => look.stallMs))),
      missed: missed(),
    }),
  );
  if (minute < MINUTES) pods.replace(REPLACED);
}
const missing = missed();
pods.end();
const scraped = pods.all.reduce((sum, pod) => sum + pod.scrapes.length, 0) * SERIES;
const kept = await countKept();
const slope = growth(looks.filter((look) => look.minute > WARM_UP));
const stall = Math.max(...looks.map((look) => look.stallMs));
await server.stop();
for (const line of server.output().split('\n')) if (line.includes('head rebuilt')) console.log(line);
await pods.close();
folder.remove();
if (missing > 0) failures.push(`${missing} scrapes missed`);
if (kept !== scraped) failures.push(`${scraped} samples were given, ${kept} are kept`);
if (stall > 100) failures.push(`the main thread stood still for ${Math.round(stall)} ms`);
if (slope > 1) failures.push(`memory grows by ${slope.toFixed(2)} % in ten minutes`);
console.log(
  JSON.stringify({ scraped, kept, missed: missing, stallMs: Math.round(stall), growthPercent: slope, failures }),
);
process.exitCode = failures.length > 0 ? 1 : 0;

/** Samples without labels of the server's own metrics. */
async function readMetrics(): Promise<Map<string, number>> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const plain = text.split('\n').filter((line) => !line.startsWith('#') && !line.includes('{'));
  return new Map(plain.map((line) => line.split(' ')).map(([name = '', value]) => [name, Number(value)]));
}

function missed(): number {
  const now = Date.now();
  return pods.all.reduce((sum, pod) => sum + missedScrapes(pod, INTERVAL * 1000, now), 0);
}

/** Samples in the database. The last scrapes are waited for. */
async function countKept(): Promise<number> {
  await sleep(2000);
  const query = `sum(count_over_time(requests_total[${MINUTES + 5}m]))`;
  const answer = await fetch(`${server.url}/api/v1/query?${new URLSearchParams({ query })}`);
  const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
  return Number(data.result[0]?.value[1] ?? 0);
}

/** The slope of resident memory by least squares, in percent of its mean in ten minutes. */
function growth(points: readonly Look[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const x = mean(points.map((point) => point.minute));
  const y = mean(points.map((point) => point.residentMb));
  const covariance = mean(points.map((point) => (point.minute - x) * (point.residentMb - y)));
  const variance = mean(points.map((point) => (point.minute - x) ** 2));
  return (covariance / variance / y) * 1000;
}
