import { afterEach, describe, expect, it } from 'vitest';
import { DiscoveryWorld } from '#test/discovery-world';
import { FakeKubernetes, type FakeObject, fail } from '#test/fake-kubernetes';

const PODS = '/api/v1/pods';

const open: { stop(): unknown }[] = [];

afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.stop();
});

async function cluster(): Promise<FakeKubernetes> {
  const fake = await FakeKubernetes.start();
  open.push(fake);
  return fake;
}

function world(options?: ConstructorParameters<typeof DiscoveryWorld>[0]): DiscoveryWorld {
  const made = new DiscoveryWorld(options);
  open.push(made);
  return made;
}

function pod(name: string, ip: string, more: Readonly<Record<string, unknown>> = {}): FakeObject {
  return {
    metadata: { name, namespace: 'shop' },
    spec: { containers: [{ name: 'app', ports: [{ containerPort: 80 }] }], ...more },
    status: { podIP: ip },
  };
}

const job = ({ url }: FakeKubernetes, more = '') => `kubernetes_sd_configs: [{role: pod, api_server: "${url}"${more}}]`;

/** A world that has found one pod and watches. */
async function watchingWorld() {
  const api = await cluster();
  api.put(PODS, pod('a', '10.0.0.1'));
  const found = world();
  found.apply(job(api));
  await found.untilGroups('pod/shop/a');
  await found.until('it watches', () => api.watching === 1);
  found.updates.length = 0;
  return { api, found };
}

describe('pods of a cluster', () => {
  it('are listed, and followed while they come, change and go', async () => {
    const { api, found } = await watchingWorld();
    api.put(PODS, pod('b', '10.0.0.2'));
    await found.untilGroups('pod/shop/a', 'pod/shop/b');
    api.put(PODS, pod('b', '10.0.0.3'));
    await found.until('the new address', () => found.addresses().includes('10.0.0.3:80'));
    api.remove(PODS, 'shop', 'a');
    await found.untilGroups('pod/shop/b');
    expect(found.updates).toEqual([['pod/shop/b'], ['pod/shop/b'], ['pod/shop/a']]);
    expect(api.requests.map((path) => path.replace(/timeoutSeconds=\d+/, 'timeoutSeconds=N'))).toEqual([
      '/api/v1/pods?limit=500',
      '/api/v1/pods?watch=true&allowWatchBookmarks=true&resourceVersion=101&timeoutSeconds=N',
    ]);
  });

  it('are not told again when nothing that counts has changed', async () => {
    const { api, found } = await watchingWorld();
    api.put(PODS, { ...pod('a', '10.0.0.1'), unknown: 'heartbeat' });
    api.put(PODS, pod('b', '10.0.0.2'));
    await found.untilGroups('pod/shop/a', 'pod/shop/b');
    expect(found.updates).toEqual([['pod/shop/b']]);
  });

  it('are found in pages', async () => {
    const api = await cluster();
    api.pageSize = 2;
    for (const name of ['a', 'b', 'c', 'd', 'e']) api.put(PODS, pod(name, `10.0.0.${name.charCodeAt(0)}`));
    const found = world();
    found.apply(job(api));
    await found.until('five pods', () => found.groups.size === 5);
    expect(api.requests.slice(0, 3)).toEqual([
      '/api/v1/pods?limit=500',
      '/api/v1/pods?limit=500&continue=105%3A2',
      '/api/v1/pods?limit=500&continue=105%3A4',
    ]);
  });

  it('are asked for at once when the server has forgotten the next page', async () => {
    const api = await cluster();
    api.pageSize = 1;
    api.put(PODS, pod('a', '10.0.0.1'));
    api.put(PODS, pod('b', '10.0.0.2'));
    api.instead.push(null, (_, response) => {
      api.pageSize = 10;
      return fail(response, 410, 'the continue token is too old');
    });
    const found = world();
    found.apply(job(api));
    await found.untilGroups('pod/shop/a', 'pod/shop/b');
    expect(api.requests[2]).toBe('/api/v1/pods');
    expect(found.error).toBeNull();
  });

  it('are those of the namespaces that are named, with the selectors for each kind', async () => {
    const api = await cluster();
    api.put(PODS, { ...pod('a', '10.0.0.1'), metadata: { name: 'a', namespace: 'shop' } });
    api.put(PODS, { ...pod('b', '10.0.0.2'), metadata: { name: 'b', namespace: 'bank' } });
    api.put(PODS, { ...pod('c', '10.0.0.3'), metadata: { name: 'c', namespace: 'zoo' } });
    const selectors = '[{role: pod, label: "app in (x,y)", field: "status.phase=Running"}]';
    const found = world();
    found.apply(job(api, `, namespaces: {names: [shop, bank]}, selectors: ${selectors}`));
    await found.untilGroups('pod/bank/b', 'pod/shop/a');
    const selected = 'labelSelector=app+in+%28x%2Cy%29&fieldSelector=status.phase%3DRunning';
    expect(api.requests.slice(0, 2).sort()).toEqual([
      `/api/v1/namespaces/bank/pods?limit=500&${selected}`,
      `/api/v1/namespaces/shop/pods?limit=500&${selected}`,
    ]);
  });

  it('of one namespace are found though another may not be read', async () => {
    const api = await cluster();
    api.put(PODS, pod('a', '10.0.0.1'));
    api.instead.push((_, response) => fail(response, 403, 'pods is forbidden'));
    const found = world();
    found.apply(job(api, ', namespaces: {names: [bank, shop]}'));
    await found.untilGroups('pod/shop/a');
    expect(found.error).toBe('list pods in namespace bank: 403 Forbidden: pods is forbidden');
  });

  it('are watched once for all jobs that ask for the same', async () => {
    const api = await cluster();
    api.put(PODS, pod('a', '10.0.0.1'));
    const found = world();
    found.apply(
      `kubernetes_sd_configs: [{role: pod, api_server: "${api.url}"}, {role: pod, api_server: "${api.url}"}]`,
    );
    await found.until('both have found it', () => found.manager.status().every(({ targets }) => targets === 1));
    await found.until('it watches', () => api.watching === 1);
    expect(api.requests.length).toBe(2);
    found.manager.stop();
    await found.until('nothing is watched', () => api.watching === 0);
    expect(found.clock.pending).toBe(0);
  });
});

describe('endpoints of a cluster', () => {
  const ENDPOINTS = '/api/v1/endpoints';
  const endpoints = (...pods: readonly string[]): FakeObject => {
    const addresses = pods.map((name, i) => ({
      ip: `10.0.0.${i}`,
      targetRef: { kind: 'Pod', namespace: 'shop', name },
    }));
    return { metadata: { name: 'web', namespace: 'shop' }, subsets: [{ ports: [{ port: 80 }], addresses }] };
  };
  const labelled = (name: string, ip: string, labels: Record<string, string>): FakeObject => {
    const made = pod(name, ip);
    return { ...made, metadata: { ...made.metadata, labels } };
  };

  it('are told again when a pod, the service or the namespace behind them comes, changes or goes', async () => {
    const api = await cluster();
    api.put(ENDPOINTS, endpoints('a'));
    api.put('/api/v1/namespaces', { metadata: { name: 'shop', labels: { team: 'x' } } });
    const found = world();
    const label = (name: string) => found.labels('endpoints/shop/web')[0]?.[`__meta_kubernetes_${name}`];
    found.apply(
      `kubernetes_sd_configs: [{role: endpoints, api_server: "${api.url}", attach_metadata: {namespace: true}}]`,
    );
    await found.untilGroups('endpoints/shop/web');
    await found.until('it watches', () => api.watching === 4);
    expect([label('namespace_label_team'), label('pod_name')]).toEqual(['x', undefined]);
    api.put(PODS, labelled('a', '10.0.0.1', { v: '1' }));
    await found.until('the pod', () => label('pod_label_v') === '1');
    api.put(PODS, labelled('a', '10.0.0.1', { v: '2' }));
    await found.until('the change', () => label('pod_label_v') === '2');
    api.put('/api/v1/services', { metadata: { name: 'web', namespace: 'shop', labels: { tier: 'front' } } });
    await found.until('the service', () => label('service_label_tier') === 'front');
    api.put('/api/v1/namespaces', { metadata: { name: 'shop', labels: { team: 'y' } } });
    await found.until('the namespace', () => label('namespace_label_team') === 'y');
    api.remove(PODS, 'shop', 'a');
    await found.until('no pod', () => label('pod_name') === undefined);
    api.remove(ENDPOINTS, 'shop', 'web');
    await found.untilGroups();
  });

  it('are made once, however often the pods behind them change before they are passed on', async () => {
    const api = await cluster();
    api.put(ENDPOINTS, endpoints('a', 'b'));
    const found = world({ updateInterval: 5000 });
    found.apply(`kubernetes_sd_configs: [{role: endpoints, api_server: "${api.url}"}]`);
    await found.until('it watches', () => api.watching === 3);
    await found.clock.advance(10_000);
    found.updates.length = 0;
    api.put(PODS, labelled('z', '10.0.0.9', {}));
    for (let i = 0; i < 50; i++) api.put(PODS, labelled('a', '10.0.0.1', { v: String(i) }));
    const seen = () => found.metric('prometheus_sd_kubernetes_events_total', 'pod', 'update') === 49;
    while (!seen()) await found.clock.advance(0);
    await found.clock.advance(10_000);
    expect(found.updates.length).toBeLessThanOrEqual(2);
    expect(found.labels('endpoints/shop/web')[0]).toMatchObject({ __meta_kubernetes_pod_label_v: '49' });
  });

  it('are not given before the pods behind them are known', async () => {
    const api = await cluster();
    api.put(ENDPOINTS, endpoints('a'));
    api.put(PODS, labelled('a', '10.0.0.1', { v: '1' }));
    const listing = { pods: 0 };
    const refused = (_: unknown, response: Parameters<typeof fail>[0]) => {
      listing.pods++;
      return fail(response, 403, 'forbidden');
    };
    api.instead.push(null, null, refused);
    const found = world();
    found.apply(`kubernetes_sd_configs: [{role: endpoints, api_server: "${api.url}"}]`);
    await found.untilGroups('endpoints/shop/web');
    expect(listing.pods).toBe(1);
    expect(found.labels('endpoints/shop/web')[0]).toMatchObject({ __meta_kubernetes_pod_label_v: '1' });
  });
});

describe('a watch', () => {
  it('goes on where it was when the server ends it', async () => {
    const { api, found } = await watchingWorld();
    api.bookmark();
    api.endWatches();
    await found.until('it watches again', () => api.requests.length === 3);
    expect(api.requests[2]).toContain('resourceVersion=102');
    expect(found.error).toBeNull();
  });

  it('misses nothing that happens while the connection is cut', async () => {
    const { api, found } = await watchingWorld();
    api.put(PODS, pod('b', '10.0.0.2'));
    await found.untilGroups('pod/shop/a', 'pod/shop/b');
    api.endWatches(true);
    api.put(PODS, pod('c', '10.0.0.3'));
    api.remove(PODS, 'shop', 'b');
    await found.untilGroups('pod/shop/a', 'pod/shop/c');
    expect(api.requests.filter((path) => path.includes('limit'))).toHaveLength(1);
  });

  it('lists again when its version is gone, and tells only what differs', async () => {
    const { api, found } = await watchingWorld();
    api.put(PODS, pod('b', '10.0.0.2'));
    await found.untilGroups('pod/shop/a', 'pod/shop/b');
    found.updates.length = 0;
    api.endWatches(true);
    api.remove(PODS, 'shop', 'b');
    api.put(PODS, pod('c', '10.0.0.3'));
    api.compact();
    await found.untilGroups('pod/shop/a', 'pod/shop/c');
    expect(found.updates.flat().sort()).toEqual(['pod/shop/b', 'pod/shop/c']);
    expect(api.requests.filter((path) => path.includes('limit'))).toHaveLength(2);
  });

  it('lists again when an event says that its version is gone', async () => {
    const { api, found } = await watchingWorld();
    api.sendRaw('{"type":"ERROR","object":{"kind":"Status","code":410,"message":"too old"}}\n');
    await found.until('it lists again', () => api.requests.filter((path) => path.includes('limit')).length === 2);
    expect(found.error).toBeNull();
    expect(found.sources()).toEqual(['pod/shop/a']);
  });

  it('is asked for again after 90 s of silence', async () => {
    const { api, found } = await watchingWorld();
    await found.clock.advance(89_000);
    expect(api.requests).toHaveLength(2);
    await found.clock.advance(2000);
    await found.until('it watches again', () => api.requests.length === 3);
    expect(found.error).toBeNull();
  });

  it('understands events that arrive in pieces and characters that are cut apart', async () => {
    const { api, found } = await watchingWorld();
    const event = {
      type: 'ADDED',
      object: { ...pod('é', '10.0.0.9'), metadata: { name: 'é', resourceVersion: '200' } },
    };
    const line = Buffer.from(`${JSON.stringify(event)}\n`);
    const cut = line.indexOf(Buffer.from('é')) + 1;
    api.sendRaw(line.subarray(0, cut));
    await found.clock.advance(0);
    api.sendRaw(line.subarray(cut));
    await found.untilGroups('pod/shop/a', 'pod/é');
  });
});

describe('a server that fails', () => {
  it('takes no target away, whatever it answers to a watch', async () => {
    const { api, found } = await watchingWorld();
    const answers: readonly [answer: Parameters<FakeKubernetes['instead']['push']>[0], error: string][] = [
      [(_, response) => fail(response, 500, 'etcd is down'), 'watch pods: 500 Internal Server Error: etcd is down'],
      [html, 'watch pods: the answer is not JSON but text/html'],
      [(_, response) => json(response, 'rubbish\n'), 'watch pods: the answer is not JSON'],
      [(_, response) => json(response, '{"type":"ODD"}\n'), 'watch pods: an event of the unknown type "ODD"'],
      [(_, response) => json(response, '{"type":"ADDED"}\n'), 'watch pods: an event without resourceVersion'],
    ];
    for (const [answer, error] of answers) {
      api.instead.push(answer);
      await found.until('it watches', () => api.watching === 1);
      api.endWatches(true);
      await found.until(error, () => found.error === error);
      await found.until('it is well again', () => {
        if (api.watching === 1) api.bookmark();
        return found.error === null;
      });
      expect(found.sources()).toEqual(['pod/shop/a']);
    }
    expect(found.metric('prometheus_sd_kubernetes_failures_total')).toBeGreaterThanOrEqual(answers.length);
  });

  it('is asked for all of it again when what it sent turns out to be no object', async () => {
    const head = '"metadata":{"name":"a","namespace":"shop","resourceVersion":"900"';
    const event = `{"type":"MODIFIED","object":{"kind":"Pod","apiVersion":"v1",${head}`;
    const answers = [
      [`${event}},"status":{"podIP":oops}}}\n`, 'watch pods: the answer is not JSON'],
      [`${event},"name":"b"}}}\n`, 'watch pods: an event that says two things of one object'],
    ] as const;
    const { api, found } = await watchingWorld();
    const lists = () => api.requests.filter((path) => path.includes('limit')).length;
    for (const [line, error] of answers) {
      const before = lists();
      api.sendRaw(line);
      await found.until(error, () => found.error === error);
      expect(found.addresses()).toEqual(['10.0.0.1:80']);
      api.put(PODS, pod('a', '10.0.0.1'));
      await found.until('it is well again', () => found.error === null && api.watching === 1);
      expect(lists()).toBe(before + 1);
    }
  });

  it('is asked again for its list until it answers', async () => {
    const api = await cluster();
    api.put(PODS, pod('a', '10.0.0.1'));
    api.instead.push(
      html,
      (_, response) => json(response, '{"kind":"Status"}'),
      (_, response) => response.destroy(),
    );
    const found = world();
    found.apply(job(api));
    await found.until('the first error', () => found.error === 'list pods: the answer is not JSON but text/html');
    await found.until('the second', () => found.error === 'list pods: the answer is not a list');
    await found.untilGroups('pod/shop/a');
    expect(found.error).toBeNull();
  });

  it('is left alone for as long as it says', async () => {
    const api = await cluster();
    api.instead.push((_, response) => {
      response.setHeader('retry-after', '120');
      return fail(response, 429, 'too many requests');
    });
    const found = world();
    found.apply(job(api));
    await found.until('the error', () => found.error?.includes('429') === true);
    await found.clock.advance(119_000);
    expect(api.requests).toHaveLength(1);
    expect(found.metric('prometheus_sd_kubernetes_http_request_total', '429')).toBe(1);
    await found.clock.advance(2000);
    await found.until('it is asked again', () => api.requests.length > 1);
  });

  it('whose objects lack everything does no harm', async () => {
    const api = await cluster();
    for (const more of [
      {},
      { spec: null, status: null },
      { spec: { containers: null }, status: { podIP: '10.0.0.9' } },
    ]) {
      api.put(PODS, { metadata: { name: `p${Object.keys(more).length}` }, ...more });
    }
    api.put(PODS, pod('a', '10.0.0.1'));
    const found = world();
    found.apply(job(api));
    await found.untilGroups('pod/shop/a');
  });
});

describe('metrics', () => {
  it('count events and targets', async () => {
    const { api, found } = await watchingWorld();
    api.put(PODS, pod('b', '10.0.0.2'));
    await found.untilGroups('pod/shop/a', 'pod/shop/b');
    expect(found.metric('prometheus_sd_kubernetes_events_total', 'pod', 'add')).toBe(2);
    expect(found.metric('prometheus_sd_discovered_targets', 'job')).toBe(2);
    expect(found.metric('prometheus_sd_failed_configs')).toBe(0);
    // A list, and the watch from there on.
    expect(found.metric('prometheus_sd_kubernetes_http_request_total', '200')).toBe(2);
    expect(found.metric('prometheus_sd_kubernetes_http_request_duration_seconds', PODS)).toBeGreaterThan(0);
  });
});

function html(_: unknown, response: Parameters<typeof fail>[0]): unknown {
  response.writeHead(200, { 'content-type': 'text/html' });
  return response.end('<html>please log in</html>');
}

function json(response: Parameters<typeof fail>[0], body: string): unknown {
  response.writeHead(200, { 'content-type': 'application/json' });
  return response.end(body);
}
