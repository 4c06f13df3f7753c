// A restless cluster under a real kube-apiserver and etcd: 2,000 pods of 50 services, of which 20 % are replaced in each
// minute, scraped every 15 s. Prints how late new pods were scraped, how long deleted ones went on to be, and what share of a
// core the main thread took: discovery runs there, and nothing else does meanwhile.
//   npx tsx test/bench/kubernetes-real.ts ETCD KUBE_APISERVER [minutes = 10]
// The pods have no kubelet: their states are written by this script, and one server here answers for all their addresses.
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, freePort, scratch, start, startServer } from '#test/process';

const [etcdPath = 'etcd', apiPath = 'kube-apiserver', minutes = '10'] = process.argv.slice(2);
const MINUTES = Number(minutes);
const PODS = 2000;
const SERVICES = 50;
const INTERVAL = 15_000;
const REPLACED_EACH_SECOND = Math.round((PODS * 0.2) / 60);
const TOKEN = 'bench';

interface Pod {
  readonly name: string;
  readonly ip: string;
  /** When it was told that it runs, and when the API server had taken that. */
  began: number;
  taken: number;
  ended: number | null;
  readonly scrapes: number[];
}

const folder = scratch();
const [etcdPort, peerPort, apiPort, podPort] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
const byIp = new Map<string, Pod>();
const targets = createServer((req, res) => {
  byIp.get(req.socket.localAddress ?? '')?.scrapes.push(Date.now());
  res.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4' }).end('pod_up 1\n');
});
await new Promise<void>((done) => targets.listen(podPort, '0.0.0.0', done));

const etcd = start(etcdPath, [
  ...[
    `--data-dir=${join(folder.dir, 'etcd')}`,
    `--listen-client-urls=http://127.0.0.1:${etcdPort}`,
    '--unsafe-no-fsync',
  ],
  ...[`--advertise-client-urls=http://127.0.0.1:${etcdPort}`, `--listen-peer-urls=http://127.0.0.1:${peerPort}`],
]);
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = join(folder.dir, 'sa.key');
writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
writeFileSync(join(folder.dir, 'tokens.csv'), `${TOKEN},bench,bench,system:masters\n`);
const apiServer = start(apiPath, [
  ...[`--etcd-servers=http://127.0.0.1:${etcdPort}`, `--secure-port=${apiPort}`, '--bind-address=127.0.0.1'],
  ...['--service-account-issuer=https://bench', `--service-account-key-file=${key}`],
  ...[`--service-account-signing-key-file=${key}`, `--token-auth-file=${join(folder.dir, 'tokens.csv')}`],
  ...[`--cert-dir=${join(folder.dir, 'certs')}`, '--authorization-mode=AlwaysAllow'],
  ...['--disable-admission-plugins=ServiceAccount', '--service-cluster-ip-range=10.0.0.0/16'],
  ...['--enable-priority-and-fairness=false', '--advertise-address=10.99.0.1'],
]);

const agent = new Agent({ keepAlive: true, maxSockets: 8, rejectUnauthorized: false });

/** Asks the API server; rejects with its answer when it refuses. */
function call(method: string, path: string, body?: unknown, type = 'application/json'): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': type };
    const sent = request({ host: '127.0.0.1', port: apiPort, method, path, headers, agent }, (res) => {
      let text = '';
      res.on('data', (piece) => (text += piece));
      res.on('end', () => (res.statusCode! < 300 ? resolve(text) : reject(new Error(`${method} ${path}: ${text}`))));
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const all: Pod[] = [];
const living: Pod[] = [];

async function create(): Promise<void> {
  const i = all.length;
  const service = `service-${i % SERVICES}`;
  const ip = `127.${1 + (i >>> 16)}.${(i >>> 8) & 255}.${i & 255}`;
  const pod: Pod = { name: `${service}-${i}`, ip, began: Number.POSITIVE_INFINITY, taken: 0, ended: null, scrapes: [] };
  all.push(pod);
  byIp.set(ip, pod);
  const ports = [{ name: 'metrics', containerPort: podPort }];
  await call('POST', '/api/v1/namespaces/default/pods', {
    metadata: { name: pod.name, labels: { app: service } },
    spec: { nodeName: `node-${i % 20}`, containers: [{ name: 'app', image: 'app', ports }] },
  });
  const status = { phase: 'Running', podIP: ip, podIPs: [{ ip }], conditions: [{ type: 'Ready', status: 'True' }] };
  pod.began = Date.now();
  await call(
    'PATCH',
    `/api/v1/namespaces/default/pods/${pod.name}/status`,
    { status },
    'application/strategic-merge-patch+json',
  );
  pod.taken = Date.now();
  living.push(pod);
}

async function end(): Promise<void> {
  const pod = living.shift()!;
  await call('DELETE', `/api/v1/namespaces/default/pods/${pod.name}?gracePeriodSeconds=0`);
  pod.ended = Date.now();
}

await eventually(() => call('GET', '/readyz'), 120_000);
await eventually(() => call('GET', '/api/v1/namespaces/default'), 60_000);
console.log('the API server is ready');
for (let i = 0; i < PODS; i += 8) await Promise.all(Array.from({ length: Math.min(8, PODS - i) }, create));
console.log(`${living.length} pods`);
const server = await startServer({
  dir: folder.dir,
  config: JSON.stringify({
    global: { scrape_interval: `${INTERVAL / 1000}s` },
    scrape_configs: [
      {
        job_name: 'pods',
        kubernetes_sd_configs: [
          {
            ...{ role: 'pod', api_server: `https://127.0.0.1:${apiPort}` },
            authorization: { credentials: TOKEN },
            tls_config: { insecure_skip_verify: true },
          },
        ],
        relabel_configs: [
          { source_labels: ['__meta_kubernetes_pod_label_app'], target_label: 'service' },
          { source_labels: ['__meta_kubernetes_pod_name'], target_label: 'pod' },
        ],
      },
    ],
  }),
});
/** CPU time of the server's main thread in ms (proc(5): ticks of 10 ms). */
function mainThread(): number {
  const { pid } = server.child;
  const fields = readFileSync(`/proc/${pid}/task/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

const began = Date.now();
await sleep(20_000);
const measured = all.length;
const [cpuBefore, measuredFrom] = [mainThread(), Date.now()];
for (let second = 0; second < MINUTES * 60; second++) {
  const due = Date.now() + 1000;
  await Promise.all(Array.from({ length: REPLACED_EACH_SECOND }, () => create().then(end)));
  await sleep(Math.max(0, due - Date.now()));
  if (second % 60 === 59) console.log(`minute ${(second + 1) / 60}: ${all.length} pods so far`);
}
const mainThreadShare = (mainThread() - cpuBefore) / (Date.now() - measuredFrom);
await sleep(25_000);
const first = (pod: Pod) => (pod.scrapes[0] ?? Number.POSITIVE_INFINITY) - Math.max(pod.began, began);
const lasting = all.slice(measured).filter(({ ended, began: from }) => (ended ?? Date.now()) - from > 25_000);
const waits = lasting.map(first);
const after = all.flatMap(({ ended, scrapes }) => (ended === null ? [] : [(scrapes.at(-1) ?? 0) - ended]));
const sorted = (values: number[]) => values.sort((a, b) => a - b);
const metrics = await (await fetch(`${server.url}/metrics`)).text();
console.log(
  JSON.stringify({
    replaced: all.length - measured,
    firstScrapeMs: { median: sorted(waits)[waits.length >> 1], max: waits.at(-1) },
    laterThan5sAndTheInterval: lasting.filter((pod) => first(pod) - (pod.taken - pod.began) > 5000 + INTERVAL).length,
    longestWriteMs: Math.max(...lasting.map(({ taken, began: from }) => taken - from)),
    never: waits.filter((wait) => !Number.isFinite(wait)).length,
    lastScrapeAfterEndMs: sorted(after).at(-1),
    scrapedLaterThan5s: after.filter((ms) => ms > 5000).length,
    mainThreadPercent: Math.round(mainThreadShare * 10_000) / 100,
    cpuSeconds: Number(/^process_cpu_seconds_total (\S+)/m.exec(metrics)?.[1]),
    seconds: Math.round((Date.now() - began) / 1000),
  }),
);
await server.stop();
await apiServer.stop('SIGKILL');
await etcd.stop('SIGKILL');
targets.close();
targets.closeAllConnections();
folder.remove();
process.exit(0);
