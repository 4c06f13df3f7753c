import type { Clock } from '#lib/clock';
import { BarographError } from '#lib/errors';
import { createHttpClient, type HttpClient, type HttpRequest } from '#lib/http-client';
import { defaultHttpClientConfig, type HttpClientConfig } from '#lib/http-config';
import { sameConfig } from '#lib/same-config';
import type { TextFiles } from '#lib/text-files';
import type { KubernetesSdConfig } from '../configs/kubernetes.ts';
import { joinHostPort } from '../label-names.ts';
import type { MechanismMetrics } from '../mechanism-metrics.ts';
import { ExecCredentialCache } from './exec-credentials.ts';
import { type ClusterAccess, parseKubeconfig } from './kubeconfig.ts';

/** What reaching a cluster takes from the program around it. */
export interface ApiParts {
  readonly clock: Clock;
  readonly files: TextFiles;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly userAgent: string;
  readonly metrics: MechanismMetrics;
}

/** Which of the settings of a block say how the API is reached. */
export type ApiConfig = Pick<KubernetesSdConfig, 'apiServer' | 'kubeconfigFile' | 'httpClientConfig'>;

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Requests to the API of one cluster. Kubeconfig, tokens and certificates are read again on use; when the server refuses
 * the credentials they are renewed and the request is sent once more.
 */
export class KubernetesApi {
  private readonly config: ApiConfig;
  private readonly parts: ApiParts;
  private readonly exec = new ExecCredentialCache();
  private current: { readonly http: HttpClientConfig; readonly client: HttpClient } | null = null;

  constructor(config: ApiConfig, parts: ApiParts) {
    this.config = config;
    this.parts = parts;
  }

  /** Sends a request to a path with a query, starting with `/`. Rejects as HttpClient does. */
  async send<R extends { readonly status: number }>(
    request: Omit<HttpRequest, 'url'> & { readonly path: string },
    how: (client: HttpClient, request: HttpRequest) => Promise<R>,
    discard: (answer: R) => Promise<unknown> = async () => {},
  ): Promise<R> {
    const once = async () => {
      const { server, client } = await this.connect();
      const headers = { 'user-agent': this.parts.userAgent, ...request.headers };
      const url = server.replace(/\/+$/, '') + request.path;
      return this.counted(request.path, () => how(client, { ...request, headers, url }));
    };
    const answer = await once();
    if (answer.status !== 401) return answer;
    await discard(answer);
    this.exec.forget();
    return once();
  }

  /** The namespace of the pod that this program runs in. */
  async ownNamespace(): Promise<string> {
    const path = `${ACCOUNT}/namespace`;
    try {
      const name = (await this.parts.files.read(path)).trim();
      if (name !== '') return name;
    } catch (cause) {
      throw unreachable("could not determine the pod's namespace: it does not run in a cluster", cause);
    }
    throw unreachable(`could not read own namespace name (empty file ${path})`);
  }

  async close(): Promise<void> {
    await this.current?.client.close();
  }

  private async counted<R extends { readonly status: number }>(path: string, ask: () => Promise<R>): Promise<R> {
    const { clock, metrics } = this.parts;
    const started = clock.monotonic();
    const tell = (status: number | null) =>
      metrics.kubernetesAnswered(path.replace(/\?.*$/, ''), status, (clock.monotonic() - started) / 1000);
    try {
      const answer = await ask();
      tell(answer.status);
      return answer;
    } catch (error) {
      tell(null);
      throw error;
    }
  }

  private async connect(): Promise<{ readonly server: string; readonly client: HttpClient }> {
    const { clock, files, env } = this.parts;
    const access = await this.access();
    const added =
      access.exec === null ? {} : await this.exec.settings(access.exec, access.http.tlsConfig, { clock, env });
    // With HTTP/1.1 a watch has a connection of its own, and what goes wrong with one leaves the others alone.
    const http = { ...access.http, ...added, enableHttp2: false };
    if (this.current === null || !sameConfig(this.current.http, http)) {
      void this.current?.client.close();
      this.current = { http, client: createHttpClient(http, { files, env, now: () => clock.now() }) };
    }
    return { server: access.server, client: this.current.client };
  }

  private async access(): Promise<ClusterAccess> {
    const { kubeconfigFile, apiServer, httpClientConfig } = this.config;
    if (kubeconfigFile !== '') return readKubeconfig(kubeconfigFile, this.parts.files);
    if (apiServer !== undefined && apiServer !== '')
      return { server: String(apiServer), http: httpClientConfig, exec: null };
    return inCluster(this.parts.env);
  }
}

async function readKubeconfig(path: string, files: TextFiles): Promise<ClusterAccess> {
  let text: string;
  try {
    text = await files.read(path);
  } catch (cause) {
    throw unreachable(`the kubeconfig file ${path} cannot be read`, cause);
  }
  return parseKubeconfig(text, path);
}

/** The account of the pod that this program runs in. */
function inCluster(env: ApiParts['env']): ClusterAccess {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '' } = env;
  if (host === '' || port === '') {
    throw unreachable(
      'KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set: this is no pod of a cluster; give api_server or kubeconfig_file',
    );
  }
  return {
    server: `https://${joinHostPort(host, port)}`,
    http: {
      ...defaultHttpClientConfig,
      authorization: { type: 'Bearer', credentialsFile: `${ACCOUNT}/token` },
      tlsConfig: { caFile: `${ACCOUNT}/ca.crt`, insecureSkipVerify: false },
    },
    exec: null,
  };
}

function unreachable(message: string, cause?: unknown): BarographError {
  return new BarographError(message, { kind: 'unavailable', code: 'no-cluster-access', cause });
}
