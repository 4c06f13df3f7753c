import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';
import { Worker, isMainThread, workerData, parentPort } from 'node:worker_threads';
import { systemClock } from '#lib/clock';
import { createLog } from '#lib/log';
import { MetricRegistry } from '#lib/metrics';
import { Labels } from '#model/labels';
import { ScrapeManager } from '#scrape/manager';
import { scrapeConfig } from '#test/scrape-config';
import { execFileSync, spawn } from 'node:child_process';
const gz = process.argv[2] === 'gzip';
const child = spawn(process.execPath, ['-e', `
const http=require('http'),zlib=require('zlib');const lines=[];
for(let f=0;f<200;f++){lines.push('# HELP metric_'+f+'_total Some help text about metric '+f+'.','# TYPE metric_'+f+'_total counter');for(let i=0;i<10;i++)lines.push('metric_'+f+'_total{method="GET",handler="/api/v1/query_'+i+'",code="200"} '+(i*12345.5))}
const body=Buffer.from(lines.join('\\n')+'\\n');const z=zlib.gzipSync(body);
http.createServer((q,r)=>{const g=q.headers['accept-encoding']==='gzip';r.writeHead(200,{'content-type':'text/plain; version=0.0.4',...(g?{'content-encoding':'gzip'}:{})});r.end(g?z:body)}).listen(0,'127.0.0.1',function(){console.log(this.address().port)})`], { stdio: ['ignore', 'pipe', 'inherit'] });
const port = await new Promise<number>((r) => child.stdout.once('data', (d) => r(Number(d))));
let samples = 0; let scrapes = 0;
const appendable = { appender: () => ({ float: (ref: any) => { samples++; return (ref || 1) as any; }, stale: () => 1 as any, histogram: () => 1 as any, commit: async () => { scrapes++; return null as any; }, rollback() {} }) };
const manager = new ScrapeManager({ appendable: appendable as any, clock: systemClock, log: createLog(), registry: new MetricRegistry(), userAgent: 'x', seed: 's', ownAddress: 'h:1' });
manager.applyConfig([{ ...scrapeConfig(gz ? '' : 'enable_compression: false'), scrapeInterval: 1000, scrapeTimeout: 1000 }]);
const n = 50;
manager.applyGroups('test', [{ source: '0', targets: Array.from({ length: n }, (_, i) => Labels.from({ __address__: `127.0.0.1:${port}`, i: String(i) })), labels: Labels.EMPTY }]);
await new Promise((r) => setTimeout(r, 6000));
const s0 = samples, k0 = scrapes, c0 = process.cpuUsage();
await new Promise((r) => setTimeout(r, 8000));
const c = process.cpuUsage(c0);
console.log(gz ? 'gzip' : 'identity', 'scrapes', scrapes - k0, 'us/scrape', ((c.user + c.system) / (scrapes - k0)).toFixed(0), 'ns/sample', (1000 * (c.user + c.system) / (samples - s0)).toFixed(0), 'rss', (process.memoryUsage().rss / 1e6).toFixed(0), 'up', manager.targets().active.filter((t) => t.health === 'up').length);
await manager.stop(); child.kill(); process.exit();
