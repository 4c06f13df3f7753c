import { describe, expect, it } from 'vitest';
import { decodeGood, printed, problemsOf } from '#test/decode';
import {
  canonicalHeader,
  defaultHttpClientConfig,
  http1ClientConfigSchema,
  httpClientConfigSchema as schema,
} from './http-config.ts';

/** The messages alone. */
function messages(text: string): string[] {
  return problemsOf(schema, text).map((problem) => problem.replace(/^\d+:\d+: (?:[\w.[\]-]+: )?/, ''));
}

describe('the HTTP client block', () => {
  it('has defaults', () => {
    expect(decodeGood(schema, '{}')).toEqual(defaultHttpClientConfig);
    expect(decodeGood(http1ClientConfigSchema, '{}').enableHttp2).toBe(false);
  });

  it('takes a bearer token as authorization', () => {
    const inText = decodeGood(schema, 'bearer_token: hunter2');
    expect(inText.authorization?.type).toBe('Bearer');
    expect(inText.authorization?.credentials?.reveal()).toBe('hunter2');
    expect(inText).not.toHaveProperty('bearerToken');
    expect(decodeGood(schema, 'bearer_token_file: token').authorization).toEqual({
      type: 'Bearer',
      credentialsFile: '/etc/token',
    });
  });

  it('gives an empty authorization type its default', () => {
    expect(decodeGood(schema, 'authorization: {type: " ", credentials: x}').authorization?.type).toBe('Bearer');
    expect(decodeGood(schema, 'authorization: {type: Token, credentials: x}').authorization?.type).toBe('Token');
  });

  it('starts paths at the directory of the file', () => {
    const text =
      'tls_config: {ca_file: ca, cert_file: c, key_file: k}\nbasic_auth: {username: u, password_file: p}\nhttp_headers: {X-A: {files: [h]}}\n';
    const client = decodeGood(schema, text);
    expect(client.tlsConfig).toMatchObject({ caFile: '/etc/ca', certFile: '/etc/c', keyFile: '/etc/k' });
    expect(client.basicAuth?.passwordFile).toBe('/etc/p');
    expect(client.httpHeaders).toEqual({ 'X-A': { files: ['/etc/h'] } });
  });

  it('prints without its secrets', () => {
    const text = [
      'basic_auth: {username: u, password: hunter2}',
      'proxy_url: http://u:hunter2@proxy:3128',
      'proxy_connect_header: {X-Auth: [hunter2]}',
      'http_headers: {X-Key: {secrets: [hunter2], values: [shown]}}',
      'tls_config: {cert: c, key: hunter2}',
    ].join('\n');
    const shown = printed(schema, decodeGood(schema, text));
    expect(shown).not.toContain('hunter2');
    expect(shown).toContain('proxy_url: http://u:xxxxx@proxy:3128');
    expect(shown).toContain('shown');
  });

  it.each([
    ['bearer_token: a\nbearer_token_file: b', 'at most one of bearer_token & bearer_token_file must be configured'],
    [
      'basic_auth: {username: u}\nbearer_token: a',
      'at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured',
    ],
    ['authorization: {}\nbearer_token: a', 'authorization is not compatible with bearer_token & bearer_token_file'],
    ['basic_auth: {}\nauthorization: {}', 'at most one of basic_auth, oauth2 & authorization must be configured'],
    [
      'basic_auth: {}\noauth2: {client_id: a, token_url: b}',
      'at most one of basic_auth, oauth2 & authorization must be configured',
    ],
    [
      'basic_auth: {username: a, username_file: b}',
      'at most one of basic_auth username, username_file & username_ref must be configured',
    ],
    [
      'basic_auth: {password: a, password_file: b}',
      'at most one of basic_auth password, password_file & password_ref must be configured',
    ],
    [
      'authorization: {credentials: a, credentials_file: b}',
      'at most one of authorization credentials & credentials_file must be configured',
    ],
    ['authorization: {type: Basic}', 'authorization type cannot be set to "basic", use "basic_auth" instead'],
    ['oauth2: {token_url: x}', 'oauth2 client_id must be configured'],
    ['oauth2: {client_id: x}', 'oauth2 token_url must be configured'],
    ['tls_config: {ca: a, ca_file: b}', 'at most one of ca, ca_file & ca_ref must be configured'],
    [
      'tls_config: {cert_file: a}',
      'exactly one of key or key_file must be configured when a client certificate is configured',
    ],
    [
      'tls_config: {key_file: a}',
      'exactly one of cert or cert_file must be configured when a client key is configured',
    ],
    [
      'proxy_url: http://p\nproxy_from_environment: true',
      'if proxy_from_environment is configured, proxy_url must not be configured',
    ],
    ['no_proxy: x', 'if no_proxy is configured, proxy_url must also be configured'],
    [
      'proxy_connect_header: {a: [b]}',
      'if proxy_connect_header is configured, proxy_url or proxy_from_environment must also be configured',
    ],
    ['http_headers: {authorization: {values: [x]}}', 'setting header "Authorization" is not allowed'],
    [
      'http_headers: {x-prometheus-scrape-timeout-seconds: {}}',
      'setting header "X-Prometheus-Scrape-Timeout-Seconds" is not allowed',
    ],
  ])('refuses %j', (text, message) => {
    expect(messages(text)).toEqual([message]);
  });

  it('knows the TLS versions', () => {
    expect(decodeGood(schema, 'tls_config: {min_version: TLS13}').tlsConfig?.minVersion).toBe('TLS13');
    expect(problemsOf(schema, 'tls_config: {min_version: TLS9}')[0]).toContain('unknown TLS version: TLS9');
  });

  it('checks a jwt-bearer grant', () => {
    const grant = 'client_id: a, token_url: b, grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer"';
    expect(messages(`oauth2: {${grant}, signature_algorithm: HS256}`)).toEqual([
      'valid signature algorithms are RS256, RS384 and RS512',
    ]);
    expect(decodeGood(schema, `oauth2: {${grant}, signature_algorithm: RS512, claims: {a: 1}}`).oauth2?.claims).toEqual(
      { a: 1 },
    );
  });
});

describe('header names', () => {
  it('print as Go writes them', () => {
    expect(canonicalHeader('x-FOO-bar')).toBe('X-Foo-Bar');
  });
});
