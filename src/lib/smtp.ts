import { createHmac } from 'node:crypto';
import { hostname } from 'node:os';
import addressparser from 'nodemailer/lib/addressparser';
import MailComposer from 'nodemailer/lib/mail-composer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
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

/** The bare addresses of a list such as `Ops <ops@example.org>, dev@example.org`; entries without one are left out. */
export function mailAddresses(list: string): string[] {
  return addressparser(list, { flatten: true }).flatMap(({ address }) => (address?.includes('@') ? [address] : []));
}

/**
 * Sends one mail over one connection. Rejects with `unavailable` (connection, TLS, login, refusal by the server) or the
 * signal's reason. No secret is ever part of the message.
 */
export async function sendMail(server: SmtpServer, mail: Mail, signal: AbortSignal): Promise<void> {
  const message = await compose(mail);
  signal.throwIfAborted();
  const connection = new SMTPConnection(connectionOptions(server));
  const stop = () => connection.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await Promise.race([talk(connection, server, { mail, message }), failureOf(connection, signal)]);
    connection.quit();
  } catch (cause) {
    connection.close();
    signal.throwIfAborted();
    throw new BarographError(`mail server ${server.host}:${server.port}: ${errorMessage(cause)}`, {
      kind: 'unavailable',
      code: 'smtp',
      cause,
    });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

interface Composed {
  readonly mail: Mail;
  readonly message: Buffer;
}

async function talk(connection: SMTPConnection, server: SmtpServer, { mail, message }: Composed): Promise<void> {
  await new Promise<void>((resolve, reject) => connection.connect((error) => (error ? reject(error) : resolve())));
  const { login } = server;
  if (login && connection.allowsAuth) {
    await new Promise<void>((resolve, reject) => {
      connection.login({ ...LOGIN_BY_OFFER, login }, (error) => (error ? reject(error) : resolve()));
    });
  }
  const envelope = { from: mail.from, to: [...mail.to] };
  const { rejected = [] } = await new Promise<{ rejected?: unknown[] }>((resolve, reject) => {
    connection.send(envelope, message, (error, info) => (error ? reject(error) : resolve(info ?? {})));
  });
  if (rejected.length > 0) throw new Error(`the server refused the recipients ${rejected.join(', ')}`);
}

// After the connection is up, its failures come as events and not through the callbacks.
function failureOf(connection: SMTPConnection, signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    connection.on('error', reject);
    connection.on('end', () => reject(new Error('the connection was closed')));
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function connectionOptions(server: SmtpServer) {
  const { ca, cert, key, serverName, insecureSkipVerify } = server.tls;
  return {
    host: server.host,
    port: server.port,
    secure: server.implicitTls,
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

interface AuthContext {
  readonly auth: { readonly [key: string]: unknown };
  readonly authMethods: readonly string[];
  sendCommand(command: string): Promise<{ status: number; text: string; response: string }>;
}

async function authenticate({ auth, authMethods, sendCommand }: AuthContext): Promise<void> {
  const { username, identity, password, secret } = auth['login'] as NonNullable<SmtpServer['login']>;
  const send = async (command: string, expected: number) => {
    const answer = await sendCommand(command);
    if (answer.status !== expected) throw new Error(`login refused: ${answer.response}`);
    return answer.text;
  };
  const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');
  if (secret !== '' && authMethods.includes('CRAM-MD5')) {
    const challenge = Buffer.from(await send('AUTH CRAM-MD5', 334), 'base64');
    const digest = createHmac('md5', secret).update(challenge).digest('hex');
    await send(base64(`${username} ${digest}`), 235);
  } else if (password !== '' && authMethods.includes('PLAIN')) {
    await send(`AUTH PLAIN ${base64(`${identity}\0${username}\0${password}`)}`, 235);
  } else if (password !== '' && authMethods.includes('LOGIN')) {
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

function compose({ from, headers, text, html }: Mail): Promise<Buffer> {
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
  return new MailComposer({ ...options, disableFileAccess: true, disableUrlAccess: true }).compile().build();
}
