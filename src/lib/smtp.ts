import { createHmac } from 'node:crypto';
import { hostname } from 'node:os';
import addressparser from 'nodemailer/lib/addressparser';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import { BarographError, errorMessage } from './errors.ts';

/** How to reach a mail server. */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte. */
  readonly implicitTls: boolean;
  /** Fail when the server does not offer STARTTLS. Without it the connection stays in the clear. */
  readonly requireTls: boolean;
  /** The name given with EHLO. */
  readonly hello: string;
  /** PEM texts. */
  readonly tls: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly serverName?: string;
    readonly insecureSkipVerify: boolean;
  };
  /** Used when the server offers AUTH; `secret` is for CRAM-MD5, `password` for PLAIN and LOGIN. */
  readonly login?: {
    readonly username: string;
    readonly identity: string;
    readonly password: string;
    readonly secret: string;
  };
}

/** A mail with alternative bodies; the last one given is preferred by readers. */
export interface Mail {
  /** Envelope addresses. */
  readonly from: string;
  readonly to: readonly string[];
  /** Names and values in the order to send; values in any script. Message-Id and Date are added when missing. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly text: string;
  readonly html: string;
}

/** An address that the server would not take a mail for, while it took it for others. */
export interface RefusedRecipient {
  readonly address: string;
  /** The server's words. */
  readonly answer: string;
  /** It said so for now only (a code of 4xx). */
  readonly temporary: boolean;
}

/** The bare addresses of a list such as `Ops <ops@example.org>, dev@example.org`; entries without one are left out. */
export function mailAddresses(list: string): string[] {
  return addressparser(list, { flatten: true }).flatMap(({ address }) => (address?.includes('@') ? [address] : []));
}

/**
 * Sends one mail over one connection and gives the addresses that were refused while others were not. Rejects with `unavailable` (connection, TLS, login, refusal of every address or of the mail) or the
 * signal's reason. No secret is ever part of the message. A server is given half a minute to greet, and two minutes for
 * each answer after that.
 */
export async function sendMail(
  server: SmtpServer,
  mail: Mail,
  signal: AbortSignal,
): Promise<readonly RefusedRecipient[]> {
  const message = await compose(mail);
  // Most programs that import this never send a mail, and it takes its time to load.
  const { default: Connection } = await import('nodemailer/lib/smtp-connection');
  signal.throwIfAborted();
  const connection = new Connection(connectionOptions(server));
  const stop = () => connection.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const talking = talk(connection, server, { mail, message });
    const refused = await Promise.race([talking, failureOf(connection, signal)]);
    connection.quit();
    return refused;
  } catch (cause) {
    connection.close();
    signal.throwIfAborted();
    throw new BarographError(`mail server ${server.host}:${server.port}: ${explained(cause)}`, {
      kind: 'unavailable',
      code: 'smtp',
      cause,
    });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

// What the library says of STARTTLS is true but helps nobody.
function explained(cause: unknown): string {
  const { command, response } = cause as { readonly command?: unknown; readonly response?: unknown };
  if (command !== 'STARTTLS' || typeof response !== 'string') return errorMessage(cause);
  return `it does not do STARTTLS (it answered: ${response}), and require_tls is true: nothing was sent. ${STARTTLS_ADVICE}`;
}

const STARTTLS_ADVICE =
  'Turn STARTTLS on there, use its TLS port (465), or set require_tls: false to send in the clear';

interface Composed {
  readonly mail: Mail;
  readonly message: Buffer;
}

async function talk(
  connection: SMTPConnection,
  server: SmtpServer,
  { mail, message }: Composed,
): Promise<readonly RefusedRecipient[]> {
  await new Promise<void>((resolve, reject) => connection.connect((error) => (error ? reject(error) : resolve())));
  const { login } = server;
  if (login && connection.allowsAuth) {
    await new Promise<void>((resolve, reject) => {
      const inClear = connection.secure !== true && !LOOPBACK.has(server.host);
      connection.login({ ...LOGIN_BY_OFFER, login, inClear }, (error) => (error ? reject(error) : resolve()));
    });
  }
  const envelope = { from: mail.from, to: [...mail.to] };
  const { rejectedErrors = [] } = await new Promise<{ rejectedErrors?: readonly Refusal[] | undefined }>(
    (resolve, reject) => {
      connection.send(envelope, message, (error, info) => (error ? reject(error) : resolve(info ?? {})));
    },
  );
  return rejectedErrors.map(({ recipient = '', response = '', responseCode = 0 }) => {
    return { address: recipient, answer: response, temporary: responseCode < 500 };
  });
}

interface Refusal {
  readonly recipient?: string | undefined;
  readonly response?: string | undefined;
  readonly responseCode?: number | undefined;
}

// After the connection is up, its failures come as events and not through the callbacks.
function failureOf(connection: SMTPConnection, signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    connection.on('error', reject);
    connection.on('end', () => reject(new Error('the connection was closed')));
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** A server that does not greet within half a minute is asked again rather than waited for. */
const ANSWER_TIMEOUT = 30_000;
/** A server may scan a mail for a while before it accepts it; giving up earlier would send it twice. */
const ACCEPT_TIMEOUT = 120_000;

function connectionOptions(server: SmtpServer) {
  const { ca, cert, key, serverName, insecureSkipVerify } = server.tls;
  return {
    host: server.host,
    port: server.port,
    secure: server.implicitTls,
    connectionTimeout: ANSWER_TIMEOUT,
    greetingTimeout: ANSWER_TIMEOUT,
    socketTimeout: ACCEPT_TIMEOUT,
    requireTLS: server.requireTls && !server.implicitTls,
    ignoreTLS: !server.requireTls && !server.implicitTls,
    name: server.hello || 'localhost',
    allowInternalNetworkInterfaces: true,
    logger: false,
    tls: { ca, cert, key, ...(serverName ? { servername: serverName } : {}), rejectUnauthorized: !insecureSkipVerify },
    customAuth: { [LOGIN_BY_OFFER.method]: authenticate },
  };
}

// The library would decide by its own order and has one secret for all methods.
const LOGIN_BY_OFFER = { method: 'BY-OFFER', user: ' ', pass: ' ' };

/** Nobody listens between a program and its own machine. */
const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1']);
const PASSWORD_ADVICE =
  'the connection is not encrypted, and the password is not sent in the clear; set require_tls: true, or auth_secret for CRAM-MD5';
const AUTH_KEYS = 'auth_username, auth_password and auth_secret';

interface AuthContext {
  readonly auth: { readonly [key: string]: unknown };
  readonly authMethods: readonly string[];
  sendCommand(command: string): Promise<{ status: number; text: string; response: string }>;
}

async function authenticate({ auth, authMethods, sendCommand }: AuthContext): Promise<void> {
  const { username, identity, password, secret } = auth['login'] as NonNullable<SmtpServer['login']>;
  const showPassword = () => {
    if (auth['inClear'] === true) throw new Error(PASSWORD_ADVICE);
  };
  const send = async (command: string, expected: number) => {
    const answer = await sendCommand(command);
    // The library adds the server's answer.
    if (answer.status !== expected) throw new Error(`login refused (check ${AUTH_KEYS})`);
    return answer.text;
  };
  const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');
  if (secret !== '' && authMethods.includes('CRAM-MD5')) {
    const challenge = Buffer.from(await send('AUTH CRAM-MD5', 334), 'base64');
    const digest = createHmac('md5', secret).update(challenge).digest('hex');
    await send(base64(`${username} ${digest}`), 235);
  } else if (password !== '' && authMethods.includes('PLAIN')) {
    showPassword();
    await send(`AUTH PLAIN ${base64(`${identity}\0${username}\0${password}`)}`, 235);
  } else if (password !== '' && authMethods.includes('LOGIN')) {
    showPassword();
    await send('AUTH LOGIN', 334);
    await send(base64(username), 334);
    await send(base64(password), 235);
  } else {
    throw new Error(`no way to log in: the server offers ${authMethods.join(' ')}, and its secret is not configured`);
  }
}

// Headers that the library builds itself and that would stand twice if given as extra ones.
const OWN_HEADERS: Readonly<Record<string, 'from' | 'to' | 'subject' | 'messageId'>> = {
  from: 'from',
  to: 'to',
  subject: 'subject',
  'message-id': 'messageId',
};

async function compose({ from, headers, text, html }: Mail): Promise<Buffer> {
  const own: Record<string, string> = { from, messageId: `<${crypto.randomUUID()}@${hostname() || 'localhost'}>` };
  const extra: { key: string; value: string }[] = [];
  for (const [name, value] of headers) {
    const property = OWN_HEADERS[name.toLowerCase()];
    if (property) own[property] = value;
    else extra.push({ key: name, value });
  }
  const part = (content: string) => ({ content, contentTransferEncoding: 'quoted-printable' });
  const bodies = { ...(text === '' ? {} : { text: part(text) }), ...(html === '' ? {} : { html: part(html) }) };
  const options = { ...own, headers: extra, ...bodies, newline: '\r\n' };
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  return new MailComposer({ ...options, disableFileAccess: true, disableUrlAccess: true }).compile().build();
}
