import { afterEach, describe, expect, it } from 'vitest';
import { DiscoveryWorld } from '#test/discovery-world';
import { type Answer, FakeTarget } from '#test/fake-target';

const open: { stop(): unknown }[] = [];

afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.stop();
});

const json =
  (value: unknown): Answer =>
  (_, response) => {
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.end(typeof value === 'string' ? value : JSON.stringify(value));
  };

async function setUp(answer: Answer, more = '') {
  const server = await FakeTarget.start(answer);
  const found = new DiscoveryWorld();
  open.push(server, found);
  found.apply(`http_sd_configs: [{url: "${server.url}"${more}}]`);
  return { server, found, source: (i: number) => `${server.url}:${i}` };
}

const TWO = [{ targets: ['a:1', 'b:1'], labels: { x: 'y' } }, { targets: ['c:1'] }];

describe('targets from a server', () => {
  it('are its groups, with its URL', async () => {
    const { server, found, source } = await setUp(json(TWO), ', refresh_interval: 90s');
    await found.untilGroups(source(0), source(1));
    const common = { __meta_url: server.url };
    expect(found.labels(source(0))).toEqual([
      { ...common, __address__: 'a:1', x: 'y' },
      { ...common, __address__: 'b:1', x: 'y' },
    ]);
    expect(found.labels(source(1))).toEqual([{ ...common, __address__: 'c:1' }]);
    expect(server.requests[0]).toMatchObject({
      accept: 'application/json',
      'user-agent': 'Test/1',
      'x-prometheus-refresh-interval-seconds': '90',
    });
  });

  it('follow what it says, and only what differs is told', async () => {
    const { server, found, source } = await setUp(json(TWO), ', refresh_interval: 5s');
    await found.untilGroups(source(0), source(1));
    found.updates.length = 0;
    server.answers(json([TWO[0], { targets: ['d:1'] }]));
    await found.until('the change', () => found.addresses().includes('d:1'));
    server.answers(json([TWO[0]]));
    await found.untilGroups(source(0));
    expect(found.updates).toEqual([[source(1)], [source(1)]]);
    server.answers(json('null'));
    await found.untilGroups();
  });

  it('may have their keys in any case, as in Prometheus', async () => {
    const { found, source } = await setUp(json([{ Targets: ['a:1'], LABELS: { X: 'y' } }]));
    await found.untilGroups(source(0));
    expect(found.labels(source(0))).toMatchObject([{ __address__: 'a:1', X: 'y' }]);
  });

  it('are told in text that UTF-8 can hold', async () => {
    const half = '[{"targets": ["a\\ud800:1"], "labels": {"x\\udc00": "y\\ud800", "emoji": "\\ud83d\\ude00"}}]';
    const { server, found, source } = await setUp(json(half), ', refresh_interval: 90s');
    await found.untilGroups(source(0));
    expect(found.labels(source(0))).toEqual([
      { __address__: 'a\ufffd:1', __meta_url: server.url, 'x\ufffd': 'y\ufffd', emoji: '😀' },
    ]);
  });

  it('come without the password of the URL being told', async () => {
    const server = await FakeTarget.start((_, response) => response.writeHead(500).end());
    const found = new DiscoveryWorld();
    open.push(server, found);
    found.apply(`http_sd_configs: [{url: "${server.url.replace('//', '//user:pw-secret@')}"}]`);
    await found.until('it fails', () => found.error !== null);
    const shown = server.url.replace('//', '//user:xxxxx@');
    expect(found.error).toBe(`Get "${shown}": server returned HTTP status 500 Internal Server Error`);
    server.answers(json(TWO));
    await found.untilGroups(`${shown}:0`, `${shown}:1`);
    expect(found.labels(`${shown}:1`)).toEqual([{ __address__: 'c:1', __meta_url: shown }]);
  });

  it('come without the values of the query being told, which rules may read', async () => {
    const server = await FakeTarget.start((_, response) => response.writeHead(500).end());
    const found = new DiscoveryWorld();
    open.push(server, found);
    const url = `${server.url}?env=prod&token=tok-secret`;
    const told = `${server.url}?env=xxxxx&token=xxxxx`;
    found.apply(`http_sd_configs: [{url: "${url}", refresh_interval: 5s}]`);
    await found.until('it fails', () => found.error !== null);
    expect(found.error).toBe(`Get "${told}": server returned HTTP status 500 Internal Server Error`);
    server.answers((_, response) => response.destroy());
    await found.until('the connection fails', () => found.error?.includes('500') === false);
    expect(found.error).toContain(`Get "${told}": `);
    expect(found.error).not.toContain('tok-secret');
    server.answers(json(TWO));
    await found.untilGroups(`${told}:0`, `${told}:1`);
    expect(found.labels(`${told}:1`)).toEqual([{ __address__: 'c:1', __meta_url: url }]);
  });

  it('stand while it fails or answers nonsense, which is reported', async () => {
    const { server, found, source } = await setUp(json(TWO), ', refresh_interval: 1s');
    await found.untilGroups(source(0), source(1));
    const wrong: readonly [answer: Answer, problem: string][] = [
      [(_, response) => response.writeHead(500).end(), 'server returned HTTP status 500 Internal Server Error'],
      ['[]', 'unsupported content type "text/plain; version=0.0.4; charset=utf-8"'],
      [json('<html>'), 'the answer is not JSON'],
      [json({}), 'the answer is not a list of target groups'],
      [json([null]), 'target group 0: nil target group item found'],
      [json([3]), 'target group 0: it is not an object'],
      [json([{}, { targets: 'a' }]), 'target group 1: targets is not a list of texts'],
      [json([{ labels: { a: 1 } }]), 'target group 0: labels is not a map of texts'],
      [json([{ labels: { '': 'a' } }]), 'target group 0: "" is not a valid label name'],
      [json([{ lables: {} }]), 'target group 0: unknown key "lables", known are targets and labels'],
      [() => {}, 'context deadline exceeded'],
    ];
    for (const [answer, problem] of wrong) {
      server.answers(answer);
      const text = `Get "${server.url}": ${problem}`;
      await found.until(text, () => found.error === text);
    }
    expect(found.sources()).toEqual([source(0), source(1)]);
    expect(found.metric('prometheus_sd_http_failures_total')).toBeGreaterThanOrEqual(wrong.length);
    server.answers(json(TWO));
    await found.until('it is well again', () => found.error === null);
  });
});
