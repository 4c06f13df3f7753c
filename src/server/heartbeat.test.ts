import { afterEach, describe, expect, it } from 'vitest';
import { createHttpClient } from '#lib/http-client';
import { defaultHttpClientConfig } from '#lib/http-config';
import { silentLog } from '#lib/log';
import { MetricRegistry } from '#lib/metrics';
import { FakeClock } from '#test/clock';
import { type FakeReceiver, startFakeReceiver } from '#test/fake-receiver';
import { filesOf } from '#test/notifier';
import { eventually } from '#test/process';
import { startHeartbeat, stuckGroup } from './heartbeat.ts';

const BEGIN = 1_700_000_000_000;
const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

/** A watcher, and a server that it watches. */
async function watched(choose: (watcher: FakeReceiver) => { readonly url?: string; readonly file?: string }) {
  const watcher = await startFakeReceiver();
  const client = createHttpClient(defaultHttpClientConfig);
  const clock = new FakeClock(BEGIN);
  const registry = new MetricRegistry();
  const said: string[] = [];
  const say = (message: string, fields: { readonly err?: unknown } = {}) =>
    void said.push(`${message}: ${fields.err ?? ''}`);
  const state = { problem: null as string | null };
  const { url = '', file = '' } = choose(watcher);
  const stop = startHeartbeat({
    ...{ url, urlFile: file === '' ? '' : '/ping', interval: 60_000, clock, registry, client },
    log: { ...silentLog, warn: say, info: say },
    files: filesOf({ '/ping': file }),
    problem: () => state.problem,
  });
  endings.push(
    stop,
    () => client.close(),
    () => watcher.close(),
  );
  const value = (name: string) => registry.collect().find((family) => family.name === name)?.samples[0]?.value;
  /** How many heartbeats came to an end, and how many of them were heard. */
  const done = (total: number, failed: number) =>
    eventually(() =>
      expect([value('barograph_heartbeats_total'), value('barograph_heartbeats_failed_total')]).toEqual([
        total,
        failed,
      ]),
    );
  return { watcher, clock, state, said, stop, value, done };
}

describe('a heartbeat', () => {
  it('leaves at once and then each interval, to the URL in a file, until the server stops', async () => {
    const { watcher, clock, stop, value, done } = await watched(({ url }) => ({ file: `${url}/ping/secret\n` }));
    await done(1, 0);
    expect(watcher.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /ping/secret']);
    await clock.advance(60_000);
    await done(2, 0);
    expect(value('barograph_heartbeat_last_success_timestamp_seconds')).toBe(BEGIN / 1000 + 60);
    stop();
    await clock.advance(600_000);
    expect(watcher.requests).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });

  it('does not leave while something is wrong, which is said once, and neither is the URL', async () => {
    const { watcher, clock, state, said, done } = await watched(({ url }) => ({ url: `${url}/ping/secret` }));
    await done(1, 0);
    state.problem = 'the rule group "a" is no longer evaluated';
    await clock.advance(120_000);
    await done(3, 2);
    expect(watcher.requests).toHaveLength(1);
    state.problem = null;
    watcher.answers.push({ status: 404 });
    await clock.advance(60_000);
    await done(4, 3);
    await clock.advance(60_000);
    await done(5, 3);
    const alarm = 'The heartbeat is not heard: whoever watches this server will raise an alarm';
    expect(said).toEqual([
      `${alarm}: the rule group "a" is no longer evaluated`,
      `${alarm}: unexpected status code 404`,
      'The heartbeat is heard again: ',
    ]);
  });

  it('that nobody takes fails without telling where it went', async () => {
    const { said, done } = await watched(() => ({ url: 'http://127.0.0.1:1/ping/secret' }));
    await done(1, 1);
    expect(said).toHaveLength(1);
    expect(said[0]).not.toContain('secret');
  });
});

describe('a rule group', () => {
  const group = (lastEvaluation: number | null, interval = 30_000) => [{ name: 'a', interval, lastEvaluation }];

  it.each([
    ['was evaluated lately', group(BEGIN - 90_000), null],
    ['misses evaluation after evaluation', group(BEGIN - 90_001), 'the rule group "a" is no longer evaluated'],
    ['was never evaluated since the start', group(null), 'the rule group "a" is no longer evaluated'],
    ['is seldom evaluated', group(BEGIN - 3_600_000, 3_600_000), null],
    ['has a short interval', group(BEGIN - 60_000, 1000), null],
  ])('that %s', (_, groups, expected) => {
    expect(stuckGroup(groups, { now: BEGIN, since: BEGIN - 3_600_000 })).toBe(expected);
  });
});
