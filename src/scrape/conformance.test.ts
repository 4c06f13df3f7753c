import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Labels } from '#model/labels';
import { createMatcher } from '#model/matcher';
import { MAX_TIME, MIN_TIME } from '#model/time';
import { KIND_HISTOGRAM, KIND_STALE, SampleBuffer } from '#storage/sample-buffer';
import { FakeTarget } from '#test/fake-target';
import { scrapeConfig } from '#test/scrape-config';
import { ScrapeWorld } from '#test/scrape-world';
import { createHttpFetcher } from './http-fetcher.ts';

interface Response {
  readonly content_type?: string | null;
  readonly body?: string;
  readonly body_b64?: string;
  readonly gzip?: boolean;
  readonly fake_gzip?: boolean;
  readonly status?: number;
  readonly redirect?: boolean;
  readonly truncate?: boolean;
  readonly delay_ms?: number;
}

interface Case extends Response {
  readonly id: string;
  readonly job?: Readonly<Record<string, unknown>>;
  readonly responses?: readonly Response[];
  readonly dynamic?: boolean;
  readonly request_headers?: Readonly<Record<string, string>>;
  readonly target_labels?: Readonly<Record<string, string>>;
  readonly expect: 'up' | 'down' | 'either';
  readonly samples?: readonly (readonly [Readonly<Record<string, string>>, unknown])[];
}

/** Cases that are decided elsewhere or not yet. */
const NOT_HERE: Readonly<Record<string, string>> = {
  'beh-timestamps-too-old': 'the storage decides what is too old, and memory storage takes everything',
  'beh-http-headers': 'expects the failure that Prometheus brings about by sending each of the http_headers twice',
};

function isDecidedHere({ id }: Case): boolean {
  return !(id in NOT_HERE);
}

const file = new URL('../../test/conformance/kit/exposition/cases.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] };
const INTERVAL = 10;

describe('the scrape cases of the conformance kit', () => {
  let target: FakeTarget;
  let current: { readonly testCase: Case; round: number; readonly now: number };

  beforeAll(async () => {
    target = await FakeTarget.start((request, response) => answer(current, request, response));
  });
  afterAll(() => target.stop());

  it.each(cases.filter(isDecidedHere))('$id', async (testCase) => {
    const world = new ScrapeWorld({
      createFetcher: (config) => createHttpFetcher(config, { userAgent: 'test' }),
    });
    current = { testCase, round: 0, now: world.clock.now() };
    const job = { honor_timestamps: false, scrape_timeout: '2s', ...testCase.job };
    world.manager.applyConfig([
      scrapeConfig(
        Object.entries(job)
          .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
          .join(''),
      ),
    ]);
    const labels = Labels.from({ __address__: target.address, case: testCase.id, ...testCase.target_labels });
    world.manager.applyGroups('test', [{ source: '0', targets: [labels], labels: Labels.EMPTY }]);
    const status = () => world.manager.targets().active[0]!;
    for (const _ of testCase.responses ?? [testCase]) {
      const before = status().lastScrape;
      await world.pass(INTERVAL);
      await expect.poll(() => status().lastScrape, { interval: 2, timeout: 5000 }).not.toBe(before);
      // Its commit and the next timer.
      await world.pass(0);
      current.round++;
    }
    if (testCase.expect !== 'either') expect(status().health, status().lastError).toBe(testCase.expect);
    if (status().health === 'down') expect(status().lastError).not.toBe('');
    if (testCase.samples && testCase.expect === 'up') {
      expect(await currentSamples(world)).toEqual(wanted(testCase.samples));
    }
    await world.manager.stop();
  });
});

function answer(
  { testCase, round, now }: { readonly testCase: Case; readonly round: number; readonly now: number },
  request: IncomingMessage,
  response: ServerResponse,
): void {
  for (const [name, pattern] of Object.entries(testCase.request_headers ?? {})) {
    if (!new RegExp(pattern).test(String(request.headers[name.toLowerCase()] ?? ''))) {
      response.writeHead(412).end();
      return;
    }
  }
  const said = testCase.responses?.[round] ?? testCase;
  if (said.redirect && !request.url?.includes('redirected')) {
    response.writeHead(302, { location: '/there?redirected=1' }).end();
    return;
  }
  const type = said.content_type === undefined ? testCase.content_type : said.content_type;
  const headers: Record<string, string> = {};
  if (type !== null) headers['content-type'] = type ?? 'text/plain; version=0.0.4; charset=utf-8';
  if (said.gzip || said.fake_gzip) headers['content-encoding'] = 'gzip';
  const body = said.gzip ? gzipSync(bodyOf(said, now)) : bodyOf(said, now);
  setTimeout(() => {
    if (said.truncate) {
      response.writeHead(200, { ...headers, 'content-length': body.length + 100 });
      response.write(body, () => response.destroy());
    } else response.writeHead(said.status ?? 200, headers).end(body);
  }, said.delay_ms ?? 0);
}

function bodyOf({ body = '', body_b64 }: Response, now: number): Buffer {
  if (body_b64 !== undefined) return Buffer.from(body_b64, 'base64');
  const dated = body.replace(/\{\{now([+-]\d+)?(ms|s)\}\}/g, (_, shift: string | undefined, unit: string) => {
    const seconds = now / 1000 + Number(shift ?? 0);
    return unit === 'ms' ? String(seconds * 1000) : seconds.toFixed(3);
  });
  return Buffer.from(dated);
}

const OWN = /^(?:up|scrape_.*)$/;

/** What an instant query would show now: the newest sample of each series that is not stale. */
async function currentSamples(world: ScrapeWorld): Promise<Map<string, unknown>> {
  const range = { start: MIN_TIME, end: MAX_TIME };
  const everything = createMatcher({ name: '__name__', operator: '=~', value: '.*' });
  const set = world.storage.querier(range).select([everything], range);
  const found = new Map<string, unknown>();
  for (let batch = await set.next(); batch; batch = await set.next()) {
    for (const { labels, read } of batch) {
      const buffer = new SampleBuffer();
      read(buffer);
      const last = buffer.length - 1;
      if (OWN.test(labels.get('__name__')) || buffer.kind[last] === KIND_STALE) continue;
      found.set(labels.without(new Set(['case', 'instance', 'job'])).toString(), shownValue(buffer, last));
    }
  }
  return found;
}

/** A number, or of a histogram its count, sum and the counts of its buckets from the lowest up. */
function shownValue({ v, kind, histograms }: SampleBuffer, i: number): unknown {
  if (kind[i] !== KIND_HISTOGRAM) return v[i]!;
  const { count, sum, zeroCount, negativeBuckets, positiveBuckets } = histograms[i]!;
  return {
    count,
    sum,
    buckets: [...negativeBuckets.toReversed(), zeroCount, ...positiveBuckets].filter((n) => n !== 0),
  };
}

interface WantedHistogram {
  readonly count: string;
  readonly sum: string;
  readonly buckets?: readonly (readonly [unknown, string, string, count: string])[];
}

function wanted(samples: NonNullable<Case['samples']>): Map<string, unknown> {
  return new Map(samples.map(([labels, value]) => [Labels.from(labels).toString(), wantedValue(value)]));
}

function wantedValue(value: unknown): unknown {
  if (typeof value !== 'object') return Number(String(value).replace('Inf', 'Infinity'));
  const { count, sum, buckets = [] } = value as WantedHistogram;
  return { count: Number(count), sum: Number(sum), buckets: buckets.map(([, , , inside]) => Number(inside)) };
}
