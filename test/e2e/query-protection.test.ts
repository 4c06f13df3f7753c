import { readFileSync, renameSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually, query, type Server, scratch, startServer } from '#test/process';

/** Keeps a thread busy for minutes, and does not look up from its work. */
const ENDLESS = 'double_exponential_smoothing(vector(1)[20d:1s], 0.5, 0.5)';
/** Doubles one label 26 times: a heap full of text, of which no sample knows. */
const GREEDY = Array.from({ length: 26 }).reduce<string>(
  (inner) => `label_join(${inner}, "x", "", "x", "x")`,
  'label_replace(vector(1), "x", "12345678", "", "")',
);

interface Running {
  readonly id: string;
  readonly query: string;
  readonly state: string;
}

async function running(server: Server): Promise<readonly Running[]> {
  return (await query<{ running: readonly Running[] }>(server, 'status/queries')).running;
}

async function ask(server: Server, path: string, params: Record<string, string>) {
  const body = new URLSearchParams(params);
  const response = await fetch(`${server.url}/api/v1/${path}`, { method: 'POST', body });
  return { status: response.status, body: (await response.json()) as { error?: string; hint?: string } };
}

function endless(server: Server): Promise<{ status: number; body: { error?: string; hint?: string } }> {
  return ask(server, 'query_range', { query: ENDLESS, start: '0', end: '10000', step: '1' });
}

/** The query under way, in a thread. */
function underWay(server: Server, expr = ENDLESS): Promise<Running> {
  return eventually(async () => {
    const found = (await running(server)).find((one) => one.query === expr && one.state === 'running');
    if (!found) throw new Error('it does not run yet');
    return found;
  });
}

function gone(server: Server, expr = ENDLESS): Promise<void> {
  return eventually(async () => {
    if ((await running(server)).some((one) => one.query === expr)) throw new Error('it still runs');
  });
}

describe('a query that asks for too much', () => {
  const folder = scratch();
  let server: Server;

  beforeAll(async () => {
    const flags = ['--query.max-memory=80MB', '--query.timeout=10s', '--web.enable-lifecycle'];
    server = await startServer({ dir: folder.dir, flags });
    await eventually(async () => {
      expect((await query<{ result: unknown[] }>(server, 'query?query=up')).result).toHaveLength(2);
    });
  });

  afterAll(async () => {
    await server.stop('SIGKILL');
    folder.remove();
  });

  it('ends at its budget of memory and is told what to do', async () => {
    expect(await ask(server, 'query', { query: 'vector(1)[30d:1s]' })).toEqual({
      status: 422,
      body: {
        ...{ status: 'error', errorType: 'execution', error: 'the query needs more than 80MiB of memory' },
        hint: 'Select fewer series, a shorter range or a longer step; record the expression with a rule; or raise --query.max-memory.',
      },
    });
  });

  it('is stopped before it fills the heap with labels, and nothing else notices', async () => {
    const before = await query<{ activeTargets: { lastScrape: string }[] }>(server, 'targets');
    const greedy = ask(server, 'query', { query: `count(${GREEDY})` });
    const light = await Promise.all(Array.from({ length: 20 }, () => ask(server, 'query', { query: 'up' })));
    expect(light.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(await greedy).toMatchObject({ status: 422, body: { error: 'the query needs more than 80MiB of memory' } });
    await eventually(async () => {
      const now = await query<{ activeTargets: { lastScrape: string; health: string }[] }>(server, 'targets');
      expect(now.activeTargets[0]!.lastScrape > before.activeTargets[0]!.lastScrape).toBe(true);
      expect(now.activeTargets.map(({ health }) => health)).toEqual(['up', 'up']);
    });
  });

  it('ends at its deadline though it does not listen, and others go on meanwhile', async () => {
    const late = endless(server);
    await underWay(server);
    expect((await ask(server, 'query', { query: 'up' })).status).toBe(200);
    expect(await late).toMatchObject({ status: 503, body: { error: 'query timed out in expression evaluation' } });
    expect(server.output()).toContain('its query did not stop when it was told to');
  });

  it('ends when its client hangs up', async () => {
    const socket = connect(server.port, '127.0.0.1');
    const path = `/api/v1/query_range?query=${encodeURIComponent(ENDLESS)}&start=0&end=10000&step=1`;
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nUser-Agent: telnet\r\n\r\n`);
    expect(await underWay(server)).toMatchObject({ client: 'telnet from 127.0.0.1' });
    socket.destroy();
    await gone(server);
  });

  it('ends when somebody ends it', async () => {
    const ended = endless(server);
    const { id } = await underWay(server);
    const response = await fetch(`${server.url}/api/v1/status/queries/${id}`, { method: 'DELETE' });
    expect(response.status).toBe(204);
    expect(await ended).toMatchObject({
      status: 499,
      body: { error: 'the query was ended by an operator of this server' },
    });
  });
});

describe('a client with many queries', () => {
  const folder = scratch();
  let server: Server;

  beforeAll(async () => {
    server = await startServer({ dir: folder.dir, flags: ['--query.timeout=20s', '--threads=1'] });
  });

  afterAll(async () => {
    await server.stop('SIGKILL');
    folder.remove();
  });

  it('keeps no rule waiting, though it holds every thread', async () => {
    const slow = [endless(server), endless(server)];
    await underWay(server);
    const evaluated = async () => {
      const { groups } = await query<{ groups: { lastEvaluation: string }[] }>(server, 'rules');
      return groups.map(({ lastEvaluation }) => Date.parse(lastEvaluation));
    };
    const began = Date.now();
    await eventually(async () => expect(Math.min(...(await evaluated()))).toBeGreaterThan(began));
    expect((await running(server)).map(({ query: expr }) => expr)).toContain(ENDLESS);
    for (const one of await running(server)) {
      await fetch(`${server.url}/api/v1/status/queries/${one.id}`, { method: 'DELETE' });
    }
    await Promise.all(slow);
  });
});

describe('what is written about queries', () => {
  let folder: ReturnType<typeof scratch>;
  let server: Server;

  beforeEach(() => {
    folder = scratch();
  });

  afterEach(async () => {
    await server.stop('SIGKILL');
    folder.remove();
  });

  it('tells after a crash which ones ran, once', async () => {
    server = await startServer({ dir: folder.dir });
    endless(server).catch(() => {});
    await underWay(server);
    await server.stop('SIGKILL');
    server = await startServer({ dir: folder.dir });
    expect(server.output()).toContain("A query didn't finish in the last run");
    expect(server.output()).toContain(ENDLESS);
    await server.stop('SIGTERM');
    server = await startServer({ dir: folder.dir });
    expect(server.output()).not.toContain("A query didn't finish");
  });

  it('goes to the query log, to a new one after a reload', async () => {
    const config = 'global: {query_log_file: query.log}\n';
    server = await startServer({ dir: folder.dir, config, flags: ['--web.enable-lifecycle'] });
    const logged = (name: string) =>
      readFileSync(join(folder.dir, name), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => (JSON.parse(line) as { params: { query: string } }).params.query);
    await ask(server, 'query', { query: '1 + 1' });
    await eventually(() => expect(logged('query.log')).toEqual(['1 + 1']));
    renameSync(join(folder.dir, 'query.log'), join(folder.dir, 'query.log.1'));
    await fetch(`${server.url}/-/reload`, { method: 'POST' });
    await ask(server, 'query', { query: '2 + 2' });
    await eventually(() => expect(logged('query.log')).toEqual(['2 + 2']));
    expect(logged('query.log.1')).toEqual(['1 + 1']);
  });
});
