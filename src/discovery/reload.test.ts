import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiscoveryWorld } from '#test/discovery-world';
import { FakeTarget } from '#test/fake-target';

/** What a server answers under each path: addresses, no answer yet, or nothing but errors. */
type Answer = readonly string[] | 'late' | 'error';

const SECONDS = 1000;

let world: DiscoveryWorld;
let server: FakeTarget;
let answers: Map<string, Answer>;
let late: ServerResponse[];

beforeEach(async () => {
  world = new DiscoveryWorld();
  answers = new Map();
  late = [];
  server = await FakeTarget.start(({ url }, response) => {
    const answer = answers.get(url ?? '') ?? [];
    if (answer === 'late') late.push(response);
    else if (answer === 'error') response.writeHead(500).end();
    else say(response, answer);
  });
});

afterEach(async () => {
  world.stop();
  for (const response of late) response.destroy();
  await server.stop();
});

function say(response: ServerResponse, targets: readonly string[]): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify([{ targets }]));
}

/** Asks these paths; the interval is the time that an answer may take, too. */
function http(...paths: readonly string[]): string {
  const interval = (path: string) => (answers.get(path) === 'late' ? '10m' : '30s');
  const blocks = paths.map((path) => `{url: "http://${server.address}${path}", refresh_interval: ${interval(path)}}`);
  return `http_sd_configs: [${blocks.join(', ')}]`;
}

async function untilAddresses(...wanted: readonly string[]): Promise<void> {
  await world.until(wanted.join(' '), () => world.addresses().join(' ') === wanted.join(' '));
}

async function found(yaml: string, ...addresses: readonly string[]): Promise<void> {
  world.apply(yaml);
  await untilAddresses(...addresses);
  world.updates.length = 0;
}

describe('targets of a discovery that is configured anew', () => {
  it('stand until it has answered, however late', async () => {
    answers.set('/old', ['a', 'b']).set('/new', 'late');
    await found(http('/old'), 'a', 'b');
    world.apply(http('/new'));
    await world.until('the new server is asked', () => late.length === 1);
    await world.clock.advance(20 * SECONDS);
    expect(world.updates).toEqual([]);
    expect(world.manager.status()[0]).toMatchObject({ targets: 2, error: null });
    expect(world.manager.status()[0]?.lastUpdate).toBeLessThan(world.clock.now() - 19 * SECONDS);
    say(late[0]!, ['b']);
    await untilAddresses('b');
  });

  it('stand while it gives errors only', async () => {
    answers.set('/old', ['a']).set('/new', 'error');
    await found(http('/old'), 'a');
    world.apply(http('/new'));
    await world.until('it failed', () => world.error !== null);
    await world.clock.advance(100 * SECONDS);
    expect(world.updates).toEqual([]);
    expect(world.manager.status()[0]).toMatchObject({ mechanism: 'http', targets: 1 });
    answers.set('/new', ['c']);
    await untilAddresses('c');
  });

  it('stand over several reloads without an answer', async () => {
    answers.set('/old', ['a']).set('/new', 'error').set('/newer', 'late');
    await found(http('/old'), 'a');
    for (const path of ['/new', '/newer', '/new']) {
      world.apply(http(path));
      await world.clock.advance(6 * SECONDS);
    }
    expect(world.addresses()).toEqual(['a']);
  });

  it('are not told again when it finds the same', async () => {
    answers.set('/old', ['a']);
    await found(http('/old'), 'a');
    const before = world.manager.status()[0]?.lastUpdate;
    await world.clock.advance(1);
    world.apply(`http_sd_configs: [{url: "http://${server.address}/old", refresh_interval: 45s}]`);
    await world.until('it has answered', () => world.manager.status()[0]?.lastUpdate !== before);
    await world.clock.advance(6 * SECONDS);
    expect(world.updates).toEqual([]);
  });

  it('go at once when their mechanism is no longer configured', async () => {
    answers.set('/old', ['a']);
    await found(http('/old'), 'a');
    world.files.set('/etc/t.yml', '[{targets: [f]}]');
    world.apply('file_sd_configs: [{files: [t.yml]}]');
    await untilAddresses('f');
    expect(world.updates).toHaveLength(1);
  });

  it('do not come back with a job that was away', async () => {
    answers.set('/old', ['a']).set('/new', 'late');
    await found(http('/old'), 'a');
    world.manager.applyConfig([]);
    world.apply(http('/new'));
    await world.clock.advance(6 * SECONDS);
    expect(world.addresses()).toEqual([]);
  });
});

describe('of several discoveries of a job', () => {
  it('those that say the same go on without asking anew', async () => {
    answers.set('/one', ['a']).set('/two', ['b']);
    await found(http('/one', '/two'), 'a', 'b');
    const asked = server.requests.length;
    answers.set('/two', 'error');
    world.apply(`${http('/two')}\nstatic_configs: [{targets: [s]}]`);
    await untilAddresses('b', 's');
    await world.clock.advance(6 * SECONDS);
    expect(world.addresses()).toEqual(['b', 's']);
    expect(server.requests).toHaveLength(asked);
  });

  it('each keeps its own targets, also of two mechanisms', async () => {
    answers.set('/one', ['a']).set('/two', ['b']).set('/three', 'late');
    world.files.set('/etc/t.yml', '[{targets: [f]}]');
    await found(`${http('/one', '/two')}\nfile_sd_configs: [{files: [t.yml]}]`, 'a', 'b', 'f');
    world.files.set('/etc/u.yml', '[{targets: [g]}]');
    world.apply(`${http('/one', '/three')}\nfile_sd_configs: [{files: [u.yml]}]`);
    await untilAddresses('a', 'b', 'g');
    say(late[0]!, ['c']);
    await untilAddresses('a', 'c', 'g');
  });

  it.each([
    ['the last stays', '/two', 'b'],
    ['the first stays', '/one', 'a'],
  ])('one that changed keeps its own targets when the others go: %s', async (_, path, address) => {
    answers.set('/one', ['a']).set('/two', ['b']);
    await found(http('/one', '/two'), 'a', 'b');
    answers.set(path, 'error');
    world.apply(`http_sd_configs: [{url: "http://${server.address}${path}", refresh_interval: 45s}]`);
    await world.until('it failed', () => world.error !== null);
    await untilAddresses(address);
    await world.clock.advance(100 * SECONDS);
    expect(world.addresses()).toEqual([address]);
  });

  it('one that changed keeps its own targets beside others that are new', async () => {
    answers.set('/one', ['a']).set('/two', ['b']).set('/three', 'error');
    await found(http('/one', '/two'), 'a', 'b');
    answers.set('/one', 'late');
    world.apply(http('/three', '/one'));
    await world.clock.advance(6 * SECONDS);
    answers.set('/one', 'error').set('/three', ['c']);
    await untilAddresses('a', 'c');
  });

  it('one that lists most of the same files takes over from these', async () => {
    for (const name of ['a', 'b', 'c']) world.files.set(`/etc/${name}.yml`, `[{targets: [${name}]}]`);
    await found('file_sd_configs: [{files: [a.yml]}, {files: [b.yml, c.yml]}]', 'a', 'b', 'c');
    world.files.set('/etc/c.yml', '[{targets: }');
    world.apply('file_sd_configs: [{files: [c.yml, d.yml]}]');
    await untilAddresses('b', 'c');
  });

  it('one more begins with nothing beside those that were there', async () => {
    answers.set('/one', ['a']).set('/two', 'late');
    await found(http('/one'), 'a');
    world.apply(http('/two', '/one'));
    await world.clock.advance(6 * SECONDS);
    expect(world.addresses()).toEqual(['a']);
    say(late[0]!, ['b']);
    await untilAddresses('a', 'b');
  });
});

describe('a discovery that could ask for a part only', () => {
  it('keeps what was found of the rest until that is known', async () => {
    world.files.set('/etc/a.yml', '[{targets: [a]}]').set('/etc/b.yml', '[{targets: [b]}]');
    await found('file_sd_configs: [{files: [a.yml, b.yml]}]', 'a', 'b');
    world.files.set('/etc/a.yml', '[{targets: [a2]}]').set('/etc/b.yml', '[{targets: }');
    world.apply('file_sd_configs: [{files: [a.yml, b.yml], refresh_interval: 30s}]');
    await untilAddresses('a2', 'b');
    await world.clock.advance(100 * SECONDS);
    expect(world.addresses()).toEqual(['a2', 'b']);
    world.files.delete('/etc/b.yml');
    await untilAddresses('a2');
    expect(world.error).toBeNull();
  });
});
