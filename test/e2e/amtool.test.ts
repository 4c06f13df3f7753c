import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { find, freePort, run, type Server, scratch, startServer } from '#test/process';

const BAROGRAPH = resolve('bin/barograph.js');
const real = find('amtool');
if (!real) console.log('skipped: comparing with amtool needs amtool');

const YAML = `
route:
  receiver: default
  routes:
  - {matchers: [team="db"], receiver: db-pager, continue: true}
  - {match_re: {team: db|web}, receiver: team-X, routes: [{matchers: [severity="critical"], receiver: db-pager}]}
receivers: [{name: default}, {name: db-pager}, {name: team-X}]
`;

let folder: ReturnType<typeof scratch>;
let server: Server;

beforeAll(async () => {
  folder = scratch();
  server = await startServer({ dir: folder.dir, alertmanager: YAML, flags: ['--threads=0'] });
});
afterAll(async () => {
  await server.stop('SIGKILL');
  folder.remove();
});

/** Exit code and output of our own amtool. */
function ours(...args: string[]): ReturnType<typeof run> {
  return run(process.execPath, [BAROGRAPH, 'amtool', ...args], folder.dir);
}

function onServer(...args: string[]): ReturnType<typeof run> {
  return ours(`--alertmanager.url=${server.url}`, ...args);
}

/** The same command by the real amtool, without its warning about versions. */
async function theirs(...args: string[]): ReturnType<typeof run> {
  const { code, output } = await run(real!, [`--alertmanager.url=${server.url}`, ...args], folder.dir);
  return { code, output: output.replace(/^Warning: amtool version.*\n/gm, '') };
}

describe('barograph amtool', () => {
  it('adds alerts and finds them', async () => {
    const added = ['DiskFull', 'cluster=a', 'severity=warning', '--annotation=summary=Disk full, really'];
    expect(await onServer('alert', 'add', ...added, '--start=2026-11-24T09:00:00Z')).toEqual({ code: 0, output: '' });
    expect(await onServer('alert', 'add')).toEqual({
      code: 1,
      output: 'amtool: error: [POST /alerts][400] postAlertsBadRequest "at least one label pair required"\n\n',
    });
    expect(await onServer('alert', 'query', 'DiskFull', 'severity=warning')).toEqual({
      code: 0,
      output:
        'Alertname  Starts At                Summary            State   \n' +
        'DiskFull   2026-11-24 09:00:00 UTC  Disk full, really  active  \n',
    });
    const dated = await onServer('--date.format=Mon, 02 Jan 06 3PM', 'alert', 'query', 'DiskFull');
    expect(dated.output).toContain('Tue, 24 Nov 26 9AM');
    expect((await onServer('alert', '-s')).output).toBe('Alertname  Starts At  Summary  State  \n');
    expect(JSON.parse((await onServer('-o', 'json', 'alert')).output)).toMatchObject([{ labels: { cluster: 'a' } }]);
  });

  it('adds, changes, ends and imports silences', async () => {
    const added = await onServer('silence', 'add', 'X', 'cluster=a', '--comment=c', '--duration=2h', '--author=me');
    const id = added.output.trim();
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(await onServer('silence', 'add', 'X')).toEqual({
      code: 1,
      output: 'amtool: error: comment required by config\n\n',
    });
    expect((await onServer('silence', 'update', '--duration=3h', '--comment=longer', id)).output).toMatch(
      new RegExp(`^ID  .*Matchers .*\\n${id}  alertname="X" cluster="a"  .* UTC  me  .*longer   \\n$`),
    );
    expect((await onServer('silence', '-q')).output).toBe(`${id}\n`);
    writeFileSync(join(folder.dir, 's.json'), (await onServer('-o', 'json', 'silence')).output);
    expect((await onServer('silence', 'import', 's.json')).output).toBe(`${id}\n`);
    expect(await onServer('silence', 'expire', id)).toEqual({ code: 0, output: '' });
    expect((await onServer('silence', 'query', '--expired', '-q')).output).toBe(`${id}\n`);
    expect((await onServer('silence', 'query', '--within=30m')).output.split('\n')).toHaveLength(2);
    const elsewhere = '11111111-1111-1111-1111-111111111111';
    writeFileSync(
      join(folder.dir, 'old.json'),
      readFileSync(join(folder.dir, 's.json'), 'utf8').replaceAll(id, elsewhere),
    );
    const moved = await onServer('silence', 'import', 'old.json');
    expect(moved).toEqual({ code: 0, output: expect.stringMatching(/^[0-9a-f-]{36}\n$/) });
    expect([`${id}\n`, `${elsewhere}\n`]).not.toContain(moved.output);
    expect(await onServer('silence', 'expire', moved.output.trim())).toEqual({ code: 0, output: '' });
  });

  it('says what cannot be done', async () => {
    const unknown = '00000000-0000-0000-0000-000000000000';
    expect((await onServer('silence', 'expire', unknown)).output).toBe(
      'amtool: error: [DELETE /silence/{silenceID}][404] deleteSilenceNotFound\n\n',
    );
    writeFileSync(join(folder.dir, 'bad.json'), '[{');
    expect((await onServer('silence', 'import', 'bad.json')).output).toBe(
      "amtool: error: couldn't unmarshal input data, is it JSON?: unexpected EOF\n\n",
    );
    writeFileSync(join(folder.dir, 'part.json'), '[{"comment":"x"}]');
    const part = await onServer('silence', 'import', 'part.json');
    expect(part.code).toBe(1);
    expect(part.output).toMatch(/^Error adding silence id='': \[POST \/silences\]/);
    expect(part.output).toContain("amtool: error: couldn't import 1 out of 1 silences\n");
    expect((await ours('nonsense')).code).toBe(2);
  });

  it('says what to do when the address is forgotten or wrong', async () => {
    const error = async (...args: string[]) => {
      const { code, output } = await ours(...args);
      return [code, output.split('\n')[1]];
    };
    const closed = `http://127.0.0.1:${await freePort()}`;
    expect(await error('alert', `--alertmanager.url=${closed}`)).toEqual([
      1,
      'Check that the Alertmanager runs and that --alertmanager.url names its host and port.',
    ]);
    expect(await error(`--alertmanager.url=${server.url}/alerts`, 'cluster')).toEqual([
      1,
      expect.stringMatching(/^Check host, port and path in --alertmanager\.url/),
    ]);
    expect(await error('silence', `--alertmanager.url=${server.url}/api/v2`)).toEqual([
      1,
      `Leave out what stands behind its address: --alertmanager.url=${server.url}.`,
    ]);
    writeFileSync(join(folder.dir, 'two.json'), '[{"comment":"x"},{"comment":"y"}]');
    const imported = await ours('silence', 'import', 'two.json', `--alertmanager.url=${closed}`);
    expect(imported.output.match(/connection refused/g)).toHaveLength(1);
  });

  it('takes user and password from a file of HTTP settings', async () => {
    writeFileSync(join(folder.dir, 'http.yml'), 'basic_auth: {username: me, password: pw}\n');
    const asked: string[] = [];
    const guarded = createServer((request, response) => {
      asked.push(request.headers.authorization ?? '');
      response.end('[]');
    });
    await new Promise<void>((done) => guarded.listen(0, '127.0.0.1', done));
    const { port } = guarded.address() as AddressInfo;
    const url = `--alertmanager.url=http://127.0.0.1:${port}`;
    expect(await ours('--http.config.file=http.yml', url, 'silence', '-q')).toEqual({ code: 0, output: '' });
    expect((await onServer('--version-check', 'silence', '-q')).output).toBe('');
    expect(asked).toEqual([`Basic ${Buffer.from('me:pw').toString('base64')}`]);
    guarded.close();
  });

  it('draws and tests routes, those of a file and those of the server', async () => {
    const tree = [
      'Routing tree:',
      '.',
      '└── default-route  receiver: default',
      '    ├── {team="db"}  continue: true  receiver: db-pager',
      '    └── {team=~"^(?:db|web)$"}  receiver: team-X',
      '        └── {severity="critical"}  receiver: db-pager',
      '\n',
    ].join('\n');
    expect((await onServer('config', 'routes')).output).toBe(tree);
    expect((await ours('config', 'routes', 'show', '--config.file=alertmanager.yml')).output).toBe(tree);
    const test = (...args: string[]) => ours('config', 'routes', 'test', '--config.file=alertmanager.yml', ...args);
    expect(await test('team=db', 'service=baz')).toEqual({ code: 0, output: 'db-pager,team-X\n' });
    expect(await test('--verify.receivers=a,b', 'team=web')).toEqual({
      code: 1,
      output: 'team-X\nWARNING: Expected receivers did not match resolved receivers.\n',
    });
    expect(await test('{foo=bar}')).toEqual({
      code: 1,
      output: 'amtool: error: Failed to parse labels: unexpected open or close brace: {foo=bar}\n\n',
    });
    expect((await test('--tree', 'team=web')).output).toBe(
      'Matching routes:\n.\n└── default-route\n    └── {team=~"^(?:db|web)$"}  receiver: team-X\n\n\nteam-X\n',
    );
  });

  it('renders templates without a server', async () => {
    writeFileSync(
      join(folder.dir, 'x.tmpl'),
      '{{ define "x" }}<a href="{{ .ExternalURL }}">{{ .Receiver }}</a>{{ end }}',
    );
    writeFileSync(join(folder.dir, 'data.json'), '{"receiver":"<r>","externalURL":"javascript:x"}');
    const render = (...args: string[]) => ours('template', 'render', '--template.glob=*.tmpl', ...args);
    const text = '--template.text={{ template "x" . }}';
    expect(await render(text)).toEqual({ code: 0, output: '<a href="https://example.com">receiver</a>' });
    expect(await render(text, '--template.type=html', '--template.data=data.json')).toEqual({
      code: 0,
      output: '<a href="#ZgotmplZ">&lt;r&gt;</a>',
    });
    expect(await render('--template.text={{ .X }}')).toEqual({
      code: 1,
      output: `amtool: error: template: :1:3: executing "" at <.X>: can't evaluate field X in type template.Data\n\n`,
    });
    expect(await render('--template.text=x', '--template.type=xml')).toEqual({
      code: 1,
      output: "amtool: error: enum value must be one of html,text, got 'xml'\n\n",
    });
    expect(await ours('template', 'render')).toEqual({
      code: 1,
      output: "amtool: error: required flag(s) '--template.glob' not provided\n\n",
    });
  });

  it('checks files, and shows configuration and cluster', async () => {
    expect(await ours('check-config', 'alertmanager.yml')).toEqual({
      code: 0,
      output:
        "Checking 'alertmanager.yml'  SUCCESS\nFound:\n - global config\n - route\n - 0 inhibit rules\n - 3 receivers\n - 0 templates\n\n",
    });
    writeFileSync(join(folder.dir, 'bad.yml'), 'route: {}');
    const bad = await ours('check-config', 'bad.yml');
    expect(bad.code).toBe(1);
    expect(bad.output).toMatch(/^Checking 'bad.yml' {2}FAILED: .*no receivers? |^Checking 'bad.yml' {2}FAILED: /);
    expect(bad.output).toMatch(/amtool: error: failed to validate 1 file\(s\)\n\n$/);
    expect((await onServer('config')).output).toMatch(/^global:\n {2}resolve_timeout: 5m\n/);
    expect((await onServer('cluster', 'show')).output).toMatch(/^Cluster Status: {2}\w+\nNode Name: {7}/);
  });

  it.skipIf(!real)('prints what the real one prints', async () => {
    for (const command of [
      ['alert', 'query', 'DiskFull'],
      ['alert', 'query', '-i'],
      ['-o', 'extended', 'alert', 'query', 'alertname=~Disk.*'],
      ['silence', 'query', '--expired'],
      ['cluster', 'show'],
      ['-o', 'extended', 'cluster', 'show'],
      ['-o', 'extended', 'silence', 'query', '--expired', 'X'],
      ['silence', 'add', 'X'],
      ['silence', 'import', 'bad.json'],
      ['cluster', 'show'],
      ['config', 'show'],
    ]) {
      expect([command, await onServer(...command)]).toEqual([command, await theirs(...command)]);
    }
  });
});
