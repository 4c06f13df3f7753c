import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { eventually, freePort, repository, scratch, start } from '#test/process';

const folder = scratch();
afterAll(() => folder.remove());

/** What the image has: the files that are copied into it, in a folder of their own. */
function installed(): string {
  const dir = join(folder.dir, 'opt');
  const copies = readFileSync(join(repository, 'deploy', 'Dockerfile'), 'utf8').matchAll(
    /^COPY --from=build \/src\/(\S+) (\S+)$/gm,
  );
  for (const [, from = '', to = ''] of copies) {
    const target = to === './' ? join(dir, from) : join(dir, to);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(repository, from), target, { recursive: true, dereference: true });
  }
  return dir;
}

it('the files of the image are all that the program needs, and it writes to its data folder alone', async () => {
  const dir = installed();
  expect(readdirSync(dir).sort()).toEqual(['bin', 'dashboards', 'dist', 'node_modules', 'package.json']);
  const cwd = join(folder.dir, 'etc');
  mkdirSync(cwd);
  chmodSync(cwd, 0o555);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const flags = [`--storage.tsdb.path=${join(folder.dir, 'data')}`, `--web.listen-address=127.0.0.1:${port}`];
  const server = start(process.execPath, [join(dir, 'bin', 'barograph.js'), ...flags], cwd);
  try {
    await eventually(async () => expect((await fetch(`${url}/-/ready`)).status).toBe(200));
    const dashboards = (await (await fetch(`${url}/api/search`)).json()) as readonly { readonly uid: string }[];
    expect(dashboards.map(({ uid }) => uid)).toContain('host');
    const picture = await fetch(`${url}/render/d/host`);
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/png']);
    const page = await (await fetch(`${url}/`)).text();
    const [, script = ''] = /src="\.\/(assets\/[^"]+\.js)"/.exec(page) ?? [];
    expect((await fetch(`${url}/${script}`)).headers.get('content-type')).toContain('javascript');
    const alert = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '[{"labels":{"a":"b"}}]' };
    expect((await fetch(`${url}/api/v2/alerts`, alert)).status).toBe(200);
  } finally {
    expect(await server.stop('SIGTERM')).toBe(0);
  }
  expect(readdirSync(cwd)).toEqual([]);
  expect(readdirSync(folder.dir).sort()).toEqual(['data', 'etc', 'opt']);
  expect(server.output()).not.toMatch(/level=(?:ERROR|WARN)/);
});
