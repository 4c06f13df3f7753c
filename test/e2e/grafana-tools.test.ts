import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type Server, scratch, startServer } from '#test/process';
import { playScript, type RequestScript } from '#test/request-script';

const fixtures = resolve(import.meta.dirname, '../fixtures/grafana-tools');
const scripts = readdirSync(fixtures)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(join(fixtures, name), 'utf8')) as RequestScript);

const PROVIDER = `
apiVersion: 1
providers:
  - { name: sidecar, folder: General of files, folderUid: sidecar, options: { path: $BOARDS } }
`;

describe('the API of dashboards takes what Grafana’s tools send', () => {
  const folder = scratch();
  const boards = join(folder.dir, 'boards');
  let server: Server;

  beforeAll(async () => {
    mkdirSync(boards);
    mkdirSync(join(folder.dir, 'provisioning', 'dashboards'), { recursive: true });
    const provider = PROVIDER.replace('$BOARDS', boards);
    writeFileSync(join(folder.dir, 'provisioning', 'dashboards', 'sidecar.yaml'), provider);
    writeFileSync(join(boards, 'file.json'), '{"uid":"in-a-file","title":"In a file","panels":[]}');
    const flags = [`--provisioning.path=${join(folder.dir, 'provisioning')}`];
    server = await startServer({ dir: folder.dir, config: 'scrape_configs: []\n', flags });
  });

  afterAll(async () => {
    await server?.stop('SIGKILL');
    folder.remove();
  });

  it.each(scripts)('$tool', async (script) => {
    await playScript(script, { url: server.url, folder: boards });
  });
});
