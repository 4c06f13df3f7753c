import { defaulted, inline, list, mapOfValues, type ObjectOf, type ObjectSchema, object, optional } from './schema.ts';
import type { Report } from './schema-decode.ts';
import { anyValue, bool, filePath, oneOf, secret, string } from './schema-scalars.ts';
import { anyUrl, urlText } from './schema-url.ts';
import { Secret } from './secret.ts';

const tlsFields = {
  ca: optional(string()),
  cert: optional(string()),
  key: optional(secret()),
  caFile: optional(filePath()),
  certFile: optional(filePath()),
  keyFile: optional(filePath()),
  serverName: optional(string()),
  insecureSkipVerify: defaulted(bool(), false, { always: true }),
  minVersion: optional(tlsVersion()),
  maxVersion: optional(tlsVersion()),
};

/** `tls_config`: the client's side of TLS. Texts are PEM; files are read again on use. */
export interface TlsConfig extends ObjectOf<typeof tlsFields> {}
export const tlsConfigSchema: ObjectSchema<TlsConfig> = object('config.plain', tlsFields, { check: checkTls });

const basicAuthFields = {
  username: optional(string()),
  usernameFile: optional(filePath()),
  password: optional(secret()),
  passwordFile: optional(filePath()),
};

/** `basic_auth`: at most one of a text and a file for each half. */
export interface BasicAuth extends ObjectOf<typeof basicAuthFields> {}
const basicAuthSchema: ObjectSchema<BasicAuth> = object('config.plain', basicAuthFields);

const authorizationFields = {
  type: defaulted(string(), 'Bearer'),
  credentials: optional(secret()),
  credentialsFile: optional(filePath()),
};

/** `authorization`: the header `Authorization: <type> <credentials>`. */
export interface Authorization extends ObjectOf<typeof authorizationFields> {}
const authorizationSchema: ObjectSchema<Authorization> = object('config.Authorization', authorizationFields);

const proxyFields = {
  proxyUrl: optional(anyUrl()),
  noProxy: optional(string()),
  proxyFromEnvironment: defaulted(bool(), false),
  proxyConnectHeader: optional(mapOfValues(list(secret()))),
};

/** The four proxy keys, standing directly in the block that makes the requests. */
export interface ProxyConfig extends ObjectOf<typeof proxyFields> {}
const proxyConfigSchema: ObjectSchema<ProxyConfig> = object('config.ProxyConfig', proxyFields, {
  check: checkProxy,
});

const oauth2Fields = {
  clientId: defaulted(string(), ''),
  clientSecret: optional(secret()),
  clientSecretFile: optional(filePath()),
  clientCertificateKeyId: optional(string()),
  clientCertificateKey: optional(secret()),
  clientCertificateKeyFile: optional(filePath()),
  grantType: optional(string()),
  signatureAlgorithm: optional(string()),
  iss: optional(string()),
  audience: optional(string()),
  claims: optional(mapOfValues(anyValue())),
  scopes: optional(list(string())),
  tokenUrl: defaulted(urlText(), ''),
  endpointParams: optional(mapOfValues(string())),
  tlsConfig: optional(tlsConfigSchema),
  proxy: inline(proxyConfigSchema),
};

/** `oauth2`: client credentials, or a signed assertion with `grant_type` jwt-bearer. */
export interface Oauth2Config extends ObjectOf<typeof oauth2Fields> {}
const oauth2Schema: ObjectSchema<Oauth2Config> = object('config.plain', oauth2Fields, { check: checkOauth2 });

const headerFields = {
  values: optional(list(string())),
  secrets: optional(list(secret())),
  files: optional(list(filePath())),
};

/** One entry of `http_headers`: values, secrets and files are sent in this order. */
export interface HttpHeader extends ObjectOf<typeof headerFields> {}
export const httpHeaderSchema: ObjectSchema<HttpHeader> = object('config.Header', headerFields);

const clientFields = {
  basicAuth: optional(basicAuthSchema),
  authorization: optional(authorizationSchema),
  oauth2: optional(oauth2Schema),
  bearerToken: optional(secret()),
  bearerTokenFile: optional(filePath()),
  tlsConfig: optional(tlsConfigSchema),
  followRedirects: defaulted(bool(), true, { always: true }),
  enableHttp2: defaulted(bool(), true, { always: true }),
  proxy: inline(proxyConfigSchema),
  httpHeaders: optional(mapOfValues(httpHeaderSchema)),
};

const clientRules = { check: checkClient, normalize: bearerAsAuthorization };

/**
 * The HTTP client block (reference: http_config), used as a block of its own or inline in scrape, remote, alertmanager
 * and discovery blocks. `bearer_token` and `bearer_token_file` come out as `authorization`.
 */
export interface HttpClientConfig extends ObjectOf<typeof clientFields> {}
export const httpClientConfigSchema: ObjectSchema<HttpClientConfig> = object('config.plain', clientFields, clientRules);

/** The same block where HTTP/2 is off unless asked for, as in remote_write. */
export const http1ClientConfigSchema: ObjectSchema<HttpClientConfig> = object(
  'config.plain',
  { ...clientFields, enableHttp2: defaulted(bool(), false, { always: true }) },
  clientRules,
);

/** What a block without any of the keys means. */
export const defaultHttpClientConfig: HttpClientConfig = {
  followRedirects: true,
  enableHttp2: true,
  proxy: { proxyFromEnvironment: false },
};

/** True for a text, secret or list that says something: upstream treats empty ones as not configured. */
export function isSet(value: string | Secret | readonly unknown[] | object | undefined): boolean {
  if (value === undefined || value === '') return false;
  if (value instanceof Secret) return !value.isEmpty;
  return !Array.isArray(value) || value.length > 0;
}

/** Names of reserved headers, in lower case: they change the connection or are set by the program itself. */
export const RESERVED_HEADERS: ReadonlySet<string> = new Set([
  'host',
  'content-encoding',
  'content-length',
  'content-type',
  'user-agent',
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'www-authenticate',
  'accept-encoding',
  'x-prometheus-remote-write-version',
  'x-prometheus-remote-read-version',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-content-sha256',
]);

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

function tlsVersion() {
  return oneOf(['TLS10', 'TLS11', 'TLS12', 'TLS13'], (word) => `unknown TLS version: ${word}`);
}

function count(...values: readonly (string | Secret | undefined)[]): number {
  return values.filter(isSet).length;
}

function checkTls(tls: TlsConfig, report: Report): void {
  if (count(tls.ca, tls.caFile) > 1) report('at most one of ca, ca_file & ca_ref must be configured', 'ca');
  if (count(tls.cert, tls.certFile) > 1) report('at most one of cert, cert_file & cert_ref must be configured', 'cert');
  if (count(tls.key, tls.keyFile) > 1) report('at most one of key and key_file must be configured', 'key');
  const certificate = count(tls.cert, tls.certFile) > 0;
  const key = count(tls.key, tls.keyFile) > 0;
  if (certificate && !key)
    report('exactly one of key or key_file must be configured when a client certificate is configured');
  if (key && !certificate)
    report('exactly one of cert or cert_file must be configured when a client key is configured');
}

function checkProxy(proxy: ProxyConfig, report: Report): void {
  const url = isSet(proxy.proxyUrl);
  if (Object.keys(proxy.proxyConnectHeader ?? {}).length > 0 && !proxy.proxyFromEnvironment && !url) {
    report(
      'if proxy_connect_header is configured, proxy_url or proxy_from_environment must also be configured',
      'proxy_connect_header',
    );
  }
  if (proxy.proxyFromEnvironment && url) {
    report('if proxy_from_environment is configured, proxy_url must not be configured', 'proxy_url');
  }
  if (proxy.proxyFromEnvironment && isSet(proxy.noProxy)) {
    report('if proxy_from_environment is configured, no_proxy must not be configured', 'no_proxy');
  }
  if (!url && !proxy.proxyFromEnvironment && isSet(proxy.noProxy)) {
    report('if no_proxy is configured, proxy_url must also be configured', 'no_proxy');
  }
}

function checkOauth2(oauth2: Oauth2Config, report: Report): void {
  if (oauth2.clientId === '') report('oauth2 client_id must be configured', 'client_id');
  if (oauth2.tokenUrl === '') report('oauth2 token_url must be configured', 'token_url');
  if (oauth2.grantType === JWT_BEARER) {
    if (count(oauth2.clientCertificateKey, oauth2.clientCertificateKeyFile) > 1) {
      report(
        'at most one of oauth2 client_certificate_key, client_certificate_key_file & client_certificate_key_ref must be ' +
          `configured using grant-type=${JWT_BEARER}`,
        'client_certificate_key',
      );
    }
    const algorithm = oauth2.signatureAlgorithm ?? '';
    if (!['', 'RS256', 'RS384', 'RS512'].includes(algorithm)) {
      report('valid signature algorithms are RS256, RS384 and RS512', 'signature_algorithm');
    }
  } else if (count(oauth2.clientSecret, oauth2.clientSecretFile) > 1) {
    report(
      'at most one of oauth2 client_secret, client_secret_file & client_secret_ref must be configured using ' +
        'grant-type=client_credentials',
      'client_secret',
    );
  }
}

function checkClient(client: HttpClientConfig, report: Report): void {
  checkAuthorizationKinds(client, report);
  const { basicAuth, authorization } = client;
  if (basicAuth !== undefined && count(basicAuth.username, basicAuth.usernameFile) > 1) {
    report('at most one of basic_auth username, username_file & username_ref must be configured', [
      'basic_auth',
      'username',
    ]);
  }
  if (basicAuth !== undefined && count(basicAuth.password, basicAuth.passwordFile) > 1) {
    report('at most one of basic_auth password, password_file & password_ref must be configured', [
      'basic_auth',
      'password',
    ]);
  }
  if (authorization !== undefined && count(authorization.credentials, authorization.credentialsFile) > 1) {
    report('at most one of authorization credentials & credentials_file must be configured', [
      'authorization',
      'credentials',
    ]);
  }
  if (authorization?.type.trim().toLowerCase() === 'basic') {
    report('authorization type cannot be set to "basic", use "basic_auth" instead', ['authorization', 'type']);
  }
  for (const name of Object.keys(client.httpHeaders ?? {})) {
    const reserved = RESERVED_HEADERS.has(name.toLowerCase()) || OWN_HEADERS.has(name.toLowerCase());
    if (reserved)
      report(`setting header ${JSON.stringify(canonicalHeader(name))} is not allowed`, ['http_headers', name]);
  }
}

const OWN_HEADERS = new Set(['authorization', 'x-prometheus-scrape-timeout-seconds']);

function checkAuthorizationKinds(client: HttpClientConfig, report: Report): void {
  const bearer = count(client.bearerToken, client.bearerTokenFile);
  const other = client.basicAuth !== undefined || client.oauth2 !== undefined;
  if (bearer > 1) report('at most one of bearer_token & bearer_token_file must be configured', 'bearer_token');
  if (bearer > 0 && other) {
    report('at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured', 'bearer_token');
  }
  if (bearer > 0 && client.authorization !== undefined) {
    report('authorization is not compatible with bearer_token & bearer_token_file', 'authorization');
  }
  if (
    (client.authorization !== undefined && other) ||
    (client.basicAuth !== undefined && client.oauth2 !== undefined)
  ) {
    report('at most one of basic_auth, oauth2 & authorization must be configured', 'authorization');
  }
}

/** `x-foo-bar` as `X-Foo-Bar`, the form Go prints. */
export function canonicalHeader(name: string): string {
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}

function bearerAsAuthorization(client: HttpClientConfig): HttpClientConfig {
  const { bearerToken, bearerTokenFile, ...rest } = client;
  if (rest.authorization !== undefined) {
    const type = rest.authorization.type.trim();
    return { ...rest, authorization: { ...rest.authorization, type: type === '' ? 'Bearer' : type } };
  }
  if (isSet(bearerToken)) return { ...rest, authorization: { type: 'Bearer', credentials: bearerToken } };
  if (isSet(bearerTokenFile)) return { ...rest, authorization: { type: 'Bearer', credentialsFile: bearerTokenFile } };
  return rest;
}
