import { errorMessage } from '#lib/errors';
import { type Mail, mailAddresses, type RefusedRecipient, type SmtpServer } from '#lib/smtp';
import type { EmailConfig } from '../config/email.ts';
import { configuredText } from './configured-text.ts';
import { incidentKey } from './incident-key.ts';
import type { Delivery, Notification, Notifier, NotifierParts } from './notifier.ts';
import { brokenOff, notifyError } from './notify-error.ts';

const DEFAULT_SUBJECT = '{{ template "email.default.subject" . }}';
const IMPLICIT_TLS_PORT = '465';

/**
 * Sends one mail to all addresses over SMTP. Addresses that the server refuses keep it from nobody else: those refused
 * for now are tried again alone, those refused for good are named in the answer.
 */
export function email(config: EmailConfig, parts: NotifierParts): Notifier {
  // Who has a notification already, while it is tried again for others.
  const reached = new WeakMap<Notification, ReadonlySet<string>>();
  return {
    async send(notification, signal) {
      const mail = await buildMail({ config, parts, notification });
      const server = await buildServer(config, parts);
      const done = reached.get(notification) ?? new Set();
      const to = mail.to.filter((address) => !done.has(address));
      try {
        const refused = await parts.sendMail(server, { ...mail, to }, signal);
        const waiting = refused.filter(({ temporary }) => temporary).map(({ address }) => address);
        reached.set(notification, new Set([...done, ...to.filter((address) => !waiting.includes(address))]));
        return outcome(refused);
      } catch (error) {
        if (!signal.aborted) return { ok: false, error: errorMessage(error), retry: true, reason: 'other' };
        const where = `mail server ${config.smarthost.host}:${config.smarthost.port}`;
        return { ok: false, error: `${where}: ${errorMessage(error)}`, retry: true, reason: brokenOff(signal) };
      }
    },
  };
}

function outcome(refused: readonly RefusedRecipient[]): Delivery {
  const named = refused.map(({ address, answer }) => `${address} (${answer})`).join(', ');
  if (refused.some(({ temporary }) => temporary))
    return { ok: false, error: `accepted, but not for ${named}`, retry: true, reason: 'other' };
  return { ok: true, answer: named === '' ? 'accepted' : `accepted, but refused for ${named}` };
}

interface Job {
  readonly config: EmailConfig;
  readonly parts: NotifierParts;
  readonly notification: Notification;
}

async function buildMail({ config, parts, notification }: Job): Promise<Mail> {
  const render = (text: string) => parts.renderer.text(text, notification);
  const from = mailAddresses(render(config.from));
  if (from.length !== 1) throw notifyError(`must be exactly one 'from' address (got: ${from.length})`);
  const to = mailAddresses(render(config.to));
  if (to.length === 0) throw notifyError(`parse 'to' addresses: ${JSON.stringify(config.to)} holds no address`);
  const written = { Subject: DEFAULT_SUBJECT, To: config.to, From: config.from, ...config.headers };
  const headers = Object.entries(written).map(([name, value]) => [name, oneLine(render(value))] as const);
  const bodies = {
    text: render(config.text),
    html: config.html === '' ? '' : parts.renderer.html(config.html, notification),
  };
  const thread = await threadHeaders({ config, parts, notification });
  return { from: from[0]!, to, headers: [...headers, ...thread], ...bodies };
}

// A line break in a header would start another header.
function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').trimEnd();
}

// The messages of a group answer a message that never existed: readers show them as one thread.
async function threadHeaders({ config, parts, notification }: Job): Promise<readonly (readonly [string, string])[]> {
  if (!config.threading.enabled) return [];
  const day = config.threading.threadByDate === 'none' ? '' : new Date(parts.now()).toISOString().slice(0, 10);
  const key = await incidentKey(notification.groupKey);
  const root = `<alert-${key.slice(0, 16)}-${day}@alertmanager>`;
  return [
    ['References', root],
    ['In-Reply-To', root],
  ];
}

async function buildServer(config: EmailConfig, { files }: NotifierParts): Promise<SmtpServer> {
  const { tlsConfig, smarthost, authUsername: username } = config;
  const read = (key: string, text: Parameters<typeof configuredText>[0]['text'], file: string | undefined) =>
    configuredText({ key, text, file }, files);
  const login = username !== '' && {
    username,
    identity: config.authIdentity,
    password: await read('auth_password', config.authPassword, config.authPasswordFile),
    secret: await read('auth_secret', config.authSecret, config.authSecretFile),
  };
  return {
    host: smarthost.host,
    port: Number(smarthost.port),
    implicitTls: config.forceImplicitTls ?? smarthost.port === IMPLICIT_TLS_PORT,
    requireTls: config.requireTls,
    hello: config.hello,
    tls: {
      ...given('ca', await read('ca', tlsConfig.ca, tlsConfig.caFile)),
      ...given('cert', await read('cert', tlsConfig.cert, tlsConfig.certFile)),
      ...given('key', await read('key', tlsConfig.key, tlsConfig.keyFile)),
      ...given('serverName', tlsConfig.serverName ?? ''),
      insecureSkipVerify: tlsConfig.insecureSkipVerify,
    },
    ...(login ? { login } : {}),
  };
}

function given(name: string, text: string): Readonly<Record<string, string>> {
  return text === '' ? {} : { [name]: text };
}
