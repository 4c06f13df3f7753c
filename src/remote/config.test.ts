import { describe, expect, it } from 'vitest';
import { decodeGood, printed, problemsOf } from '#test/decode';
import { defaultOtlpConfig, keepsUtf8, otlpConfigSchema, remoteReadList, remoteWriteList } from './config.ts';

const URL = 'url: "http://r/api"';

describe('a remote_write entry', () => {
  it('has defaults', () => {
    expect(decodeGood(remoteWriteList(), `- ${URL}`)[0]).toMatchObject({
      url: 'http://r/api',
      remoteTimeout: 30_000,
      protobufMessage: 'prometheus.WriteRequest',
      httpClientConfig: { enableHttp2: false, followRedirects: true },
      queueConfig: {
        capacity: 10_000,
        maxShards: 50,
        minShards: 1,
        maxSamplesPerSend: 2000,
        batchSendDeadline: 5000,
        minBackoff: 30,
        maxBackoff: 5000,
      },
      metadataConfig: { send: true, sendInterval: 60_000, maxSamplesPerSend: 2000 },
    });
    expect(decodeGood(remoteWriteList(), `- {${URL}, queue_config: {}}`)[0]).toEqual(
      decodeGood(remoteWriteList(), `- ${URL}`)[0],
    );
  });

  it('reads all its keys and prints none of its secrets', () => {
    const text = `- {${URL}, name: a, headers: {X-A: b}, write_relabel_configs: [{target_label: c}], send_exemplars: true, protobuf_message: io.prometheus.write.v2.Request, queue_config: {retry_on_http_429: true, sample_age_limit: 1h}, azuread: {oauth: {client_id: 00000000-0000-0000-0000-000000000000, client_secret: hunter2, tenant_id: t}}}`;
    const value = decodeGood(remoteWriteList(), text);
    expect(value[0]).toMatchObject({
      sendExemplars: true,
      queueConfig: { retryOnHttp429: true, sampleAgeLimit: 3_600_000 },
    });
    const shown = printed(remoteWriteList(), value);
    expect(shown).toContain('retry_on_http_429: true');
    expect(shown).not.toContain('hunter2');
    expect(printed(remoteWriteList(), decodeGood(remoteWriteList(), shown))).toBe(shown);
  });

  it.each([
    ['- {}', 'url for remote_write is empty'],
    ['- url:', 'url for remote_write is empty'],
    ['-', 'empty or null remote write config section'],
    [
      `- {${URL}, headers: {authorization: x}}`,
      'authorization header must be changed via the basic_auth, authorization, oauth2, sigv4, azuread or google_iam parameter',
    ],
    [`- {${URL}, headers: {X-Amz-Date: x}}`, 'X-Amz-Date is a reserved header. It must not be changed'],
    [
      `- {${URL}, protobuf_message: v3}`,
      'invalid protobuf_message value: unknown type for remote write protobuf message v3, supported: prometheus.WriteRequest, io.prometheus.write.v2.Request',
    ],
    [
      `- {${URL}, queue_config: {min_shards: 5, max_shards: 2}}`,
      'remote write queue min_shards must not be greater than max_shards',
    ],
    [`- {${URL}, queue_config: {capacity: 0}}`, 'remote write queue capacity must be positive'],
    [
      `- {${URL}, queue_config: {max_backoff: 1ms}}`,
      'remote write queue max_backoff must not be less than min_backoff',
    ],
    [
      `- {${URL}, basic_auth: {}, sigv4: {}}`,
      'at most one of basic_auth, authorization, oauth2, sigv4, azuread or google_iam must be configured. Currently configured: [basic_auth sigv4]',
    ],
    [
      `- {${URL}, sigv4: {access_key: a}}`,
      'must provide a AWS SigV4 Access key and Secret Key if credentials are specified in the SigV4 config',
    ],
    [
      `- {${URL}, azuread: {}}`,
      'must provide an Azure Managed Identity, Azure Workload Identity, Azure OAuth, Azure Certificate or Azure SDK in the Azure AD config',
    ],
    [
      `- {${URL}, azuread: {sdk: {}, managed_identity: {}}}`,
      'cannot provide multiple authentication methods in the Azure AD config',
    ],
    [
      `- {${URL}, azuread: {managed_identity: {client_id: x}}}`,
      'the provided Azure Managed Identity client_id is invalid',
    ],
    [
      `- {${URL}, azuread: {oauth: {client_secret: a, tenant_id: b}}}`,
      'must provide an Azure OAuth client_id in the Azure AD config',
    ],
    [`- {${URL}, write_relabel_configs: [~]}`, 'empty or null relabeling rule in remote write config'],
  ])('%s is refused', (text, message) => {
    expect(problemsOf(remoteWriteList(), text)).toHaveLength(1);
    expect(problemsOf(remoteWriteList(), text)[0]).toContain(message);
  });
});

describe('a remote_read entry', () => {
  it('has defaults', () => {
    expect(decodeGood(remoteReadList(), `- {${URL}, required_matchers: {job: a}}`)[0]).toMatchObject({
      remoteTimeout: 60_000,
      chunkedReadLimitBytes: 50_000_000,
      readRecent: false,
      filterExternalLabels: true,
      requiredMatchers: { job: 'a' },
      httpClientConfig: { enableHttp2: true },
    });
  });

  it.each([
    ['-', 'empty or null remote read config section'],
    ['- {}', 'url for remote_read is empty'],
    [`- {${URL}, headers: {host: x}}`, 'host is a reserved header. It must not be changed'],
  ])('%s is refused', (text, message) => {
    expect(problemsOf(remoteReadList(), text)[0]).toContain(message);
  });
});

describe('the otlp block', () => {
  it('has defaults and trims names', () => {
    expect(decodeGood(otlpConfigSchema, '{}')).toEqual(defaultOtlpConfig);
    expect(decodeGood(otlpConfigSchema, 'promote_resource_attributes: [" a ", b]').promoteResourceAttributes).toEqual([
      'a',
      'b',
    ]);
  });

  it('knows which strategies leave UTF-8 in names', () => {
    expect(keepsUtf8('NoTranslation')).toBe(true);
    expect(keepsUtf8('UnderscoreEscapingWithSuffixes')).toBe(false);
  });

  it.each([
    ['translation_strategy: x', 'unsupported OTLP translation strategy "x"'],
    [
      'promote_resource_attributes: [a, " a"]',
      'invalid \'promote_resource_attributes\': duplicated promoted OTel resource attribute "a"',
    ],
    [
      'promote_resource_attributes: [""]',
      "invalid 'promote_resource_attributes': empty promoted OTel resource attribute",
    ],
    [
      'ignore_resource_attributes: [a]',
      "'ignore_resource_attributes' cannot be configured unless 'promote_all_resource_attributes' is true",
    ],
    [
      'promote_all_resource_attributes: true\npromote_resource_attributes: [a]',
      "'promote_all_resource_attributes' and 'promote_resource_attributes' cannot be configured simultaneously",
    ],
  ])('%j is refused', (text, message) => {
    expect(problemsOf(otlpConfigSchema, text)[0]).toContain(message);
  });
});
