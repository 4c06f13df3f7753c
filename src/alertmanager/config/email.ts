import { canonicalHeader, tlsConfigSchema } from '#lib/http-config';
import { defaulted, mapOfValues, type ObjectOf, type ObjectSchema, object, optional } from '#lib/schema';
import { type Report, withOrigin } from '#lib/schema-decode';
import { bool, filePath, secret, string } from '#lib/schema-scalars';
import type { AlertmanagerGlobalConfig } from './global.ts';
import { type Filled, type HostPort, hostPort, isGiven } from './values.ts';

const DEFAULT_SUBJECT = '{{ template "email.default.subject" . }}';

const threadingFields = {
  enabled: defaulted(bool(), false),
  threadByDate: defaulted(string(), ''),
};

const fields = {
  sendResolved: defaulted(bool(), false, { always: true }),
  to: defaulted(string(), ''),
  from: defaulted(string(), ''),
  hello: defaulted(string(), ''),
  smarthost: defaulted(hostPort(), { host: '', port: '' }),
  authUsername: defaulted(string(), ''),
  authPassword: optional(secret()),
  authPasswordFile: optional(filePath()),
  authSecret: optional(secret()),
  authSecretFile: optional(filePath()),
  authIdentity: defaulted(string(), ''),
  headers: defaulted(mapOfValues(string()), {}),
  html: defaulted(string(), '{{ template "email.default.html" . }}', { emptyWhenNull: true }),
  text: defaulted(string(), ''),
  requireTls: optional(bool(), { always: true }),
  tlsConfig: optional(tlsConfigSchema),
  forceImplicitTls: optional(bool(), { always: true }),
  threading: defaulted(object('config.ThreadingConfig', threadingFields), { enabled: false, threadByDate: '' }),
};

/** An `email_configs` entry as written. */
export interface WrittenEmailConfig extends ObjectOf<typeof fields> {}
export const emailSchema: ObjectSchema<WrittenEmailConfig> = object('config.plain', fields, {
  check,
  normalize: canonicalHeaders,
});

/**
 * An `email_configs` entry with what it takes from `global`, and with headers From, To and Subject. Header names are in canonical form. An absent
 * `forceImplicitTls` means: TLS from the start on port 465 only.
 */
export interface EmailConfig extends Filled<WrittenEmailConfig, 'requireTls' | 'tlsConfig'> {}

/** Fills an entry's gaps from `global`; without a smarthost or sender anywhere it cannot work. */
export function resolveEmail(own: WrittenEmailConfig, global: AlertmanagerGlobalConfig, report: Report): EmailConfig {
  const smarthost = isAddress(own.smarthost) ? own.smarthost : global.smtpSmarthost;
  if (!isAddress(smarthost))
    report('no global SMTP smarthost set', 'smarthost', 'set smarthost here or global.smtp_smarthost');
  const from = own.from || global.smtpFrom;
  if (from === '') report('no global SMTP from set', 'from', 'set from here or global.smtp_from');
  const ownPassword = isGiven(own.authPassword) || isGiven(own.authPasswordFile);
  const ownSecret = isGiven(own.authSecret) || isGiven(own.authSecretFile);
  const resolved: EmailConfig = {
    ...own,
    smarthost,
    from,
    headers: { From: from, Subject: DEFAULT_SUBJECT, To: own.to, ...own.headers },
    hello: own.hello || global.smtpHello,
    authUsername: own.authUsername || global.smtpAuthUsername,
    authPassword: ownPassword ? own.authPassword : global.smtpAuthPassword,
    authPasswordFile: ownPassword ? own.authPasswordFile : global.smtpAuthPasswordFile,
    authSecret: ownSecret ? own.authSecret : global.smtpAuthSecret,
    authSecretFile: ownSecret ? own.authSecretFile : global.smtpAuthSecretFile,
    authIdentity: own.authIdentity || global.smtpAuthIdentity,
    requireTls: own.requireTls ?? global.smtpRequireTls,
    tlsConfig: own.tlsConfig ?? global.smtpTlsConfig,
    forceImplicitTls: own.forceImplicitTls ?? global.smtpForceImplicitTls,
  };
  return withOrigin(resolved, own);
}

function isAddress(address: HostPort): boolean {
  return address.host !== '' || address.port !== '';
}

function check(email: WrittenEmailConfig, report: Report): void {
  if (email.to === '') report('missing to address in email config', 'to', 'add to: someone@example.org');
  const names = new Set<string>();
  for (const written of Object.keys(email.headers)) {
    const name = canonicalHeader(written);
    if (names.has(name)) report(`duplicate header ${JSON.stringify(name)} in email config`, ['headers', written]);
    names.add(name);
  }
  if (!email.threading.enabled) return;
  for (const name of ['References', 'In-Reply-To']) {
    if (!names.has(name)) continue;
    report(`conflicting configuration: threading.enabled conflicts with custom ${name} header`, 'threading');
  }
  if (email.threading.threadByDate !== 'none' && email.threading.threadByDate !== 'daily') {
    report("threading.thread_by_date must be either 'none' or 'daily'", ['threading', 'thread_by_date']);
  }
}

function canonicalHeaders(email: WrittenEmailConfig): WrittenEmailConfig {
  const headers = Object.entries(email.headers).map(([name, value]) => [canonicalHeader(name), value] as const);
  return { ...email, headers: Object.fromEntries(headers) };
}
