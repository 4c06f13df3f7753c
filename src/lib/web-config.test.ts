import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { LOOPBACK_CERTIFICATE, LOOPBACK_KEY, TEST_CA, TEST_KEY } from '#test/certificates';
import { formatProblem } from './schema-decode.ts';
import { needsRestart, readWebConfig, type WebConfig } from './web-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'web-config-'));
const file = join(folder, 'web.yml');
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, 'c.pem'), LOOPBACK_CERTIFICATE);
writeFileSync(join(folder, 'k.pem'), LOOPBACK_KEY);
writeFileSync(join(folder, 'other.pem'), TEST_KEY);
writeFileSync(join(folder, 'ca.pem'), TEST_CA);

const HASH = '$2y$04$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi';

function problems(text: string): string[] {
  writeFileSync(file, text);
  return readWebConfig(file).problems.map((problem) => formatProblem(problem).slice(file.length + 1));
}

function good(text: string): WebConfig {
  expect(problems(text)).toEqual([]);
  return readWebConfig(file).value!;
}

const withTls = (more: string) => `tls_server_config: {cert_file: c.pem, key_file: k.pem${more}}`;

describe('a web configuration', () => {
  it('is good when it says nothing', () => {
    for (const text of ['', '{}', '# nothing\n---\n', 'tls_server_config: {}', 'basic_auth_users:\n'])
      expect(good(text)).toEqual({
        ...{ tls: null, headers: {}, rateLimit: null, certificateFiles: null },
        ...{ users: new Map(), files: expect.arrayContaining([file]) },
      });
  });

  it('names certificates from its own folder on', () => {
    const { tls, files, certificateFiles } = good(
      withTls(', client_ca_file: ca.pem, client_auth_type: RequireClientCert'),
    );
    expect(tls).toEqual({
      ...{ cert: LOOPBACK_CERTIFICATE, key: LOOPBACK_KEY, clientCa: TEST_CA, clientAuth: 'RequireAnyClientCert' },
      ...{ allowedSans: null, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3', honorCipherOrder: true },
    });
    expect(files).toEqual([file, ...['c.pem', 'k.pem', 'ca.pem'].map((name) => join(folder, name))]);
    expect(certificateFiles).toEqual({ certFile: join(folder, 'c.pem'), keyFile: join(folder, 'k.pem') });
  });

  it('may hold certificates itself', () => {
    const text = { tls_server_config: { cert: LOOPBACK_CERTIFICATE, key: LOOPBACK_KEY, client_auth_type: '' } };
    expect(good(JSON.stringify(text))).toMatchObject({
      tls: { key: LOOPBACK_KEY },
      certificateFiles: null,
      files: [file],
    });
  });

  it('names suites and curves as Go does', () => {
    const more =
      ', cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, TLS_AES_128_GCM_SHA256], curve_preferences: [X25519, CurveP384], min_version: TLS10';
    expect(good(withTls(more)).tls).toMatchObject({
      ciphers: 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:ECDHE-RSA-AES128-SHA',
      ...{ curves: 'X25519:P-384', minVersion: 'TLSv1' },
    });
  });

  it('has headers, users and a limit', () => {
    const text = `
http_server_config: {http2: false, headers: {X-Frame-Options: deny, X-XSS-Protection: '', Strict-Transport-Security: max-age=1}}
basic_auth_users: {ann: ${HASH}}
rate_limit: {interval: 500ms, burst: 2}`;
    expect(good(text)).toMatchObject({
      headers: { 'X-Frame-Options': 'deny', 'Strict-Transport-Security': 'max-age=1' },
      users: new Map([['ann', HASH]]),
      rateLimit: { interval: 500, burst: 2 },
    });
    expect(Object.keys(good(text).headers)).toHaveLength(2);
    expect(good('rate_limit: {interval: 0s}').rateLimit).toBe(null);
  });

  it.each([
    ['tls_server_config: {cert_file: c.pem}', '1:20: tls_server_config: missing one of key or key_file'],
    ['tls_server_config: {key_file: k.pem}', '1:20: tls_server_config: missing one of cert or cert_file'],
    [withTls(', cert: x'), 'tls_server_config.cert: at most one of cert & cert_file must be configured'],
    [withTls(', min_version: TLS13, max_version: TLS12'), 'max_version TLS12 is below min_version TLS13'],
    [withTls(', min_version: tls12'), 'unknown TLS version: tls12 (did you mean TLS12?)'],
    [withTls(', client_auth_type: Any'), 'invalid ClientAuth: Any'],
    [withTls(', client_ca_file: ca.pem'), "client CA's have been configured without a Client Auth Policy"],
    [withTls(', client_ca_file: k.pem, client_auth_type: RequestClientCert'), 'there is no certificate in it'],
    [withTls(', client_ca_file: no.pem, client_auth_type: RequestClientCert'), 'client_ca_file: ENOENT'],
    [withTls(', cipher_suites: [TLS_RSA_WITH_AES_128_GCM_SHA256]'), 'unknown cipher: TLS_RSA_WITH_AES_128_GCM_SHA256'],
    [withTls(', curve_preferences: [P-256]'), 'unknown curve: P-256'],
    [withTls(', client_allowed_sans: [a], client_auth_type: RequestClientCert'), 'client_allowed_sans requires'],
    [withTls(', client_allowed_sans: [], client_auth_type: RequireAnyClientCert'), 'an empty list admits nobody'],
    [
      'tls_server_config: {cert_file: c.pem, key_file: other.pem}',
      '1:49: tls_server_config.key_file: failed to load X509KeyPair',
    ],
    [
      'tls_server_config: {cert_file: k.pem, key_file: k.pem}',
      'tls_server_config.cert_file: no certificate can be read',
    ],
    ['http_server_config: {headers: {X-Foo: a}}', 'field X-Foo not found'],
    ['http_server_config: {headers: {X-Frame-Options: DENY}}', 'unknown value "DENY" (did you mean deny?)'],
    ['http_server_config: {headers: {Content-Security-Policy: "a\\nb"}}', 'letters that a header cannot hold'],
    ['basic_auth_users: {ann: secret}', '1:25: basic_auth_users.ann: this is no password hashed with bcrypt'],
    [`basic_auth_users: {"a:b": ${HASH}}`, 'a user name must not hold a colon'],
    ['rate_limit: {interval: 1s}', 'burst must be at least 1'],
    ['rate_limit: {burst: 1}', 'interval is missing'],
    ['rate_limit: {interval: -1s, burst: 1}', 'the interval must not be negative'],
    ['tls: {}', '1:1: tls: field tls not found'],
  ])('%s is refused', (text, problem) => {
    expect(problems(text)).toEqual([expect.stringContaining(problem)]);
    expect(problems(text)[0]).not.toContain('secret)');
  });

  it('that is not there is a problem, too', () => {
    const { value, problems: found } = readWebConfig(join(folder, 'none.yml'));
    expect([value, found.map(({ message }) => message)]).toEqual([undefined, [expect.stringContaining('ENOENT')]]);
  });
});

describe('a changed web configuration', () => {
  it('needs a restart when connections would begin in another way', () => {
    const [plain, tls] = [good(''), good(withTls(''))];
    const asking = good(withTls(', client_auth_type: RequestClientCert'));
    const strict = good(withTls(', client_auth_type: RequireAndVerifyClientCert, client_ca_file: ca.pem'));
    expect(needsRestart(plain, tls)).toBe('TLS is switched on');
    expect(needsRestart(tls, plain)).toBe('TLS is switched off');
    expect(needsRestart(tls, asking)).toBe('clients are now asked for certificates');
    expect([needsRestart(asking, strict), needsRestart(tls, tls), needsRestart(plain, plain)]).toEqual([
      null,
      null,
      null,
    ]);
  });
});
