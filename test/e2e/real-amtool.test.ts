import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { find, run, type Server, scratch, startServer } from '#test/process';

/** Programs that are not in the PATH are looked for in this folder. */
const PEERS = process.env['PEERS'] ?? '';
const AMTOOLS = [find('amtool') ?? [], PEERS === '' ? [] : join(PEERS, 'amtool')].flat();
if (AMTOOLS.length === 0) console.log('skipped: the command lines of amtool need amtool');

const YAML = `
global: {slack_api_url: 'https://hooks.slack.com/services/T/B/x'}
route:
  receiver: default
  routes:
  - {matchers: [team="db"], receiver: db-pager, continue: true}
  - {match_re: {team: db|web}, receiver: team-X, routes: [{matchers: [severity="critical"], receiver: db-pager}]}
inhibit_rules: [{source_matchers: [severity="critical"], target_matchers: [severity="warning"], equal: [cluster]}]
receivers:
- {name: default, webhook_configs: [{url: 'http://127.0.0.1:9/secret'}], slack_configs: [{channel: '#x'}]}
- {name: db-pager, pagerduty_configs: [{routing_key: k}]}
- {name: team-X, telegram_configs: [{bot_token: x, chat_id: 1}]}
`;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\n$/;
const NO_ALERTS = 'Alertname  Starts At  Summary  State  \n';

describe.each(AMTOOLS)('%s', (amtool) => {
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

  /** Exit code and output, without the warnings about versions and about the older form of matchers. */
  async function call(...args: string[]): ReturnType<typeof run> {
    const { code, output } = await run(amtool, [`--alertmanager.url=${server.url}`, ...args], folder.dir);
    return { code, output: output.replace(/^(Warning: amtool version|time=\S+ level=WARN).*\n/gm, '') };
  }
  const ok = (output: string) => ({ code: 0, output });

  it('adds alerts and finds them by name, matcher, receiver and state', async () => {
    const start = '--start=2026-11-24T09:00:00Z';
    const link = '--generator-url=http://p/graph';
    const full = ['DiskFull', 'cluster=a', 'severity=critical', '--annotation=summary=Disk full', link, start];
    expect(await call('alert', 'add', ...full)).toEqual(ok(''));
    expect(await call('alert', 'add', 'alertname=DiskSlow', 'cluster=a', 'severity=warning', start)).toEqual(ok(''));
    const row = 'DiskFull   2026-11-24 09:00:00 UTC  Disk full  active  \n';
    const head = 'Alertname  Starts At                Summary    State   \n';
    expect(await call('alert')).toEqual(ok(head + row));
    expect(await call('alert', 'query', 'DiskFull', 'severity=critical')).toEqual(ok(head + row));
    expect(await call('alert', 'query', '-a')).toEqual(ok(head + row));
    expect(await call('alert', 'query', '-r', 'def.*')).toEqual(ok(head + row));
    expect(await call('alert', 'query', '-r', 'team-X')).toEqual(ok(NO_ALERTS));
    expect((await call('alert', 'query', '-i')).output).toMatch(/^Alertname .*\nDiskSlow {3}2026-.* suppressed {2}\n$/);
    expect(await call('alert', 'query', '-s')).toEqual(ok(NO_ALERTS));
    expect(await call('alert', 'query', '-u')).toEqual(ok(NO_ALERTS));
    const extended = (await call('-o', 'extended', 'alert', 'query', 'alertname=~Disk.*')).output.split('\n');
    expect(extended[0]).toMatch(/^Labels +Annotations +Starts At +Ends At +Generator URL +State +$/);
    expect(extended[1]).toMatch(/^alertname="DiskFull".* summary="Disk full" .*http:\/\/p\/graph +active +$/);
    const [alert] = JSON.parse((await call('-o', 'json', 'alert', 'query', 'DiskFull')).output);
    expect(alert).toMatchObject({ labels: { alertname: 'DiskFull' }, receivers: [{ name: 'default' }] });
  });

  it('is told what is wrong with an alert', async () => {
    const { code, output } = await call('alert', 'add');
    expect(code).toBe(1);
    expect(output).toMatch(
      /^amtool: error: \[POST \/alerts\]\[400\] postAlertsBadRequest {1,2}"?at least one label pair required"?\n\n$/,
    );
  });

  it('adds, changes, ends and imports silences', async () => {
    const added = await call(
      'silence',
      'add',
      'alertname=X',
      'cluster=a',
      '--comment=c',
      '--duration=2h',
      '--author=me',
    );
    expect(added).toEqual({ code: 0, output: expect.stringMatching(UUID) });
    const id = added.output.trim();
    expect(await call('silence', 'add', 'X')).toEqual({
      code: 1,
      output: 'amtool: error: comment required by config\n\n',
    });
    const table = new RegExp(
      `^ID +Matchers +Ends At +Created By +Comment +\\n${id} {2}alertname="?X"? cluster="?a"? .* me +c +\\n$`,
    );
    expect(await call('silence')).toEqual({ code: 0, output: expect.stringMatching(table) });
    expect(await call('silence', 'query', '-q', '--created-by=me', 'X')).toEqual(ok(`${id}\n`));
    expect((await call('silence', 'query', '--within=30m')).output).not.toContain(id);
    const updated = await call('silence', 'update', '--duration=3h', '--comment=longer', id);
    expect(updated).toEqual({ code: 0, output: expect.stringMatching(new RegExp(`\\n${id} .* longer +\\n$`)) });

    writeFileSync(join(folder.dir, 's.json'), (await call('-o', 'json', 'silence', 'query')).output);
    expect(await call('silence', 'expire', id)).toEqual(ok(''));
    expect(await call('silence', 'query', '--expired', '-q')).toEqual(ok(`${id}\n`));
    const imported = await call('silence', 'import', 's.json');
    expect(imported).toEqual({ code: 0, output: expect.stringMatching(UUID) });
    expect(imported.output.trim()).not.toBe(id);
    const again = await call('silence', 'import', '--force', 's.json');
    expect(again).toEqual({ code: 0, output: expect.stringMatching(UUID) });
    expect((await call('silence', 'query', '-q')).output.split('\n').filter(Boolean)).toHaveLength(2);
  });

  it('is told what is wrong with a silence', async () => {
    const unknown = await call('silence', 'expire', '00000000-0000-0000-0000-000000000000');
    expect([unknown.code, unknown.output]).toEqual([1, expect.stringMatching(/^amtool: error: .*(404|status code)/)]);
    expect((await call('silence', 'expire', 'x')).code).toBe(1);
    writeFileSync(join(folder.dir, 'bad.json'), '[{');
    expect(await call('silence', 'import', 'bad.json')).toEqual({
      code: 1,
      output: expect.stringMatching(/couldn't unmarshal input data, is it JSON\?: unexpected EOF\n\n$/),
    });
    const silence = { comment: 'x', createdBy: 'me', startsAt: '2026-11-24T09:00:00Z', endsAt: '2036-11-24T09:00:00Z' };
    const parts = ['b', ''].map((value) => ({ ...silence, matchers: [{ name: 'a', value, isRegex: false }] }));
    writeFileSync(join(folder.dir, 'part.json'), JSON.stringify(parts));
    // How many failed, it does not always count to the end, and its exit code follows from that.
    const { output } = await call('silence', 'import', 'part.json');
    expect(output).toMatch(
      /^Error adding silence id='': \[POST \/silences\]\[400\] .*must not match the empty string/m,
    );
    expect(output).toMatch(/^[0-9a-f-]{36}$/m);
  });

  it('shows the configuration, the routes and the cluster, and finds receivers', async () => {
    expect((await call('config')).output).toContain('    url: http://127.0.0.1:9/<secret>\n'.trimStart());
    expect(JSON.parse((await call('-o', 'json', 'config', 'show')).output)).toMatchObject({
      cluster: { status: 'disabled' },
    });
    expect(await call('config', 'routes')).toEqual(
      ok(
        [
          ...['Routing tree:', '.', '└── default-route  receiver: default'],
          '    ├── {team="db"}  continue: true  receiver: db-pager',
          '    └── {team=~"^(?:db|web)$"}  receiver: team-X',
          '        └── {severity="critical"}  receiver: db-pager',
          '\n',
        ].join('\n'),
      ),
    );
    const routes = (...args: string[]) => call('config', 'routes', 'test', ...args);
    expect(await routes('team=db', 'service=baz')).toEqual(ok('db-pager,team-X\n'));
    expect(await routes('--tree', 'team=web')).toEqual(
      ok('Matching routes:\n.\n└── default-route\n    └── {team=~"^(?:db|web)$"}  receiver: team-X\n\n\nteam-X\n'),
    );
    expect(await routes('--verify.receivers=a,b', 'team=db')).toEqual({
      code: 1,
      output: 'db-pager,team-X\nWARNING: Expected receivers did not match resolved receivers.\n',
    });
    const braces = await routes('{foo=bar}');
    expect(braces.code).toBe(1);
    expect(braces.output).toMatch(
      /^amtool: error: Failed to parse labels: (bad matcher format|unexpected open or close brace): \{foo=bar\}\n\n$/,
    );
    expect((await call('cluster', 'show')).output).toMatch(/^Cluster Status: {2}disabled\nNode Name: {7}\n$/);
  });
});
