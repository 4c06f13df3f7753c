import type { Clock } from '#lib/clock';
import { BarographError } from '#lib/errors';
import type { HttpClientConfig } from '#lib/http-config';
import { runCommand } from '#lib/run-command';
import { Secret } from '#lib/secret';
import { textAt } from '../json.ts';
import type { ExecPlugin } from './kubeconfig.ts';

/** What a credential plugin said, until when. */
interface ExecCredentials {
  readonly settings: Pick<HttpClientConfig, 'authorization' | 'tlsConfig'>;
  /** Unix time in ms; Infinity: until they are refused. */
  readonly expires: number;
}

const TIMEOUT = 60_000;

/**
 * Runs a credential plugin (ExecCredential of client.authentication.k8s.io). Its certificate is added to the TLS settings
 * given. Rejects with kind `unavailable` when it fails or gives no credentials.
 */
export async function execCredentials(
  plugin: ExecPlugin,
  tlsConfig: HttpClientConfig['tlsConfig'],
  env: Readonly<Record<string, string | undefined>>,
): Promise<ExecCredentials> {
  const info = JSON.stringify(execInfo(plugin));
  const output = await runCommand({
    command: plugin.command,
    args: plugin.args,
    env: { ...env, ...plugin.env, KUBERNETES_EXEC_INFO: info },
    timeoutMs: TIMEOUT,
  });
  return parseExecCredential(output, plugin, tlsConfig);
}

function execInfo({ apiVersion, cluster }: ExecPlugin): object {
  const server = cluster === null ? {} : { cluster };
  return { kind: 'ExecCredential', apiVersion, spec: { interactive: false, ...server } };
}

function parseExecCredential(
  output: string,
  { command, apiVersion }: ExecPlugin,
  tlsConfig: HttpClientConfig['tlsConfig'],
): ExecCredentials {
  const json = parseJson(output, command);
  if (textAt(json, 'apiVersion') !== apiVersion) {
    throw refused(command, `it answered for ${JSON.stringify(textAt(json, 'apiVersion'))}, not for ${apiVersion}`);
  }
  const token = textAt(json, 'status', 'token');
  const cert = textAt(json, 'status', 'clientCertificateData');
  const key = textAt(json, 'status', 'clientKeyData');
  if (token === '' && (cert === '' || key === '')) throw refused(command, 'it gave neither a token nor a certificate');
  const expires = Date.parse(textAt(json, 'status', 'expirationTimestamp'));
  return {
    settings: {
      ...(token === '' ? {} : { authorization: { type: 'Bearer', credentials: new Secret(token) } }),
      ...(cert === '' ? {} : { tlsConfig: { insecureSkipVerify: false, ...tlsConfig, cert, key: new Secret(key) } }),
    },
    expires: Number.isNaN(expires) ? Number.POSITIVE_INFINITY : expires,
  };
}

function parseJson(output: string, command: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    // What it printed may be a credential.
    throw refused(command, 'what it printed is not JSON');
  }
}

function refused(command: string, reason: string): BarographError {
  return new BarographError(`credential plugin ${command}: ${reason}`, {
    kind: 'unavailable',
    code: 'bad-exec-credential',
  });
}

/** Keeps the credentials of a plugin until shortly before they expire, or until they are refused. */
export class ExecCredentialCache {
  private known: ExecCredentials | null = null;
  private plugin = '';

  async settings(
    plugin: ExecPlugin,
    tlsConfig: HttpClientConfig['tlsConfig'],
    { clock, env }: { readonly clock: Clock; readonly env: Readonly<Record<string, string | undefined>> },
  ): Promise<ExecCredentials['settings']> {
    const key = JSON.stringify(plugin);
    if (this.known === null || this.plugin !== key || clock.now() >= this.known.expires - EARLY) {
      this.known = await execCredentials(plugin, tlsConfig, env);
      this.plugin = key;
    }
    return this.known.settings;
  }

  forget(): void {
    this.known = null;
  }
}

const EARLY = 10_000;
