import { BarographError } from '#lib/errors';
import { defaultHttpClientConfig, type HttpClientConfig, type HttpHeader, type TlsConfig } from '#lib/http-config';
import type { Secret } from '#lib/secret';
import { text } from './dashboard.ts';
import type { DataSource } from './data-sources.ts';

/** Settings that change who is asked or as whom; without them the answer would be another one. */
const UNSUPPORTED = ['sigV4Auth', 'oauthPassThru', 'azureCredentials', 'enableSecureSocksProxy'];

/** How a data source is reached. Throws when it needs what this server cannot do. */
export function clientConfigOf(source: DataSource): HttpClientConfig {
  const { basicAuth, basicAuthUser, secrets, jsonData } = source;
  const missing = UNSUPPORTED.find((key) => jsonData[key] === true || typeof jsonData[key] === 'object');
  if (missing !== undefined) throw unsupported(source, missing);
  if (source.lost.size > 0) throw lostSecrets(source);
  const headers = headersOf(source);
  const password = secrets.get('basicAuthPassword');
  return {
    ...defaultHttpClientConfig,
    // A redirect is told to whoever asked: it may lead where this server should not go.
    followRedirects: false,
    ...(basicAuth ? { basicAuth: { username: basicAuthUser, ...(password === undefined ? {} : { password }) } } : {}),
    ...(Object.keys(headers).length === 0 ? {} : { httpHeaders: headers }),
    tlsConfig: tlsOf(source),
  };
}

/** The custom headers: `httpHeaderName1` in jsonData, `httpHeaderValue1` among the secrets. */
function headersOf({ jsonData, secrets }: DataSource): Record<string, HttpHeader> {
  const found: Record<string, HttpHeader> = {};
  for (const [key, name] of Object.entries(jsonData)) {
    const number = /^httpHeaderName(\d+)$/.exec(key)?.[1];
    const value = number === undefined ? undefined : secrets.get(`httpHeaderValue${number}`);
    if (value !== undefined && typeof name === 'string' && name !== '') found[name] = { secrets: [value] };
  }
  return found;
}

function tlsOf({ jsonData, secrets }: DataSource): TlsConfig {
  const revealed = (secret: Secret | undefined) => secret?.reveal() ?? '';
  const ca = jsonData['tlsAuthWithCACert'] === true ? revealed(secrets.get('tlsCACert')) : '';
  const own = jsonData['tlsAuth'] === true;
  const [cert, key] = [revealed(secrets.get('tlsClientCert')), secrets.get('tlsClientKey')];
  const serverName = text(jsonData['serverName']);
  return {
    insecureSkipVerify: jsonData['tlsSkipVerify'] === true,
    ...(ca === '' ? {} : { ca }),
    ...(own && cert !== '' && key !== undefined ? { cert, key } : {}),
    ...(serverName === '' ? {} : { serverName }),
  };
}

function lostSecrets({ name, lost }: DataSource): BarographError {
  const names = [...lost.keys()].join(', ');
  return new BarographError(
    `the data source ${JSON.stringify(name)} cannot be asked: ${names} was encrypted with another key`,
    {
      kind: 'bad-request',
      code: 'source-secret-lost',
      hint: `Enter ${names} again, or start the server with the key of before.`,
    },
  );
}

function unsupported({ name }: DataSource, key: string): BarographError {
  return new BarographError(`the data source ${JSON.stringify(name)} sets ${key}, which this version cannot do`, {
    kind: 'bad-request',
    code: 'source-unsupported',
    hint: `Take ${key} out and use basic authentication, a header or a client certificate instead.`,
  });
}
