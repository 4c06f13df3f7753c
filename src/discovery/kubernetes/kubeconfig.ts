import { BarographError } from '#lib/errors';
import { defaultHttpClientConfig, type HttpClientConfig, type TlsConfig } from '#lib/http-config';
import { decodeText, formatProblem } from '#lib/schema-decode';
import { anyValue } from '#lib/schema-scalars';
import { Secret } from '#lib/secret';
import { absolutePath } from '#lib/text-files';
import { entriesAt, flagAt, listAt, textAt, textListAt, valueAt } from '../json.ts';

/** How to reach a cluster: where it is, and the settings of requests to it. */
export interface ClusterAccess {
  readonly server: string;
  readonly http: HttpClientConfig;
  /** A program that gives the credentials; what it says is added to `http`. */
  readonly exec: ExecPlugin | null;
}

/** The `exec` block of a user. */
export interface ExecPlugin {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What the program is told about the cluster; null: nothing. */
  readonly cluster: Readonly<Record<string, unknown>> | null;
}

/**
 * The access that the current context of a kubeconfig file describes. Paths in it start at its directory. Throws with kind
 * `unavailable` and the file's name when something is missing.
 */
export function parseKubeconfig(text: string, path: string): ClusterAccess {
  const { value, problems } = decodeText(text, { file: path }, (document, decoding) =>
    document === undefined ? null : anyValue().decode(document, decoding),
  );
  if (problems.length > 0) throw unusable(problems.map(formatProblem).join('; '));
  const context = named(value, 'contexts', 'context', textAt(value, 'current-context'), path);
  const cluster = named(value, 'clusters', 'cluster', textAt(context, 'cluster'), path);
  const userName = textAt(context, 'user');
  const user = userName === '' ? {} : named(value, 'users', 'user', userName, path);
  if (valueAt(user, 'auth-provider') !== undefined) {
    throw unusable(`${path}: user ${JSON.stringify(userName)} has an auth-provider, which is no longer supported`);
  }
  const server = textAt(cluster, 'server');
  if (server === '') throw unusable(`${path}: the cluster of the current context has no server`);
  const at = (key: string, owner: unknown) => resolvePath(textAt(owner, key), path);
  return {
    server,
    http: {
      ...defaultHttpClientConfig,
      ...userSettings(user, at),
      tlsConfig: tlsSettings(cluster, user, at),
      proxy: proxySettings(cluster),
    },
    exec: execPlugin(user, cluster, path),
  };
}

type PathAt = (key: string, owner: unknown) => string;

function named(config: unknown, list: string, key: string, name: string, path: string): unknown {
  if (name === '') throw unusable(`${path}: it does not say which ${key} to use`);
  const found = listAt(config, list).find((each) => textAt(each, 'name') === name);
  if (found === undefined) throw unusable(`${path}: there is no ${key} named ${JSON.stringify(name)}`);
  return valueAt(found, key);
}

/** A token file wins over a token, as it is read again when it changes. */
function userSettings(user: unknown, at: PathAt): Partial<HttpClientConfig> {
  const file = at('tokenFile', user);
  const token = textAt(user, 'token');
  const impersonation = impersonationHeaders(user);
  const headers = impersonation === null ? {} : { httpHeaders: impersonation };
  if (file !== '') return { ...headers, authorization: { type: 'Bearer', credentialsFile: file } };
  if (token !== '') return { ...headers, authorization: { type: 'Bearer', credentials: new Secret(token) } };
  const username = textAt(user, 'username');
  if (username === '') return headers;
  return { ...headers, basicAuth: { username, password: new Secret(textAt(user, 'password')) } };
}

function impersonationHeaders(user: unknown): HttpClientConfig['httpHeaders'] | null {
  const who = textAt(user, 'as');
  if (who === '') return null;
  const uid = textAt(user, 'as-uid');
  const groups = textListAt(user, 'as-groups');
  const extra = entriesAt(user, 'as-user-extra').map(([name]) => [
    `Impersonate-Extra-${name}`,
    { values: textListAt(user, 'as-user-extra', name) },
  ]);
  return {
    'Impersonate-User': { values: [who] },
    ...(uid === '' ? {} : { 'Impersonate-Uid': { values: [uid] } }),
    ...(groups.length === 0 ? {} : { 'Impersonate-Group': { values: groups } }),
    ...Object.fromEntries(extra),
  };
}

/** Data in the file wins over a path. */
function tlsSettings(cluster: unknown, user: unknown, at: PathAt): TlsConfig {
  const ca = base64At(cluster, 'certificate-authority-data');
  const cert = base64At(user, 'client-certificate-data');
  const key = base64At(user, 'client-key-data');
  const serverName = textAt(cluster, 'tls-server-name');
  return {
    insecureSkipVerify: flagAt(cluster, 'insecure-skip-tls-verify') === true,
    ...(serverName === '' ? {} : { serverName }),
    ...(ca === '' ? file('caFile', at('certificate-authority', cluster)) : { ca }),
    ...(cert === '' ? file('certFile', at('client-certificate', user)) : { cert }),
    ...(key === '' ? file('keyFile', at('client-key', user)) : { key: new Secret(key) }),
  };
}

function file<K extends string>(key: K, path: string): { readonly [P in K]?: string } {
  return path === '' ? {} : ({ [key]: path } as { readonly [P in K]: string });
}

function proxySettings(cluster: unknown): HttpClientConfig['proxy'] {
  const proxyUrl = textAt(cluster, 'proxy-url');
  return proxyUrl === '' ? { proxyFromEnvironment: true } : { proxyUrl, proxyFromEnvironment: false };
}

function execPlugin(user: unknown, cluster: unknown, path: string): ExecPlugin | null {
  const exec = valueAt(user, 'exec');
  if (exec === undefined || exec === null) return null;
  const command = textAt(exec, 'command');
  if (command === '') throw unusable(`${path}: exec has no command`);
  const apiVersion = textAt(exec, 'apiVersion');
  if (!/^client\.authentication\.k8s\.io\/v1(beta1)?$/.test(apiVersion)) {
    throw unusable(`${path}: exec: unsupported apiVersion ${JSON.stringify(apiVersion)}`);
  }
  if (textAt(exec, 'interactiveMode') === 'Always') {
    throw unusable(`${path}: exec: interactiveMode is Always, but nobody is there to answer ${command}`);
  }
  const env = listAt(exec, 'env').map((each) => [textAt(each, 'name'), textAt(each, 'value')]);
  return {
    apiVersion,
    command: command.includes('/') ? resolvePath(command, path) : command,
    args: textListAt(exec, 'args'),
    env: Object.fromEntries(env),
    cluster: flagAt(exec, 'provideClusterInfo') === true ? (cluster as Readonly<Record<string, unknown>>) : null,
  };
}

function base64At(owner: unknown, key: string): string {
  return Buffer.from(textAt(owner, key), 'base64').toString('utf8');
}

function resolvePath(written: string, kubeconfig: string): string {
  if (written === '' || written.startsWith('/')) return written;
  return absolutePath(`${kubeconfig.slice(0, kubeconfig.lastIndexOf('/') + 1)}${written}`);
}

function unusable(message: string): BarographError {
  return new BarographError(message, { kind: 'unavailable', code: 'unusable-kubeconfig' });
}
