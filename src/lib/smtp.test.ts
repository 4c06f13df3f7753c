import { afterEach, describe, expect, it } from 'vitest';
import { type FakeSmtp, startFakeSmtp } from '#test/fake-smtp';
import { mailAddresses, type SmtpServer, sendMail } from './smtp.ts';

let server: FakeSmtp | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

function reach(port: number): SmtpServer {
  return {
    host: '127.0.0.1',
    port,
    implicitTls: false,
    requireTls: false,
    hello: 'me',
    tls: { insecureSkipVerify: false },
  };
}

const MAIL = { from: 'a@x', to: ['b@x'], headers: [['Subject', 'Hi']], text: '.leading dot\n.', html: '' } as const;

describe('addresses', () => {
  it.each([
    ['a@x', ['a@x']],
    ['Ops Team <ops@x>, "Doe, Jane" <jane@x>', ['ops@x', 'jane@x']],
    ['team: a@x, b@x;', ['a@x', 'b@x']],
    ['nobody', []],
    ['', []],
  ])('of %j', (list, expected) => {
    expect(mailAddresses(list)).toEqual(expected);
  });
});

describe('a mail', () => {
  it('arrives with its dots and one Message-Id', async () => {
    server = await startFakeSmtp();
    await sendMail(reach(server.port), MAIL, AbortSignal.timeout(5000));
    const { message, from, to } = server.mails[0]!;
    expect({ from, to }).toEqual({ from: 'a@x', to: ['b@x'] });
    expect(message).toContain('\r\n\r\n.leading dot\r\n.');
    expect(message.match(/^Message-ID:/gim)).toHaveLength(1);
  });

  it('keeps a Message-Id that was given', async () => {
    server = await startFakeSmtp();
    const headers = [...MAIL.headers, ['Message-Id', '<own@x>']] as const;
    await sendMail(reach(server.port), { ...MAIL, headers }, AbortSignal.timeout(5000));
    expect(server.mails[0]!.message.match(/^Message-ID: (.*)/gim)).toEqual(['Message-ID: <own@x>\r'.trimEnd()]);
  });

  it('ends with the signal, and says which server does not answer', async () => {
    server = await startFakeSmtp({ refuse: { EHLO: '', HELO: '' } });
    const reason = new Error('enough');
    const abort = new AbortController();
    const sending = sendMail(reach(server.port), MAIL, abort.signal);
    abort.abort(reason);
    await expect(sending).rejects.toBe(reason);
    const { port } = server;
    await server.close();
    await expect(sendMail(reach(port), MAIL, AbortSignal.timeout(5000))).rejects.toThrow(
      `mail server 127.0.0.1:${port}: `,
    );
  });
});

describe('a password', () => {
  const login = { username: 'me', identity: '', password: 'pw', secret: '' };

  it.each(['PLAIN', 'LOGIN'])('is not sent in the clear over a network by %s', async (mechanism) => {
    const sendTo = async (address: string) => {
      await server?.close();
      server = await startFakeSmtp({ auth: [mechanism], address });
      await sendMail({ ...reach(server.port), host: address, login }, MAIL, AbortSignal.timeout(5000));
    };
    // The same machine by a name that is not known to be it: as good as another one.
    await expect(sendTo('127.0.0.2')).rejects.toThrow('the password is not sent in the clear; set require_tls: true');
    expect(server!.mails).toEqual([]);
    await sendTo('127.0.0.1');
    expect(server!.mails[0]!.login).toBe('me:pw');
  });
});
