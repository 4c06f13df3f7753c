import type { AnswerPeer, PeerLink } from '#alertmanager/peer-link';
import { BODY_TOO_LARGE, readTextBody } from '#api/body';
import { BarographError, errorMessage } from '#lib/errors';
import { hmacOf, isHmacOf } from '#lib/hmac';
import { createHttpClient, type HttpClient, type HttpResponse } from '#lib/http-client';
import { defaultHttpClientConfig } from '#lib/http-config';
import { type HttpServer, listen } from '#lib/http-server';
import type { ListenAddress } from '#lib/listen-address';
import type { Log } from '#lib/log';
import { diskTextFiles } from '#lib/text-files';
import type { ClusterFlags } from '../options.ts';
import { PeerNames } from './peer-names.ts';
import { type ClusterTlsConfig, readClusterTls, readServerTls, textOf } from './tls.ts';

/** The link between the instances of a cluster: HTTP or HTTPS on a port of its own. */
export interface ClusterLink extends PeerLink {
  /** Where it really listens. */
  readonly listen: ListenAddress;
  close(): Promise<void>;
}

const PATH = '/cluster/v1';
const SIGNATURE = 'barograph-cluster-signature';
/** Far more than a page of entries. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
const GRACE = 1_000;

/** Opens the port. Rejects when it is taken, or when secret or certificates cannot be read. */
export async function openClusterLink(flags: ClusterFlags, log: Log): Promise<ClusterLink> {
  const secret = flags.secretFile === null ? null : await readSecret(flags.secretFile);
  const tls = flags.tlsConfigFile === null ? null : await readClusterTls(flags.tlsConfigFile, diskTextFiles);
  const certificates = tls === null ? null : await readServerTls(tls.tlsServerConfig, diskTextFiles);
  if (secret === null && certificates?.clientCa == null) warnOfStrangers(flags, log);
  const door = new Door(secret, log);
  const options = { flag: 'cluster.listen-address', tls: certificates ?? undefined };
  const server = await listen(flags.listen, (request) => door.answer(request), options);
  const clientTls = tls === null ? {} : { tlsConfig: tls.tlsClientConfig };
  const client = createHttpClient({ ...defaultHttpClientConfig, followRedirects: false, ...clientTls });
  const scheme = tls === null ? 'http' : 'https';
  const names = new PeerNames(flags, log);
  return {
    listen: { host: flags.listen.host, port: server.port },
    resolve: async () => {
      if (tls !== null) await renewTls(server, tls, log);
      return names.resolve();
    },
    ask: (address, message, signal) => ask(client, secret, { url: `${scheme}://${address}${PATH}`, message, signal }),
    answerWith: (answer) => door.open(answer),
    close: async () => {
      await server.close(GRACE);
      await client.close();
    },
  };
}

/** Answers messages that come in. */
class Door {
  private readonly secret: string | null;
  private readonly log: Log;
  private answerPeer: AnswerPeer | null = null;

  constructor(secret: string | null, log: Log) {
    this.secret = secret;
    this.log = log;
  }

  open(answer: AnswerPeer): void {
    this.answerPeer = answer;
  }

  async answer(request: Request): Promise<Response> {
    const isForUs = request.method === 'POST' && new URL(request.url).pathname === PATH;
    if (!isForUs) return plain(404, 'only instances of a Barograph cluster talk here');
    if (this.answerPeer === null) return plain(503, 'this instance is starting');
    try {
      const message = await readTextBody(request, MAX_MESSAGE_BYTES);
      const signature = request.headers.get(SIGNATURE) ?? '';
      if (!isSigned(this.secret, `question\n${message}`, signature)) {
        return plain(401, 'the message is not signed with the secret of this instance, see --cluster.secret-file');
      }
      const answer = this.answerPeer(message);
      return new Response(answer, { headers: headersFor(this.secret, `answer\n${answer}`) });
    } catch (error) {
      return this.refuse(error);
    }
  }

  private refuse(error: unknown): Response {
    if (error instanceof BarographError && error.code === BODY_TOO_LARGE) return plain(413, error.message);
    if (error instanceof BarographError && error.kind === 'bad-request') return plain(400, error.message);
    this.log.error('A message of a peer could not be answered', { error });
    return plain(500, errorMessage(error));
  }
}

async function ask(
  client: HttpClient,
  secret: string | null,
  question: { readonly url: string; readonly message: string; readonly signal: AbortSignal },
): Promise<string> {
  const { url, message, signal } = question;
  const headers = headersFor(secret, `question\n${message}`);
  const request = { method: 'POST', url, headers, body: message, signal, maxBodyBytes: MAX_MESSAGE_BYTES } as const;
  const response = await client.request(request);
  const text = new TextDecoder().decode(response.body);
  if (response.status !== 200) throw unanswered(response, text);
  if (isSigned(secret, `answer\n${text}`, response.headers.get(SIGNATURE) ?? '')) return text;
  throw new BarographError('the answer is not signed with the secret of this instance, see --cluster.secret-file', {
    kind: 'unavailable',
    code: 'peer-signature',
  });
}

function unanswered({ statusLine }: HttpResponse, text: string): BarographError {
  return new BarographError(`${statusLine}: ${text.slice(0, 300)}`, { kind: 'unavailable', code: 'peer-refused' });
}

function headersFor(secret: string | null, text: string): Record<string, string> {
  const type = { 'content-type': 'application/json' };
  return secret === null ? type : { ...type, [SIGNATURE]: hmacOf(secret, text) };
}

function isSigned(secret: string | null, text: string, signature: string): boolean {
  return secret === null || isHmacOf(secret, text, signature);
}

function plain(status: number, text: string): Response {
  return new Response(`${text}\n`, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } });
}

async function readSecret(file: string): Promise<string> {
  const secret = (await textOf(file, diskTextFiles)).trim();
  if (secret !== '') return secret;
  throw new BarographError(`--cluster.secret-file: ${file} is empty`, { kind: 'bad-config', code: 'cluster-file' });
}

function warnOfStrangers({ listen: { host } }: ClusterFlags, log: Log): void {
  if (host === 'localhost' || host === '::1' || host.startsWith('127.')) return;
  log.warn(
    'Whoever reaches the port of the cluster can make silences: protect it with --cluster.secret-file or --cluster.tls-config',
  );
}

// Certificates are renewed while the program runs.
async function renewTls(server: HttpServer, { tlsServerConfig }: ClusterTlsConfig, log: Log): Promise<void> {
  try {
    server.renewTls(await readServerTls(tlsServerConfig, diskTextFiles));
  } catch (error) {
    log.warn('The certificates of the cluster cannot be read, those before them stay', { error });
  }
}
