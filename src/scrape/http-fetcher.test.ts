import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { type Answer, FakeTarget } from '#test/fake-target';
import { scrapeConfig } from '#test/scrape-config';
import type { FetchRequest, TargetFetcher } from './fetch-target.ts';
import { createHttpFetcher } from './http-fetcher.ts';
import { createLocalFetcher } from './local-fetcher.ts';

const open: { stop(): Promise<void> }[] = [];

afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.stop();
});

async function serve(answer: Answer): Promise<FakeTarget> {
  const target = await FakeTarget.start(answer);
  open.push(target);
  return target;
}

function fetcher(yaml = ''): TargetFetcher {
  const made = createHttpFetcher(scrapeConfig(yaml), { userAgent: 'Barograph/test' });
  open.push({ stop: () => made.close() });
  return made;
}

/** What a page says, kept. */
const ask = (from: TargetFetcher, request: FetchRequest) =>
  from.fetch(request, ({ contentType, body }) => ({ contentType, body: body.slice() }));

const of = ({ url }: FakeTarget, more: Partial<FetchRequest> = {}): FetchRequest => ({
  url,
  timeout: 5000,
  signal: new AbortController().signal,
  ...more,
});

describe('a scrape over HTTP', () => {
  it('asks as Prometheus does', async () => {
    const target = await serve('a 1\n');
    const { contentType, body } = await ask(fetcher(), of(target, { timeout: 1500 }));
    expect([contentType, new TextDecoder().decode(body)]).toEqual([
      'text/plain; version=0.0.4; charset=utf-8',
      'a 1\n',
    ]);
    expect(target.requests[0]).toMatchObject({
      accept:
        'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,' +
        'application/openmetrics-text;version=0.0.1;q=0.5,' +
        'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
      'accept-encoding': 'gzip',
      'user-agent': 'Barograph/test',
      'x-prometheus-scrape-timeout-seconds': '1.5',
    });
  });

  it('asks for no compression when the job says so', async () => {
    const target = await serve('a 1\n');
    await ask(fetcher('enable_compression: false'), of(target));
    expect(target.requests[0]?.['accept-encoding']).toBe('identity');
  });

  it.each([
    [500, 'server returned HTTP status 500 Internal Server Error'],
    [404, 'server returned HTTP status 404 Not Found'],
    [204, 'server returned HTTP status 204 No Content'],
  ])('fails with status %i', async (status, message) => {
    const target = await serve((_, response) => response.writeHead(status).end());
    await expect(ask(fetcher(), of(target))).rejects.toThrow(message);
  });

  it('follows redirects unless told not to', async () => {
    const target = await serve((request, response) => {
      if (request.url === '/there') response.end('a 1\n');
      else response.writeHead(302, { location: '/there' }).end();
    });
    expect((await ask(fetcher(), of(target))).body.length).toBe(4);
    const refusing = ask(fetcher('follow_redirects: false'), of(target));
    await expect(refusing).rejects.toThrow('server returned HTTP status 302 Found');
  });

  it('gives a slow target up after the timeout, also in the middle of its page', async () => {
    const target = await serve(() => {});
    const message = `Get "${target.url}": context deadline exceeded`;
    await expect(ask(fetcher(), of(target, { timeout: 30 }))).rejects.toThrow(message);
    target.answers((_, response) => response.write('a 1\n'));
    await expect(ask(fetcher(), of(target, { timeout: 30 }))).rejects.toThrow(message);
  });

  it('gives a target up that is no longer wanted', async () => {
    const target = await serve(() => {});
    const controller = new AbortController();
    const fetched = ask(fetcher(), of(target, { signal: controller.signal }));
    controller.abort();
    await expect(fetched).rejects.toThrow('context canceled');
    await expect(ask(fetcher(), of(target, { signal: controller.signal }))).rejects.toThrow('context canceled');
  });

  it('does not take a page that unfolds beyond the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000, 'a 1\n'));
    const target = await serve((_, response) => {
      response.setHeader('content-encoding', 'gzip');
      response.end(bomb);
    });
    expect(bomb.length).toBeLessThan(20_000);
    const tooLarge = ask(fetcher('body_size_limit: 20KB'), of(target));
    await expect(tooLarge).rejects.toMatchObject({ code: 'body-size-limit', message: 'body size limit exceeded' });
  });

  it('does not take half a page for a whole one', async () => {
    const target = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.write('a 1\n', () => response.destroy());
    });
    await expect(ask(fetcher(), of(target))).rejects.toThrow('unexpected EOF');
  });
});

describe('a target in this process', () => {
  it('is asked directly, all others over the network', async () => {
    const target = await serve('network 1\n');
    const own = 'http://127.0.0.1:1/metrics';
    const source = () => new TextEncoder().encode('own 1\n');
    const local = createLocalFetcher((url) => (url === own ? source : null), fetcher());
    const page = await ask(local, of(target, { url: own }));
    expect([page.contentType, new TextDecoder().decode(page.body)]).toEqual([
      'text/plain; version=0.0.4; charset=utf-8',
      'own 1\n',
    ]);
    expect(new TextDecoder().decode((await ask(local, of(target))).body)).toBe('network 1\n');
  });
});
