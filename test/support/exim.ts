import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TEST_CERTIFICATE } from './fake-smtp.ts';
import { eventually, find, freePort, type RunningProcess, scratch, start } from './process.ts';

const program = find('exim4') ?? (existsSync('/usr/sbin/exim4') ? '/usr/sbin/exim4' : null);

/** Why Exim cannot run here; null when it can. */
export const eximMissing: string | null =
  program === null
    ? 'exim4 is not installed (Debian: apt-get install exim4-daemon-light)'
    : process.getuid?.() === 0
      ? null
      : 'exim4 keeps a spool of its own only when it is started by root';

/** The only account; CRAM-MD5 takes the password as its secret. */
export const ACCOUNT = { username: 'barograph', password: 'correct horse' } as const;

export type AuthMechanism = 'PLAIN' | 'LOGIN' | 'CRAM-MD5';

export interface EximOptions {
  /** Offered to everybody, TLS or not; nobody sends a mail without logging in by one of them. */
  readonly auth: readonly AuthMechanism[];
  /** Offers STARTTLS with a certificate for localhost. */
  readonly tls: boolean;
}

/** The mail server Exim on a port of the loopback, which delivers everything into one mailbox. */
export interface Exim {
  readonly port: number;
  /** The mails in the mailbox, oldest first, as they lie there. */
  mails(): readonly string[];
  /** While it hangs it accepts connections and greets nobody. */
  hang(yes: boolean): void;
  /** What it wrote about mails and logins. */
  log(): string;
  stop(): Promise<void>;
}

/** Starts Exim with a configuration of its own and waits until it listens. */
export async function startExim(options: EximOptions): Promise<Exim> {
  const folder = scratch();
  const { dir } = folder;
  for (const name of ['spool', 'log', 'mailbox']) mkdirSync(join(dir, name));
  const port = await freePort();
  const files = {
    'exim.conf': configuration(dir, options),
    'cert.pem': TEST_CERTIFICATE.cert,
    'key.pem': TEST_CERTIFICATE.key,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  execFileSync('chown', ['-R', 'Debian-exim', dir]);
  execFileSync('chown', ['root', join(dir, 'exim.conf')]);
  const args = ['-C', join(dir, 'exim.conf'), '-bdf', '-oX', `<; [127.0.0.1]:${port}`];
  const running = start(program!, args, dir);
  await eventually(() => listening(running, dir));
  return {
    port,
    mails: () => mailbox(join(dir, 'mailbox', 'new')),
    hang: (yes) => (yes ? writeFileSync(join(dir, 'hang'), '') : rmSync(join(dir, 'hang'), { force: true })),
    log: () => readLog(dir),
    stop: async () => {
      await running.stop();
      folder.remove();
    },
  };
}

function listening(running: RunningProcess, dir: string): void {
  if (running.child.exitCode !== null) throw new Error(`exim4 ended:\n${running.output()}${readLog(dir)}`);
  if (!readLog(dir).includes('listening')) throw new Error('exim4 does not listen yet');
}

function readLog(dir: string): string {
  const names = readdirSync(join(dir, 'log'));
  return names.map((name) => readFileSync(join(dir, 'log', name), 'utf8')).join('');
}

function mailbox(dir: string): string[] {
  if (!existsSync(dir)) return [];
  const paths = readdirSync(dir).map((name) => join(dir, name));
  const byAge = paths.sort((a, b) => statSync(a).mtimeMs - statSync(b).mtimeMs);
  return byAge.map((path) => readFileSync(path, 'utf8'));
}

function configuration(dir: string, { auth, tls }: EximOptions): string {
  return `
primary_hostname = mail.test
spool_directory = ${dir}/spool
log_file_path = ${dir}/log/%slog
pid_file_path = ${dir}/exim.pid
deliver_drop_privilege = true
tls_advertise_hosts = ${tls ? '*' : ''}
tls_certificate = ${dir}/cert.pem
tls_privatekey = ${dir}/key.pem
log_selector = +received_recipients +tls_cipher
acl_smtp_connect = greet
acl_smtp_rcpt = take
begin acl
greet:
  accept delay = \${if exists{${dir}/hang}{1h}{0s}}
take:
  deny !authenticated = *
       message = log in first
  deny local_parts = nobody
       message = no such user
  accept
begin routers
all:
  driver = accept
  transport = mailbox
begin transports
mailbox:
  driver = appendfile
  batch_max = 100
  maildir_format
  directory = ${dir}/mailbox
  create_directory
  user = Debian-exim
  return_path_add
  envelope_to_add
begin authenticators
${auth.map((each) => AUTHENTICATORS[each]).join('')}`;
}

const AUTHENTICATORS: Readonly<Record<AuthMechanism, string>> = {
  PLAIN: `
plain:
  driver = plaintext
  public_name = PLAIN
  server_set_id = $auth2
  server_prompts = :
  server_condition = \${if and{{eq{$auth2}{${ACCOUNT.username}}}{eq{$auth3}{${ACCOUNT.password}}}}}
`,
  LOGIN: `
login:
  driver = plaintext
  public_name = LOGIN
  server_set_id = $auth1
  server_prompts = Username:: : Password::
  server_condition = \${if and{{eq{$auth1}{${ACCOUNT.username}}}{eq{$auth2}{${ACCOUNT.password}}}}}
`,
  'CRAM-MD5': `
cram:
  driver = cram_md5
  public_name = CRAM-MD5
  server_set_id = $auth1
  server_secret = \${if eq{$auth1}{${ACCOUNT.username}}{${ACCOUNT.password}}fail}
`,
};
