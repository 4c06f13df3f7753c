import { gzipSync } from 'node:zlib';
import { bench, describe } from 'vitest';
import { parsePage } from '#exposition/parse';
import { gunzip } from '#lib/gzip';
import { Labels } from '#model/labels';
import { ScrapeCache } from '#scrape/cache';
import { ingestScrape } from '#scrape/ingest-scrape';
import { scratch } from '#test/process';
import { scrapeConfig } from '#test/scrape-config';
import { Db } from '#tsdb/db';

const SERIES = 1000;
const INTERVAL = 15_000;
const PAGES = 64;

/** Pages as an application gives them: counters that grow, gauges that move, half of the values as before. */
function page(round: number): string {
  const lines = ['# HELP http_requests_total Requests.', '# TYPE http_requests_total counter'];
  for (let i = 0; i < SERIES; i++) {
    const value = i % 2 === 0 ? i : (i * 37 + round * (i % 50) * 1.5).toFixed(i % 4 === 1 ? 0 : 3);
    lines.push(`http_requests_total{method="GET",handler="/api/v1/things/${i}",status="${200 + (i % 5)}"} ${value}`);
  }
  return `${lines.join('\n')}\n`;
}

const bodies = Array.from({ length: PAGES }, (_, round) => gzipSync(page(round), { level: 5 }));
const target = Labels.from({ job: 'bench', instance: 'pod-1:8080', service: 'svc-1', pod: 'svc-1-1', namespace: 'ns' });
const { dir } = scratch();
const db = await Db.open({ dir });
const cache = new ScrapeCache();
const rules = scrapeConfig();
let round = 0;

/** One scrape of a target with 1,000 series, from the compressed page to the committed samples. */
async function scrape(): Promise<void> {
  const body = await gunzip(bodies[round % PAGES]!, 1 << 30);
  const parsed = parsePage({ format: 'text', body, previous: cache.texts?.page() ?? null });
  const appender = db.appender();
  const { error } = ingestScrape({
    page: parsed,
    cache,
    appender,
    target,
    rules,
    t: 1_700_000_000_000 + round++ * INTERVAL,
  });
  if (error) throw error;
  await appender.commit();
}

describe('a scrape of 1,000 series', () => {
  bench('from the compressed page to the commit', scrape, { time: 3000 });
  bench('decompressing', async () => void (await gunzip(bodies[round++ % PAGES]!, 1 << 30)));
});
