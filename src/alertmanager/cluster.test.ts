import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClusterSettings } from '#alertmanager/peer-link';
import { AlertmanagerTimeline } from '#test/alertmanager';
import { FakeClock } from '#test/clock';
import { PeerNetwork } from '#test/peer-network';

const CONFIG = `
route: {receiver: default, group_by: [alertname], group_wait: 1s, group_interval: 20s, repeat_interval: 1h}
receivers: [{name: default, webhook_configs: [{url: "http://hook/1"}]}]`;
/** With the default intervals a cluster has settled by then. */
const SETTLED = 12;

/** An instance of the cluster, and what its webhook was sent. */
class Instance extends AlertmanagerTimeline {
  private readonly network: PeerNetwork;
  readonly name: string;

  constructor(clock: FakeClock, network: PeerNetwork, name: string) {
    super(clock);
    this.network = network;
    this.name = name;
  }

  async start(settings: Partial<ClusterSettings> = {}, peers: readonly string[] = ['a', 'b', 'c']): Promise<void> {
    const cluster = this.network.member(this.name, peers, { peerName: this.name, ...settings });
    await this.open(CONFIG, { cluster });
  }

  /** What the webhook heard: seconds and alerts. */
  get messages(): string[] {
    return this.sent.map(({ at, alerts }) => `${at}: ${alerts.join(' ')}`);
  }

  get members(): string[] {
    return this.alertmanager.status().cluster!.peers.map(({ name }) => name);
  }

  get status(): string {
    return this.alertmanager.status().cluster!.status;
  }

  /** Says no more, and hears nothing: what it still does, it does for itself. */
  vanish(): void {
    this.network.kill(this.name);
    for (const other of ['a', 'b', 'c']) this.network.cut(this.name, other);
  }
}

let clock: FakeClock;
let network: PeerNetwork;
let instances: Instance[];

beforeEach(() => {
  clock = new FakeClock();
  network = new PeerNetwork();
  instances = ['a', 'b', 'c'].map((name) => new Instance(clock, network, name));
});
afterEach(async () => {
  // What asks the others while it ends is answered only when time passes.
  const ending = Promise.all(instances.map((instance) => instance.dispose()));
  await clock.advance(60_000);
  await ending;
});

const [a, b, c] = [0, 1, 2].map((i) => () => instances[i]!) as [() => Instance, () => Instance, () => Instance];
const until = (second: number) => a().until(second);

async function startAll(settings: Partial<ClusterSettings> = {}): Promise<void> {
  for (const instance of instances) await instance.start(settings);
  await until(SETTLED);
}

async function postToAll(name: string, start: number, end = 5000, to = instances): Promise<void> {
  for (const instance of to) await instance.post({ alertname: name }, start, end);
}

function silence(name: string) {
  const matchers = [{ name: 'alertname', operator: '=', value: name }] as const;
  return { matchers, startsAt: clock.now(), endsAt: clock.now() + 3_600_000, createdBy: 'me', comment: 'c' };
}

describe('a cluster', () => {
  it('settles, and everybody sees everybody', async () => {
    for (const instance of instances) await instance.start();
    await until(5);
    expect(instances.map(({ status }) => status)).toEqual(['settling', 'settling', 'settling']);
    await until(SETTLED);
    expect(instances.map(({ status }) => status)).toEqual(['ready', 'ready', 'ready']);
    for (const instance of instances) expect(instance.members).toEqual(['a', 'b', 'c']);
  });

  it('finds members that only another member knows', async () => {
    await a().start({}, []);
    await b().start({}, ['a']);
    await c().start({}, ['b']);
    await until(SETTLED);
    for (const instance of instances) expect(instance.members).toEqual(['a', 'b', 'c']);
  });

  it('asks a peer again that was not there at first and knows of nobody', async () => {
    await a().start({}, ['b']);
    await until(3);
    await b().start({}, []);
    await until(9);
    expect([a().members, b().members]).toEqual([['a'], ['b']]);
    await until(11);
    expect([a().members, b().members]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });

  it('notifies once, and the others know of it', async () => {
    await startAll();
    await postToAll('x', SETTLED);
    await until(60);
    expect(instances.map(({ messages }) => messages)).toEqual([['13: x(12)'], [], []]);
    expect(b().alertmanager.history({ kinds: ['sent'] })).toMatchObject([
      { integration: 'webhook[0]', detail: 'firing, by the instance a' },
    ]);
    expect(b().alertmanager.groups()[0]?.lastNotifications).toMatchObject([{ sentAt: a().time(13) }]);
  });

  it('tells of an end once', async () => {
    await startAll();
    await postToAll('x', SETTLED);
    await until(20);
    await postToAll('x', SETTLED, 20);
    await until(100);
    expect(instances.map(({ messages }) => messages)).toEqual([['13: x(12)', '33: x(12,20)'], [], []]);
    expect(instances.map(({ alertmanager }) => alertmanager.groups())).toEqual([[], [], []]);
  });

  it('notifies when only a later instance has got the alert, after its wait', async () => {
    await startAll();
    await postToAll('x', SETTLED, 5000, [c()]);
    await until(100);
    expect(instances.map(({ messages }) => messages)).toEqual([[], [], ['43: x(12)']]);
  });

  it('does not wait for those that are lost', async () => {
    await startAll();
    await postToAll('x', SETTLED, 5000, [b(), c()]);
    await until(14);
    a().vanish();
    await until(25);
    expect(b().members).toEqual(['b', 'c']);
    expect(b().messages).toEqual(['18.5: x(12)']);
    expect(c().messages).toEqual([]);
  });

  it('makes the next one notify when one ends in order, at once', async () => {
    await startAll();
    await postToAll('x', SETTLED, 5000, [b(), c()]);
    await until(14);
    await a().close();
    await until(14.5);
    expect(b().members).toEqual(['b', 'c']);
    expect([b().messages, c().messages]).toEqual([['14: x(12)'], []]);
  });

  it('lets both sides notify when they do not reach each other, and then agrees again', async () => {
    await startAll();
    network.cut('a', 'b');
    network.cut('a', 'c');
    await until(20);
    await postToAll('x', 20);
    await until(60);
    expect(instances.map(({ messages }) => messages)).toEqual([['21: x(20)'], ['21: x(20)'], []]);
    expect([a().members, b().members]).toEqual([['a'], ['b', 'c']]);
    const id = await c().alertmanager.setSilence(silence('y'));
    network.heal();
    await until(80);
    for (const instance of instances) expect(instance.members).toEqual(['a', 'b', 'c']);
    expect(a().alertmanager.silence(id)).toEqual(c().alertmanager.silence(id));
    await postToAll('y', 80);
    await until(200);
    expect(instances.map(({ messages }) => messages.length)).toEqual([1, 1, 0]);
  });

  it('hears of what it could not be told directly from somebody between', async () => {
    await startAll();
    network.cut('a', 'c');
    await until(20);
    expect(instances.map(({ members }) => members)).toEqual([
      ['a', 'b'],
      ['a', 'b', 'c'],
      ['b', 'c'],
    ]);
    await postToAll('x', 20);
    await until(60);
    expect(instances.map(({ messages }) => messages)).toEqual([['21: x(20)'], [], []]);
  });

  it('shares silences: made, changed and ended', async () => {
    await startAll();
    const id = await b().alertmanager.setSilence(silence('x'));
    await until(SETTLED + 0.5);
    for (const { alertmanager } of instances) expect(alertmanager.silence(id)?.state).toBe('active');
    await postToAll('x', SETTLED);
    await until(20);
    await c().alertmanager.setSilence({ ...a().alertmanager.silence(id)!, comment: 'longer' });
    await until(21);
    for (const { alertmanager } of instances) expect(alertmanager.silence(id)?.comment).toBe('longer');
    await a().alertmanager.expireSilence(id);
    await until(22);
    for (const { alertmanager } of instances) expect(alertmanager.silence(id)?.state).toBe('expired');
    await until(60);
    expect(instances.map(({ messages }) => messages)).toEqual([['33.5: x(12)'], [], []]);
  });

  it('gives everything to one that has lost its memory, before it notifies', async () => {
    await a().start();
    await b().start();
    await until(SETTLED);
    await postToAll('x', SETTLED, 5000, [a(), b()]);
    const id = await a().alertmanager.setSilence(silence('y'));
    await until(60);
    await c().start();
    await postToAll('x', SETTLED, 5000, [c()]);
    await postToAll('y', 60, 5000, [c()]);
    await until(300);
    expect(c().alertmanager.silence(id)?.state).toBe('active');
    expect(instances.map(({ messages }) => messages)).toEqual([['13: x(12)'], [], []]);
  });

  it('knows who was told though the whole state was exchanged before the message came', async () => {
    await startAll({ pushPullInterval: 50 });
    await postToAll('x', SETTLED);
    await until(13.15);
    for (const other of [b(), c()]) {
      expect(other.alertmanager.history({ kinds: ['sent'] })).toMatchObject([
        { integration: 'webhook[0]', detail: 'firing, by the instance a' },
      ]);
    }
    await until(20);
    expect(b().alertmanager.history({ kinds: ['sent'] })).toHaveLength(1);
  });

  it('learns after a restart who was told meanwhile, by whom and when', async () => {
    await startAll();
    await postToAll('x', SETTLED);
    await until(12.5);
    await c().close();
    await until(20);
    await a().close();
    await c().start();
    await until(40);
    expect(c().alertmanager.history({ kinds: ['sent'] })).toMatchObject([
      { at: c().time(13), integration: 'webhook[0]', detail: 'firing, by the instance a' },
    ]);
  });

  it('repeats nothing after the restart of the one that notified', async () => {
    await startAll();
    await postToAll('x', SETTLED);
    await until(20);
    await a().close();
    await until(40);
    await a().start();
    await until(300);
    expect(instances.flatMap(({ messages }) => messages)).toEqual(['13: x(12)']);
  });

  it('notifies though the others can never be reached', async () => {
    await c().start();
    await c().post({ alertname: 'x' }, 0, 5000);
    await until(30);
    expect(c().status).toBe('ready');
    expect(c().messages).toEqual(['8: x(0)']);
  });

  it('waits no longer than the timeout for a member that does not give its state', async () => {
    await a().start({ settleTimeout: 30_000 });
    await b().start({ settleTimeout: 30_000 });
    network.cutOneWay('b', 'a');
    network.cutOneWay('c', 'a');
    await c().start({ settleTimeout: 30_000 });
    await b().post({ alertname: 'x' }, 0, 5000);
    await until(60);
    expect(instances.map(({ status }) => status)).toEqual(['ready', 'ready', 'ready']);
    expect(instances.flatMap(({ messages }) => messages)).toHaveLength(1);
  });

  it('keeps clusters with different labels apart', async () => {
    await a().start({ label: 'blue' });
    await b().start({ label: 'green' });
    await until(30);
    expect([a().members, b().members]).toEqual([['a'], ['b']]);
  });

  it('does not take two instances of one name for one', async () => {
    await a().start();
    await b().start({ peerName: 'a' });
    await until(30);
    await postToAll('x', 30, 5000, [a(), b()]);
    await until(60);
    expect([a().members, b().members]).toEqual([['a'], ['a']]);
    expect([a().messages, b().messages]).toEqual([['31: x(30)'], ['31: x(30)']]);
  });

  it('counts under the names of Alertmanager', async () => {
    await startAll();
    c().vanish();
    await until(30);
    const value = (name: string) => {
      const family = b()
        .metrics.collect()
        .find((each) => each.name === `alertmanager_${name}`);
      return family?.samples.map((sample) => sample.value);
    };
    expect(value('cluster_enabled')).toEqual([1]);
    expect(value('cluster_members')).toEqual([2]);
    expect(value('cluster_failed_peers')).toEqual([1]);
    expect(value('cluster_peers_joined_total')).toEqual([2]);
    expect(value('cluster_peers_left_total')).toEqual([1]);
    expect(value('peer_position')).toEqual([1]);
    expect(value('cluster_peer_info')).toEqual([1]);
  });

  it('says little when nothing happens', async () => {
    await startAll();
    network.arrived.length = 0;
    await until(SETTLED + 120);
    const kinds = new Map<string, number>();
    for (const message of network.arrived) {
      const kind = message.split(' ')[1]!;
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
    expect(kinds.get('pull')).toBe(6);
    expect(kinds.get('update')).toBe(undefined);
    expect(kinds.get('hello')).toBe(6 * 120 + 3 * 12);
  });
});
