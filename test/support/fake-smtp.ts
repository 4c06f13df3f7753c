import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';

/** A mail as it arrived, and how its sender introduced itself. */
export interface ReceivedMail {
  readonly hello: string;
  readonly secure: boolean;
  /** `user:password`, or for CRAM-MD5 the decoded answer; '' without login. */
  readonly login: string;
  readonly from: string;
  readonly to: readonly string[];
  /** Headers and body as sent, dots undone. */
  readonly message: string;
}

export interface FakeSmtpOptions {
  /** A certificate: offers STARTTLS, or with `implicit` speaks TLS from the start. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly implicit?: boolean };
  /** The mechanisms offered with AUTH; none when absent. */
  readonly auth?: readonly string[];
  /** Answers by the first word of a command, instead of acceptance: `RCPT: '550 no such user'`. */
  readonly refuse?: Readonly<Record<string, string>>;
  /** Where it listens; 127.0.0.1 unless given. */
  readonly address?: string;
  /** Answers for single recipients instead of acceptance; null accepts. */
  readonly refuseRecipient?: (address: string) => string | null;
}

/** A mail server on a free port of the loopback. */
export interface FakeSmtp {
  readonly port: number;
  readonly mails: ReceivedMail[];
  close(): Promise<void>;
}

/** A self-signed certificate for localhost and 127.0.0.1, worth nothing outside of tests. */
export const TEST_CERTIFICATE = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgAeNesL0KMk8V03Ne
DsVYrUcdVSTNhv28gGWChlC+Ov2hRANCAAQA3pk8dbKS+mKHYfIPJOsxYfQw5L5u
NOLd3e4BW8srll3voIHkHsg9EqxM1zJNqcgG1NDNe5RRq6ElfKDjHKhI
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBnDCCAUGgAwIBAgIUXhUH0Ajt9X8/wx2ryQZnbhYhTYAwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNDEzNDE0NloYDzIxMjYxMDMx
MTM0MTQ2WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQA3pk8dbKS+mKHYfIPJOsxYfQw5L5uNOLd3e4BW8srll3voIHkHsg9
EqxM1zJNqcgG1NDNe5RRq6ElfKDjHKhIo28wbTAdBgNVHQ4EFgQUpfxPPvG2vpXa
Wm9nxuIez6v9BAUwHwYDVR0jBBgwFoAUpfxPPvG2vpXaWm9nxuIez6v9BAUwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSQAwRgIhAJ/DFPIsPvr4nV6aEUfnpcqZG1+vSydejSvVUnMowyLiAiEA
pMLgFRByMSThfdtZPG9EagsowoXn9+jSN2Wbj56qskY=
-----END CERTIFICATE-----
`,
};

/** The challenge of CRAM-MD5. */
export const CHALLENGE = '<1.2@fake>';

/** Starts a fake mail server. */
export async function startFakeSmtp(options: FakeSmtpOptions = {}): Promise<FakeSmtp> {
  const mails: ReceivedMail[] = [];
  const sockets = new Set<Socket>();
  const accept = (socket: Socket) => {
    sockets.add(socket);
    new Session(socket, options, mails).greet();
  };
  const server: Server = options.tls?.implicit ? createTlsServer(options.tls, accept) : createServer(accept);
  await new Promise<void>((resolve) => server.listen(0, options.address ?? '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    mails,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

class Session {
  private socket: Socket;
  private readonly options: FakeSmtpOptions;
  private readonly mails: ReceivedMail[];
  private buffer = '';
  private hello = '';
  private login = '';
  private from = '';
  private to: string[] = [];
  private inData = false;
  /** What takes the next line instead of a command. */
  private expecting: ((line: string) => void) | null = null;

  constructor(socket: Socket, options: FakeSmtpOptions, mails: ReceivedMail[]) {
    this.socket = socket;
    this.options = options;
    this.mails = mails;
  }

  greet(): void {
    this.listen();
    this.say('220 fake ESMTP');
  }

  private listen(): void {
    this.socket.on('error', () => {});
    this.socket.on('data', (chunk: Buffer) => {
      this.buffer += chunk.toString('utf8');
      this.read();
    });
  }

  private read(): void {
    for (;;) {
      const end = this.buffer.indexOf(this.inData ? '\r\n.\r\n' : '\r\n');
      if (end < 0) return;
      const text = this.buffer.slice(0, end);
      this.buffer = this.buffer.slice(end + (this.inData ? 5 : 2));
      if (this.inData) this.deliver(text);
      else if (this.expecting) this.expecting(text);
      else this.command(text);
    }
  }

  private deliver(text: string): void {
    this.inData = false;
    const { hello, login, from, to } = this;
    const secure = this.socket instanceof TLSSocket;
    this.mails.push({ hello, secure, login, from, to, message: text.replace(/^\.\./gm, '.') });
    this.say('250 queued');
  }

  private command(line: string): void {
    const verb = line.slice(0, 4).toUpperCase();
    const address = /<(.*)>/.exec(line)?.[1] ?? '';
    const refusal = this.options.refuse?.[verb] ?? (verb === 'RCPT' ? this.options.refuseRecipient?.(address) : null);
    if (refusal !== undefined && refusal !== null) this.say(refusal);
    else this.obey(verb, line.slice(5));
  }

  private obey(verb: string, rest: string): void {
    if (verb === 'EHLO') {
      this.hello = rest;
      this.say(...this.extensions());
    } else if (verb === 'STAR') {
      if (this.options.tls) this.startTls();
      else this.say('503 not offered');
    } else if (verb === 'AUTH') {
      this.authenticate(rest);
    } else if (verb === 'DATA') {
      this.inData = true;
      this.say('354 go on');
    } else if (verb === 'QUIT') {
      this.say('221 bye');
      this.socket.end();
    } else {
      this.address(verb, /<(.*)>/.exec(rest)?.[1] ?? '');
      this.say('250 ok');
    }
  }

  private address(verb: string, address: string): void {
    if (verb === 'MAIL') {
      this.from = address;
      this.to = [];
    } else if (verb === 'RCPT') {
      this.to.push(address);
    }
  }

  private extensions(): string[] {
    const offersTls = this.options.tls && !this.options.tls.implicit && !(this.socket instanceof TLSSocket);
    const lines = ['fake', ...(offersTls ? ['STARTTLS'] : [])];
    if (this.options.auth && !offersTls) lines.push(`AUTH ${this.options.auth.join(' ')}`);
    return lines.map((text, i) => `250${i === lines.length - 1 ? ' ' : '-'}${text}`);
  }

  private startTls(): void {
    this.say('220 ready');
    const plain = this.socket;
    plain.removeAllListeners('data');
    this.socket = new TLSSocket(plain, { isServer: true, ...this.options.tls });
    this.listen();
  }

  private authenticate(rest: string): void {
    const [method = '', initial = ''] = rest.split(' ');
    const decode = (text: string) => Buffer.from(text, 'base64').toString('utf8');
    const accept = (login: string) => {
      this.expecting = null;
      this.login = login;
      this.say('235 welcome');
    };
    const ask = (text: string, then: (line: string) => void) => {
      this.expecting = then;
      this.say(`334 ${Buffer.from(text).toString('base64')}`);
    };
    if (method === 'PLAIN') accept(decode(initial).split('\0').slice(1).join(':'));
    else if (method === 'CRAM-MD5') ask(CHALLENGE, (line) => accept(decode(line)));
    else ask('Username:', (user) => ask('Password:', (password) => accept(`${decode(user)}:${decode(password)}`)));
  }

  private say(...lines: string[]): void {
    this.socket.write(lines.map((line) => `${line}\r\n`).join(''));
  }
}
