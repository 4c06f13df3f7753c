import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BarographError } from '#lib/errors';
import { createLog, silentLog } from '#lib/log';
import { LOOPBACK_CERTIFICATE, LOOPBACK_KEY } from '#test/certificates';
import { scratch } from '#test/process';
import type { ClusterFlags } from '../options.ts';
import { type ClusterLink, openClusterLink } from './link.ts';

const FLAGS: ClusterFlags = {
  listen: { host: '127.0.0.1', port: 0 },
  ...{ advertise: null, allowPublicAddress: false, peers: [], peerName: null, label: '' },
  ...{ secretFile: null, tlsConfigFile: null, resolveTimeout: 10_000, peerTimeout: 0, gossipInterval: 0 },
  ...{ pushPullInterval: 0, tcpTimeout: 0, probeTimeout: 0, probeInterval: 0, settleTimeout: 0 },
  ...{ reconnectInterval: 0, reconnectTimeout: 0 },
};

let folder: ReturnType<typeof scratch>;
let links: ClusterLink[];

beforeEach(() => {
  folder = scratch();
  links = [];
});
afterEach(async () => {
  await Promise.all(links.map((link) => link.close()));
  folder.remove();
});

async function open(flags: Partial<ClusterFlags> = {}, log = silentLog): Promise<ClusterLink> {
  const link = await openClusterLink({ ...FLAGS, ...flags }, log);
  links.push(link);
  return link;
}

function file(name: string, text: string): string {
  writeFileSync(join(folder.dir, name), text);
  return join(folder.dir, name);
}

/** What one says when the other asks it `question`. */
async function asked(other: ClusterLink, one: ClusterLink, question = 'who is there?'): Promise<string> {
  one.answerWith((message) => `heard: ${message}`);
  return other.ask(`127.0.0.1:${one.listen.port}`, question, AbortSignal.timeout(10_000));
}

/** The same, and it is refused. */
async function refusal(other: ClusterLink, one: ClusterLink): Promise<string> {
  return asked(other, one).then(
    (answer) => `answered: ${answer}`,
    (error: Error) => error.message,
  );
}

const TLS = {
  clientCa: 'client_ca_file: own.pem, client_auth_type: RequireAndVerifyClientCert',
  client: 'tls_client_config: {ca_file: own.pem, cert_file: own.pem, key_file: own.key}',
};

function tlsFile(name: string, yaml: string): string {
  file('own.pem', LOOPBACK_CERTIFICATE);
  file('own.key', LOOPBACK_KEY);
  return file(name, yaml);
}

describe('the link of a cluster', () => {
  it('carries questions and answers', async () => {
    expect(await asked(await open(), await open(), 'Ω?')).toBe('heard: Ω?');
  });

  it('says when nobody answers yet, and what was wrong with a question', async () => {
    const [one, other] = [await open(), await open()];
    const ask = () => other.ask(`127.0.0.1:${one.listen.port}`, '{}', AbortSignal.timeout(10_000));
    await expect(ask()).rejects.toThrow('503 Service Unavailable: this instance is starting');
    one.answerWith(() => {
      throw new BarographError('it has no version', { kind: 'bad-request', code: 'x' });
    });
    await expect(ask()).rejects.toThrow('400 Bad Request: it has no version');
  });

  it('refuses messages that are too long', async () => {
    const [one, other] = [await open(), await open()];
    await expect(asked(other, one, 'x'.repeat(16 * 1024 * 1024 + 1))).rejects.toThrow();
    expect(await asked(other, one)).toBe('heard: who is there?');
  });

  it('talks to those alone who know the secret', async () => {
    const [right, wrong] = [file('right', 'open sesame\n'), file('wrong', 'open barley')];
    const one = await open({ secretFile: right });
    expect(await asked(await open({ secretFile: right }), one)).toBe('heard: who is there?');
    for (const other of [await open({ secretFile: wrong }), await open()]) {
      expect(await refusal(other, one)).toMatch(/^401 Unauthorized: the message is not signed with the secret/);
    }
    expect(await refusal(one, await open())).toMatch(/^the answer is not signed with the secret of this instance/);
  });

  it('talks over TLS to those alone whose certificates are signed', async () => {
    const server = `{cert_file: own.pem, key_file: own.key, ${TLS.clientCa}}`;
    const both = tlsFile('both.yml', `tls_server_config: ${server}\n${TLS.client}`);
    const one = await open({ tlsConfigFile: both });
    expect(await asked(await open({ tlsConfigFile: both }), one)).toBe('heard: who is there?');
    await one.resolve();
    expect(await asked(await open({ tlsConfigFile: both }), one)).toBe('heard: who is there?');
    const stranger = `tls_server_config: ${server}\ntls_client_config: {ca_file: own.pem}`;
    expect(await refusal(await open({ tlsConfigFile: tlsFile('stranger.yml', stranger) }), one)).not.toMatch(/heard/);
    expect(await refusal(await open(), one)).not.toMatch(/heard/);
  });

  it.each([
    ['tls_client_config: {}', 'missing tls_server_config entry'],
    ['tls_server_config: {cert_file: own.pem, key_file: own.key}', 'missing tls_client_config entry'],
    [`${TLS.client}\ntls_server_config: {key_file: own.key}`, 'missing key cert_file'],
    [
      `${TLS.client}\ntls_server_config: {cert_file: own.pem, key_file: own.key, client_ca_file: own.pem}`,
      'client_ca_file without client_auth_type RequireAndVerifyClientCert checks nobody',
    ],
    [
      `${TLS.client}\ntls_server_config: {cert_file: own.pem, key_file: own.key, client_auth_type: RequestClientCert}`,
      'client_auth_type RequestClientCert is not known here',
    ],
    [`${TLS.client}\ntls_server_config: {cert_file: own.pem, key_file: gone.key}`, 'gone.key'],
  ])('does not open with the TLS config %j', async (yaml, problem) => {
    await expect(open({ tlsConfigFile: tlsFile('bad.yml', yaml) })).rejects.toThrow(problem);
  });

  it('does not open without the secret that was promised, nor where another one listens', async () => {
    await expect(open({ secretFile: join(folder.dir, 'gone') })).rejects.toThrow('gone');
    await expect(open({ secretFile: file('empty', '\n') })).rejects.toThrow('is empty');
    const { listen } = await open();
    await expect(open({ listen })).rejects.toMatchObject({ hint: expect.stringContaining('--cluster.listen-address') });
  });

  it('warns when strangers may reach it', async () => {
    const lines: string[] = [];
    const log = createLog({ sink: (line) => lines.push(line) });
    await open({}, log);
    await open({ listen: { host: '0.0.0.0', port: 0 }, secretFile: file('secret', 'x') }, log);
    expect(lines).toEqual([]);
    await open({ listen: { host: '0.0.0.0', port: 0 } }, log);
    expect(lines.join()).toContain('protect it with --cluster.secret-file or --cluster.tls-config');
  });

  it('finds all addresses of its peers, each once', async () => {
    const peers = [
      { host: 'localhost', port: 1 },
      { host: '127.0.0.1', port: 1 },
      { host: '::1', port: 2 },
    ];
    const addresses = await (await open({ peers })).resolve();
    expect(addresses).toContain('127.0.0.1:1');
    expect(addresses).toContain('[::1]:2');
    expect(new Set(addresses).size).toBe(addresses.length);
  });
});
