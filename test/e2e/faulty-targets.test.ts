import { createServer, type Server as HttpServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOOPBACK_CERTIFICATE, LOOPBACK_KEY } from '#test/certificates';
import { eventually, query, type Server, scratch, startServer } from '#test/process';

const TEXT = { 'Content-Type': 'text/plain; version=0.0.4' };
const GOOD = 'good 1\n';
const page =
  (body: string | Buffer, headers: Record<string, string> = TEXT): RequestListener =>
  (_, response) =>
    response.writeHead(200, headers).end(body);

/** Writes again and again, as fast as it is read. */
const endless: RequestListener = (_, response) => {
  response.writeHead(200, TEXT);
  const line = Buffer.from('endless 1\n'.repeat(1000));
  const write = () => {
    while (!response.destroyed && response.write(line));
  };
  response.on('drain', write);
  write();
};

const drips: RequestListener = (_, response) => {
  response.writeHead(200, TEXT);
  const timer = setInterval(() => response.write('d'), 50);
  response.on('close', () => clearInterval(timer));
};

const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 'a 1\n'));
const longLine = `long{text="${'x'.repeat(10 * 1024 * 1024)}"} 1\n`;

interface Fault {
  readonly name: string;
  readonly answer: RequestListener;
  /** Of the job. */
  readonly settings?: string;
  /** What the targets page says; '' where the scrape as a whole is good. */
  readonly error: RegExp | '';
}

const FAULTS: readonly Fault[] = [
  { name: 'endless', answer: endless, settings: 'body_size_limit: 1MB', error: /^body size limit exceeded$/ },
  { name: 'drips', answer: drips, error: /context deadline exceeded$/ },
  { name: 'silent', answer: () => {}, error: /context deadline exceeded$/ },
  {
    name: 'bomb',
    answer: page(bomb, { ...TEXT, 'Content-Encoding': 'gzip' }),
    settings: 'body_size_limit: 1MB',
    error: /^body size limit exceeded$/,
  },
  {
    name: 'no-gzip',
    answer: page('good 1\n', { ...TEXT, 'Content-Encoding': 'gzip' }),
    error: /gzip: invalid header/,
  },
  { name: 'nul-bytes', answer: page('good 1\n\0bad 2\n'), error: /^expected a valid start token, got "\\x00"/ },
  { name: 'nul-padding', answer: page('good 1\n\0\0'), error: '' },
  {
    name: 'html',
    answer: page('<html></html>', { 'Content-Type': 'text/html' }),
    error: /^received unsupported Content-Type "text\/html" and no fallback_scrape_protocol specified for target$/,
  },
  {
    name: 'no-type',
    answer: page(GOOD, {}),
    error:
      /^non-compliant scrape target sending blank Content-Type and no fallback_scrape_protocol specified for target$/,
  },
  {
    name: 'long-line',
    answer: page(longLine),
    settings: 'label_value_length_limit: 1000',
    error: /^label_value_length_limit exceeded/,
  },
  { name: 'long-line-taken', answer: page(longLine), error: '' },
  { name: 'duplicates', answer: page('twice 1\ntwice 2\n'), error: '' },
  { name: 'clock-behind', answer: page('skewed 1 1000\nfresh 1\n'), error: '' },
  { name: 'clock-ahead', answer: page(`skewed 1 ${Date.now() + 86_400_000}\nfresh 1\n`), error: '' },
  {
    name: 'redirects',
    answer: (_, response) => response.writeHead(302, { Location: '/metrics' }).end(),
    error: /stopped after 10 redirects$/,
  },
  { name: 'too-many', answer: page('a 1\nb 1\n'), settings: 'sample_limit: 1', error: /^sample limit exceeded$/ },
  {
    name: 'broken',
    answer: (_, response) => response.writeHead(500).end(),
    error: /^server returned HTTP status 500 /,
  },
  {
    name: 'cut-short',
    answer: (_, response) => {
      response.writeHead(200, { ...TEXT, 'Content-Length': '1000' }).write('good 1\n');
      setTimeout(() => response.destroy(), 20);
    },
    error: /^unexpected EOF$/,
  },
  { name: 'hangs-up', answer: (request) => request.socket.destroy(), error: /EOF|connection reset/ },
];

const READY = 'scrape_interval: 5s\n    scrape_timeout: 4s';

describe('targets with faults', () => {
  const folder = scratch();
  const servers: (HttpServer | TcpServer)[] = [];
  const sockets = new Set<Socket>();
  let server: Server;

  async function portOf(one: HttpServer | TcpServer): Promise<number> {
    servers.push(one);
    one.on('connection', (socket: Socket) => sockets.add(socket));
    await new Promise<void>((done) => one.listen(0, '127.0.0.1', done));
    return (one.address() as AddressInfo).port;
  }

  beforeAll(async () => {
    const good = await portOf(createServer(page(GOOD)));
    const job = (name: string, bad: string, settings: readonly string[] = []) =>
      `  - job_name: ${name}\n    ${[READY, ...settings].join('\n    ')}\n    static_configs: [{targets: ['${bad}', '127.0.0.1:${good}']}]\n`;
    const jobs = await Promise.all(
      FAULTS.map(async ({ name, answer, settings }) => {
        const port = await portOf(createServer(answer));
        return job(name, `127.0.0.1:${port}`, settings === undefined ? [] : [settings]);
      }),
    );
    const selfSigned = await portOf(
      createTlsServer({ cert: LOOPBACK_CERTIFICATE, key: LOOPBACK_KEY }, page(GOOD)).on('tlsClientError', () => {}),
    );
    const garbage = await portOf(createTcpServer((socket) => socket.on('error', () => {}).end('SSH-2.0-x\r\n')));
    const kubernetes = async (name: string, answer: RequestListener) =>
      `  - job_name: ${name}\n    ${READY}\n    kubernetes_sd_configs: [{role: pod, api_server: 'http://127.0.0.1:${await portOf(createServer(answer))}'}]\n    static_configs: [{targets: ['127.0.0.1:${good}']}]\n`;
    const config = [
      ...['scrape_configs:\n', ...jobs],
      // The good target talks no TLS, so it stands in a job of its own.
      `  - job_name: self-signed\n    ${READY}\n    scheme: https\n    static_configs: [{targets: ['127.0.0.1:${selfSigned}']}]\n`,
      `  - job_name: no-tls\n    ${READY}\n    scheme: https\n    static_configs: [{targets: ['127.0.0.1:${good}']}]\n`,
      job('no-http', `127.0.0.1:${garbage}`),
      job('no-host', 'nowhere.invalid:80'),
      job('refused', '127.0.0.1:1'),
      await kubernetes('api-hangs', () => {}),
      await kubernetes('api-html', page('<html>Sign in</html>', { 'Content-Type': 'text/html' })),
      `  - job_name: fine\n    ${READY}\n    static_configs: [{targets: ['127.0.0.1:${good}']}]\n`,
    ].join('');
    server = await startServer({ dir: folder.dir, config });
    await eventually(async () => {
      const targets = await known();
      const waiting = targets.filter(({ health }) => health === 'unknown');
      if (targets.length < 2 * FAULTS.length + 11 || waiting.length > 0) {
        throw new Error(`${targets.length}, not scraped yet: ${waiting.map(({ scrapePool }) => scrapePool)}`);
      }
    });
  });

  afterAll(async () => {
    await server?.stop('SIGKILL');
    for (const one of servers) one.close();
    for (const socket of sockets) socket.destroy();
    folder.remove();
  });

  interface Known {
    readonly scrapePool: string;
    readonly scrapeUrl: string;
    readonly health: string;
    readonly lastError: string;
  }
  const known = async () => (await query<{ activeTargets: Known[] }>(server, 'targets')).activeTargets;
  const value = async (expression: string) => {
    const { result } = await query<{ result: { value: [number, string] }[] }>(
      server,
      `query?query=${encodeURIComponent(expression)}`,
    );
    return result[0]?.value[1];
  };

  it.each(FAULTS.map((fault) => [fault.name, fault] as const))('%s is told, the other goes on', async (name, fault) => {
    // On a busy machine a scrape may be late instead; the next one says what is wrong.
    await eventually(async () => {
      const targets = await known();
      const { scrapeUrl: goodUrl } = targets.find(({ scrapePool }) => scrapePool === 'fine')!;
      const own = targets.filter(({ scrapePool }) => scrapePool === name);
      expect(own.find(({ scrapeUrl }) => scrapeUrl === goodUrl)).toMatchObject({ health: 'up', lastError: '' });
      const bad = own.find(({ scrapeUrl }) => scrapeUrl !== goodUrl);
      expect(bad?.health).toBe(fault.error === '' ? 'up' : 'down');
      expect(bad?.lastError).toMatch(fault.error === '' ? /^$/ : fault.error);
    });
  });

  it.each([
    ['self-signed', /x509: certificate signed by unknown authority$/],
    ['no-tls', /server gave HTTP response to HTTPS client$/],
    ['no-http', /malformed HTTP response/],
    ['no-host', /lookup nowhere\.invalid/],
    ['refused', /connection refused/],
  ])('%s is told', async (name, error) => {
    const bad = (await known()).find(({ scrapePool, health }) => scrapePool === name && health === 'down');
    expect(bad?.lastError).toMatch(error);
  });

  it('an API server that hangs or answers with a page keeps nobody from being scraped', async () => {
    const jobs = (await known()).filter(({ scrapePool }) => scrapePool.startsWith('api-'));
    expect(jobs.map(({ scrapePool, health }) => `${scrapePool} ${health}`).sort()).toEqual([
      'api-hangs up',
      'api-html up',
    ]);
    await eventually(async () => {
      const { discovery } = await query<{ discovery: { job: string; error: string | null }[] }>(
        server,
        'status/discovery',
      );
      expect(discovery.find(({ job, error }) => job === 'api-html' && error !== null)?.error).toBe(
        'list pods: the answer is not JSON but text/html',
      );
    });
  });

  it('of duplicates one is stored, of samples from another time none, and both are counted', async () => {
    const own = await (await fetch(`${server.url}/metrics`)).text();
    expect(own).toMatch(/\nprometheus_target_scrapes_sample_duplicate_timestamp_total [1-9]/);
    expect(own).toMatch(/\nprometheus_target_scrapes_sample_out_of_bounds_total [1-9]/);
    expect(await value('twice{job="duplicates"}')).toBe('1');
    expect(await value('count(skewed)')).toBe(undefined);
    expect(await value('count(fresh)')).toBe('2');
    expect(await value('count(long)')).toBe('1');
  });

  it('everything good was scraped at each interval', async () => {
    await eventually(async () => {
      expect(Number(await value('count_over_time(up{job="fine"}[1m])'))).toBeGreaterThanOrEqual(3);
    });
    expect(await value('min(min_over_time(up{job="fine"}[1m]))')).toBe('1');
  });
});
