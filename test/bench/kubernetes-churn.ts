// What discovering a restless cluster costs: 2,000 pods of 50 services, of which 20 % are replaced in each minute. Prints
// the CPU time of discovery, that of making targets of what is found (relabelling, starting and ending loops; the targets
// are not asked), and how long new pods take from their first address to the manager's output.
// Run it with: npx tsx test/bench/kubernetes-churn.ts [seconds]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { discoveryConfigsSchema } from '#discovery/config';
import { DiscoveryManager } from '#discovery/manager';
import { createDiscoveryMetrics } from '#discovery/metrics';
import { systemClock } from '#lib/clock';
import { createDnsResolver } from '#lib/dns';
import { watchDirectory } from '#lib/file-watch';
import { silentLog } from '#lib/log';
import { MetricRegistry } from '#lib/metrics';
import { decodeText } from '#lib/schema-decode';
import { diskTextFiles } from '#lib/text-files';
import type { TargetGroup } from '#model/target';
import { ScrapeManager } from '#scrape/manager';
import { MemoryStorage } from '#storage/memory';
import { scrapeConfig } from '#test/scrape-config';

// As bin/barograph.js does.
if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=400000');

const SECONDS = Number(process.argv[2] ?? 60);
const WARM_UP = 15;
const POD = '__meta_kubernetes_pod_';

const server = spawn(
  process.execPath,
  ['--import', 'tsx', fileURLToPath(new URL('kubernetes-churn-api.ts', import.meta.url))],
  {
    stdio: ['ignore', 'pipe', 'inherit'],
  },
);
const [address] = (await once(server.stdout, 'data')) as [Buffer];
const url = address.toString().trim();

const delays: number[] = [];
const seen = new Set<string>();
const groups = { told: 0, targets: 0 };
let measuring = false;

const RULES = `
relabel_configs:
  - {source_labels: [__meta_kubernetes_pod_phase], regex: Pending|Succeeded|Failed, action: drop}
  - {source_labels: [__meta_kubernetes_pod_container_init], regex: 'true', action: drop}
  - {source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_scrape], regex: 'false', action: drop}
  - {source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_path], regex: (.+), target_label: __metrics_path__}
  - {source_labels: [__meta_kubernetes_namespace], target_label: namespace}
  - {source_labels: [__meta_kubernetes_pod_name], target_label: pod}
  - {source_labels: [__meta_kubernetes_pod_container_name], target_label: container}
  - {source_labels: [__meta_kubernetes_pod_node_name], target_label: node}
  - {regex: __meta_kubernetes_pod_label_(.+), action: labelmap}
  - {regex: pod_template_hash, action: labeldrop}`;
const scraping = new ScrapeManager({
  ...{ appendable: new MemoryStorage(), clock: systemClock, log: silentLog, registry: new MetricRegistry() },
  ...{ userAgent: 'bench', seed: 'bench', ownAddress: 'localhost:9090' },
  createFetcher: () => ({ fetch: () => new Promise(() => {}), close: async () => {} }),
});
const JOBS = ['pods', 'service-endpoints'];
scraping.applyConfig(JOBS.map((jobName) => ({ ...scrapeConfig(RULES), jobName, scrapeInterval: 86_400_000 })));
/** CPU time in µs, by job. */
const relabelling = new Map(JOBS.map((job) => [job, 0]));

const registry = new MetricRegistry();
const metrics = createDiscoveryMetrics(registry, systemClock);
const manager = new DiscoveryManager({
  ...{ clock: systemClock, log: silentLog, metrics, files: diskTextFiles, watch: watchDirectory, env: {} },
  ...{ userAgent: 'bench', createResolver: createDnsResolver, onGroups: note },
});

function note(job: string, told: readonly TargetGroup[]): void {
  const before = process.cpuUsage();
  scraping.applyGroups(job, told);
  const { user, system } = process.cpuUsage(before);
  if (measuring) {
    relabelling.set(job, relabelling.get(job)! + user + system);
    groups.told += told.length;
    groups.targets += told.reduce((sum, { targets }) => sum + targets.length, 0);
  }
  if (job !== 'pods') return;
  const now = Date.now();
  for (const { source, targets, labels } of told) {
    if (targets.length === 0 || seen.has(source)) continue;
    seen.add(source);
    if (measuring) delays.push(now - Number(labels.get(`${POD}annotation_written`)));
  }
}

const { value } = decodeText(`kubernetes_sd_configs: [{role: pod, api_server: "${url}"}]`, {}, (document, decoding) =>
  discoveryConfigsSchema.decode(document!, decoding),
);
const { value: endpoints } = decodeText(
  `kubernetes_sd_configs: [{role: endpoints, api_server: "${url}"}]`,
  {},
  (document, decoding) => discoveryConfigsSchema.decode(document!, decoding),
);
manager.applyConfig([
  { name: 'pods', discovery: value! },
  { name: 'service-endpoints', discovery: endpoints! },
]);

await systemClock.sleep(WARM_UP * 1000);
const start = { cpu: process.cpuUsage(), time: performance.now() };
measuring = true;
await systemClock.sleep(SECONDS * 1000);
const { user, system } = process.cpuUsage(start.cpu);
const millis = performance.now() - start.time;
server.kill();
manager.stop();

delays.sort((a, b) => a - b);
const quantile = (q: number) => delays[Math.min(delays.length - 1, Math.floor(q * delays.length))];
const events = registry.collect().find(({ name }) => name === 'prometheus_sd_kubernetes_events_total');
console.log(
  `events: ${JSON.stringify(events?.samples.filter(({ value: count }) => count > 0).map(({ labels, value: count }) => `${labels[1]} ${labels[3]} ${count}`))}`,
);
const share = (micros: number) => (micros / 10 / millis).toFixed(2);
const making = [...relabelling.values()].reduce((sum, micros) => sum + micros, 0);
console.log(`CPU of discovery: ${share(user + system - making)} % of a core over ${(millis / 1000).toFixed(0)} s`);
console.log(
  `CPU of targets: ${[...relabelling].map(([job, micros]) => `${job} ${share(micros)} %`).join(', ')} of a core, ${scraping.targets().active.length} at the end`,
);
console.log(`told: ${groups.told} groups with ${groups.targets} targets`);
console.log(
  `new pods: ${delays.length}; from first address to output: median ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms, longest ${delays.at(-1)} ms`,
);
console.log(`memory: ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MiB`);
process.exit(0);
