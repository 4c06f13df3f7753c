import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { LOOPBACK_CERTIFICATE, LOOPBACK_KEY, TEST_CA, TEST_CERTIFICATE, TEST_KEY } from '#test/certificates';
import { DiscoveryWorld } from '#test/discovery-world';
import { FakeKubernetes } from '#test/fake-kubernetes';

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const PODS = '/api/v1/pods';
const JOB = 'kubernetes_sd_configs: [{role: pod, kubeconfig_file: /kube/config}]';

const open: { stop(): unknown }[] = [];

afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.stop();
});

async function cluster(tls: Parameters<typeof FakeKubernetes.start>[0] = null): Promise<FakeKubernetes> {
  const fake = await FakeKubernetes.start(tls);
  open.push(fake);
  for (const namespace of ['shop', 'bank']) {
    const spec = { containers: [{ name: 'app' }] };
    fake.put(PODS, { metadata: { name: 'a', namespace }, spec, status: { podIP: '10.0.0.1' } });
  }
  return fake;
}

function world(options?: ConstructorParameters<typeof DiscoveryWorld>[0]): DiscoveryWorld {
  const made = new DiscoveryWorld(options);
  open.push(made);
  return made;
}

function kubeconfig(
  server: string,
  { cluster: more = {}, user = {} }: { readonly cluster?: object; readonly user?: object } = {},
) {
  return JSON.stringify({
    'current-context': 'here',
    contexts: [
      { name: 'other', context: { cluster: 'x', user: 'x' } },
      { name: 'here', context: { cluster: 'c', user: 'u' } },
    ],
    clusters: [{ name: 'c', cluster: { server, ...more } }],
    users: [{ name: 'u', user }],
  });
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('the pod’s own account', () => {
  it('is used without any address; its token is read for each request', async () => {
    const api = await cluster({ cert: LOOPBACK_CERTIFICATE, key: LOOPBACK_KEY });
    api.tokens = new Set(['one']);
    const found = world({ env: { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(api.port) } });
    found.files.set(`${ACCOUNT}/ca.crt`, LOOPBACK_CERTIFICATE);
    found.files.set(`${ACCOUNT}/token`, 'one\n');
    found.files.set(`${ACCOUNT}/namespace`, 'shop');
    found.apply('kubernetes_sd_configs: [{role: pod, namespaces: {own_namespace: true}}]');
    await found.untilGroups('pod/shop/a');
    await found.until('it watches', () => api.watching === 1);
    found.files.set(`${ACCOUNT}/token`, 'two');
    api.tokens = new Set(['two']);
    api.endWatches(true);
    await found.until('it watches again', () => api.watching === 1);
    expect(api.authorizations).toEqual(['Bearer one', 'Bearer one', 'Bearer two']);
    expect(found.error).toBeNull();
  });

  it('that is not there is said, and waited for', async () => {
    const found = world();
    found.apply('kubernetes_sd_configs: [{role: pod, namespaces: {own_namespace: true}}]');
    await found.until('the error', () => found.error?.startsWith("could not determine the pod's namespace") === true);
    found.files.set(`${ACCOUNT}/namespace`, 'shop');
    await found.until('the next error', () => found.error?.startsWith('KUBERNETES_SERVICE_HOST and') === true);
  });
});

describe('a kubeconfig file', () => {
  it('gives a client certificate, an authority and the name of the server', async () => {
    const api = await cluster({
      cert: TEST_CERTIFICATE,
      key: TEST_KEY,
      ca: TEST_CA,
      requestCert: true,
      rejectUnauthorized: true,
    });
    const found = world();
    const server = { 'certificate-authority-data': base64(TEST_CA), 'tls-server-name': 'metrics.test' };
    found.files.set('/kube/client.key', TEST_KEY);
    const user = { 'client-certificate-data': base64(TEST_CERTIFICATE), 'client-key': 'client.key' };
    found.files.set('/kube/config', kubeconfig(api.url, { cluster: server, user }));
    found.apply(JOB);
    await found.untilGroups('pod/bank/a', 'pod/shop/a');
  });

  it('is read again when the server refuses what it said', async () => {
    const api = await cluster();
    api.tokens = new Set(['two']);
    const found = world();
    found.files.set('/kube/config', kubeconfig(api.url, { user: { token: 'one' } }));
    found.apply(JOB);
    await found.until('the refusal', () => found.error === 'list pods: 401 Unauthorized: Unauthorized');
    found.files.set('/kube/config', kubeconfig(api.url, { user: { tokenFile: 'token' } }));
    found.files.set('/kube/token', 'two');
    await found.untilGroups('pod/bank/a', 'pod/shop/a');
    expect(found.error).toBeNull();
  });

  it('that says too little is told by its name', async () => {
    const found = world();
    const errors: readonly [text: string | null, error: RegExp][] = [
      [null, /^the kubeconfig file \/kube\/config cannot be read$/],
      ['a: [', /^\/kube\/config:1:/],
      ['{}', /^\/kube\/config: it does not say which context to use$/],
      ['{current-context: x}', /^\/kube\/config: there is no context named "x"$/],
      [kubeconfig(''), /^\/kube\/config: the cluster of the current context has no server$/],
      [kubeconfig('http://x', { user: { 'auth-provider': {} } }), /^\/kube\/config: user "u" has an auth-provider/],
      [kubeconfig('http://x', { user: { exec: { command: 'x' } } }), /exec: unsupported apiVersion ""$/],
    ];
    found.apply(JOB);
    for (const [text, error] of errors) {
      if (text !== null) found.files.set('/kube/config', text);
      await found.until(String(error), () => error.test(found.error ?? ''));
    }
  });
});

describe('a credential plugin', () => {
  const V1 = 'client.authentication.k8s.io/v1';

  /** A program that prints what the file `answer` holds and writes down what it was told. */
  async function plugin() {
    const directory = await mkdtemp(join(tmpdir(), 'exec-'));
    open.push({ stop: () => rm(directory, { recursive: true }) });
    const command = join(directory, 'plugin');
    await writeFile(
      command,
      `#!/bin/sh\necho "$1 $KUBERNETES_EXEC_INFO" >> ${directory}/told\ncat ${directory}/answer\n`,
    );
    await chmod(command, 0o755);
    return {
      user: { exec: { apiVersion: V1, command, args: ['get'], env: [{ name: 'A', value: 'b' }] } },
      answers: (status: object) =>
        writeFile(`${directory}/answer`, JSON.stringify({ kind: 'ExecCredential', apiVersion: V1, status })),
      told: async () => (await readFile(`${directory}/told`, 'utf8')).trim().split('\n'),
    };
  }

  it('gives tokens, and is asked again when they expire or are refused', async () => {
    const api = await cluster();
    const found = world({ env: { PATH: process.env['PATH'] } });
    const { user, answers, told } = await plugin();
    const expirationTimestamp = new Date(found.clock.now() + 600_000).toISOString();
    await answers({ token: 'one', expirationTimestamp });
    api.tokens = new Set(['one']);
    found.files.set('/kube/config', kubeconfig(api.url, { user }));
    found.apply(JOB);
    await found.untilGroups('pod/bank/a', 'pod/shop/a');
    await found.until('it watches', () => api.watching === 1);
    expect(await told()).toEqual([`get {"kind":"ExecCredential","apiVersion":"${V1}","spec":{"interactive":false}}`]);

    await answers({ token: 'two' });
    api.tokens = new Set(['two']);
    api.endWatches(true);
    await found.until('it watches with the next token', () => api.watching === 1);
    expect(await told()).toHaveLength(2);
    expect(api.authorizations.slice(-2)).toEqual(['Bearer one', 'Bearer two']);
    expect(found.error).toBeNull();
  });

  it('that gives nothing is told, without what it printed', async () => {
    const found = world({ env: { PATH: process.env['PATH'] } });
    const { user, answers } = await plugin();
    found.files.set('/kube/config', kubeconfig('http://127.0.0.1:1', { user }));
    found.apply(JOB);
    await found.until('it fails', () => found.error?.startsWith('running ') === true);
    await answers({});
    await found.until('it gives nothing', () => found.error?.endsWith('neither a token nor a certificate') === true);
  });
});
