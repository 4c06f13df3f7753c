import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, query, type Server, scratch, startServer } from '#test/process';

const folder = scratch();
let server: Server;

beforeAll(async () => {
  server = await startServer({ dir: folder.dir, flags: ['--query.max-samples=100'] });
  await eventually(async () => {
    const { result } = await query<{ result: unknown[] }>(server, 'query?query=up');
    expect(result).toHaveLength(2);
  });
});

afterAll(async () => {
  await server.stop('SIGKILL');
  folder.remove();
});

async function ask(path: string): Promise<{ status: number; body: { errorType?: string; error?: string } }> {
  const response = await fetch(`${server.url}/api/v1/${path}`);
  return { status: response.status, body: (await response.json()) as { errorType?: string; error?: string } };
}

const EVERYTHING = encodeURIComponent('{__name__=~".+"}');

describe('a query that asks for too much', () => {
  it('is refused by the limit of samples, and others go on', async () => {
    expect(await ask(`query?query=${EVERYTHING}`)).toEqual({
      status: 422,
      body: {
        status: 'error',
        errorType: 'execution',
        error: 'query processing would load too many samples into memory in query execution',
      },
    });
    expect((await ask('query?query=up')).status).toBe(200);
  });

  it('leaves the scrapes alone', async () => {
    const before = await query<{ activeTargets: { lastScrape: string }[] }>(server, 'targets');
    await eventually(async () => {
      const now = await query<{ activeTargets: { lastScrape: string; health: string }[] }>(server, 'targets');
      expect(now.activeTargets[0]!.lastScrape > before.activeTargets[0]!.lastScrape).toBe(true);
      expect(now.activeTargets.map(({ health }) => health)).toEqual(['up', 'up']);
    });
  });
});
